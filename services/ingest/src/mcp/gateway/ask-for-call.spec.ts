import { describe, expect, it } from 'vitest';
import { approvalRequest, type JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';
import { definitionHash, requestForCall } from './ask-for-call.ts';

const gateway = (more: Partial<McpGateway> = {}): McpGateway => ({
  gatewayId: 'billing',
  tenant: 'org_a',
  name: 'Billing',
  url: 'https://billing.example/mcp',
  mode: 'live',
  agents: null,
  passThrough: [],
  tools: { pay: { amount: '/sum/value', currency: '/sum/currency', entity: '/order' } },
  timeoutSec: 30,
  resultKeptSec: 900,
  credential: null,
  ...more,
});
const tool = (more: JsonObject = {}) => ({ name: 'pay', description: 'Pays.', inputSchema: { type: 'object' }, ...more });
const ask = (args: JsonObject, of: Partial<Parameters<typeof requestForCall>[0]> = {}) =>
  approvalRequest.parse(requestForCall({ gateway: gateway(), tool: tool(), args, client: 'host 1.0', ...of }));

describe('what is asked about a call', () => {
  it('is the exact call, in words that name server and tool', () => {
    const args = { order: 'A-1', sum: { value: 50, currency: 'USD' } };
    expect(ask(args)).toMatchObject({
      source: 'mcp',
      action: { name: 'pay', args },
      argsSchema: { type: 'object' },
      arguments: {
        contextSummary: 'A call of pay on the MCP server Billing. The server says of it: Pays.',
        proposedAction: `pay ${JSON.stringify(args)}`,
        entityId: 'A-1',
        amount: 50,
        currency: 'USD',
        riskLevel: 'medium',
      },
      labels: { mcpGateway: 'billing', mcpClient: 'host 1.0' },
    });
  });

  it.each([
    ['a number', { sum: { value: 12.5 } }, 12.5],
    ['a decimal in words', { sum: { value: '245.00' } }, 245],
    ['nothing where the pointer leads nowhere', { other: 1 }, undefined],
    ['nothing for what is no number', { sum: { value: '12,50 and more' } }, undefined],
    ['nothing for a number JavaScript would change', { sum: { value: '12345678901234567890' } }, undefined],
    ['nothing that only a prototype has', { sum: [] }, undefined],
  ])('takes the amount from %s', (_, args, amount) => expect(ask(args as JsonObject).arguments.amount).toBe(amount));

  it('reads escaped names and places in lists', () => {
    const settings = gateway({ tools: { pay: { amount: '/a~1b/1/c~0d', entity: '/n' } } });
    expect(ask({ 'a/b': [0, { 'c~d': 7 }], n: 42 }, { gateway: settings }).arguments).toMatchObject({ amount: 7, entityId: '42' });
  });

  it('has an entity of its own where the arguments name none', () => {
    expect(ask({ order: { id: 1 } }).arguments.entityId).toBe('billing/pay');
    expect(ask({ order: '' }).arguments.entityId).toBe('billing/pay');
  });

  it.each([
    ['medium', undefined, undefined],
    ['high', { destructiveHint: true }, undefined],
    ['medium', { readOnlyHint: true }, undefined],
    ['medium', undefined, 'low'],
    ['high', { destructiveHint: true }, 'low'],
    ['critical', { destructiveHint: true }, 'critical'],
  ] as const)('is of %s risk when the server says %j and the setting %s', (risk, annotations, riskLevel) => {
    const settings = gateway({ tools: { pay: riskLevel === undefined ? {} : { riskLevel } } });
    const described = tool(annotations === undefined ? {} : { annotations });
    expect(ask({}, { gateway: settings, tool: described }).arguments.riskLevel).toBe(risk);
  });

  it('offers no edit that nothing can check, and cuts what nobody reads to its end', () => {
    const endless = { type: 'object', description: 'x'.repeat(40_000) };
    const asked = ask({ text: 'y'.repeat(9_000) }, { tool: tool({ inputSchema: endless, description: 'z'.repeat(9_000) }) });
    expect(asked.allowedDecisions).toEqual(['approve', 'reject']);
    expect(asked.argsSchema).toBeUndefined();
    expect([asked.arguments.contextSummary.length, asked.arguments.proposedAction.length]).toEqual([4_000, 4_000]);
  });

  it('does not take a setting for a tool from what every object has', () =>
    expect(ask({}, { tool: tool({ name: 'toString' }) as never }).arguments.riskLevel).toBe('medium'));
});

describe('the definition a call is approved under', () => {
  const hash = definitionHash(gateway(), tool());
  it('stays the same for what says nothing of what the tool does', () => {
    expect(definitionHash(gateway({ name: 'Other', timeoutSec: 5 }), tool({ outputSchema: {}, _meta: { a: 1 } }))).toBe(hash);
  });
  it.each([
    ['its server is another one', gateway({ url: 'https://elsewhere.example/mcp' }), tool()],
    ['it is described otherwise', gateway(), tool({ description: 'Pays twice.' })],
    ['it takes other arguments', gateway(), tool({ inputSchema: { type: 'object', required: ['order'] } })],
    ['it is annotated otherwise', gateway(), tool({ annotations: { destructiveHint: false } })],
  ])('is another one when %s', (_, settings, described) => expect(definitionHash(settings, described)).not.toBe(hash));
});
