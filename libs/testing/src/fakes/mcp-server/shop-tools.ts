/** A tool of the fake shop, as an MCP server describes it. */
export type ShopTool = {
  name: string;
  description?: string;
  inputSchema: { type: 'object' } & Record<string, unknown>;
  outputSchema?: { type: 'object' } & Record<string, unknown>;
  annotations?: Record<string, unknown>;
};

/** What a call brings, as MCP has it. */
export type ShopResult = { content: { type: 'text'; text: string }[]; structuredContent?: Record<string, unknown>; isError?: boolean };

/** The shop's tools before a spec changes them: one that pays money out, one that reads, one that refuses, one that never tires of talking. */
export const shopTools = (): ShopTool[] => [
  {
    name: 'issue_refund',
    description: 'Pays an order back.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['order_id', 'amount'],
      properties: { order_id: { type: 'string' }, amount: { type: 'number', maximum: 10_000 }, currency: { type: 'string' } },
    },
    outputSchema: { type: 'object', required: ['refundId'], properties: { refundId: { type: 'string' }, amount: { type: 'number' } } },
    annotations: { destructiveHint: true },
  },
  {
    name: 'get_order',
    description: 'Reads an order.',
    inputSchema: { type: 'object', required: ['order_id'], properties: { order_id: { type: 'string' } } },
    outputSchema: { type: 'object', required: ['status'], properties: { status: { type: 'string' } } },
    annotations: { readOnlyHint: true },
  },
  { name: 'cancel_order', description: 'Cancels an order, unless it was sent.', inputSchema: { type: 'object' } },
  {
    name: 'export_orders',
    description: 'Everything there is.',
    inputSchema: { type: 'object', properties: { bytes: { type: 'number' } } },
  },
];

/** Carries a call out. @param count how many calls were carried out before */
export const runShopTool = (name: string, args: Record<string, unknown>, count: number): ShopResult => {
  switch (name) {
    case 'issue_refund':
      return structured({ refundId: `re_${count + 1}`, amount: args['amount'] });
    case 'get_order':
      return structured({ status: `order ${String(args['order_id'])} is paid` });
    case 'export_orders':
      return { content: [{ type: 'text', text: 'x'.repeat(Number(args['bytes'] ?? 1_000)) }] };
    default:
      return { content: [{ type: 'text', text: 'The order was sent this morning.' }], isError: true };
  }
};

const structured = (value: Record<string, unknown>): ShopResult => ({
  content: [{ type: 'text', text: JSON.stringify(value) }],
  structuredContent: value,
});
