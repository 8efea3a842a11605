import type { Model } from '@holdpoint/testing';
import type OpenAI from 'openai';

export const INSTRUCTIONS =
  'You are the support assistant of a shop. Ask a human before any refund above $100 and before anything that cannot be undone.';

type Ask = { name: string; args: Record<string, string | number>; summary: string; proposed: string; entity: string; risk: string };

/** What the assistant wants to do in each scene, told apart by the customer's message. */
export const ASKS: Record<'approve' | 'modify' | 'timeout' | 'channel', { says: string; ask: Ask }> = {
  approve: {
    says: 'Order A-1 arrived broken. I would like my $245 back.',
    ask: {
      name: 'issue_refund',
      args: { order_id: 'A-1', amount: 245, currency: 'USD' },
      summary: 'The customer reports that order A-1 arrived broken and sent photographs. Refund policy allows 30 days; this is day 6.',
      proposed: 'Refund $245.00 for order A-1 to the original card.',
      entity: 'A-1',
      risk: 'medium',
    },
  },
  modify: {
    says: 'Order B-7 came two weeks late. I want a full refund of $180.',
    ask: {
      name: 'issue_refund',
      args: { order_id: 'B-7', amount: 180, currency: 'USD' },
      summary: 'Order B-7 was delivered 14 days late. The customer asks for the whole price; the goods are fine.',
      proposed: 'Refund $180.00 for order B-7 to the original card.',
      entity: 'B-7',
      risk: 'medium',
    },
  },
  channel: {
    says: 'The lamp of order D-4 flickers. Could I have half of the $120 back and keep it?',
    ask: {
      name: 'issue_refund',
      args: { order_id: 'D-4', amount: 60, currency: 'USD' },
      summary: 'The lamp of order D-4 flickers. The customer keeps it and asks for half of the price.',
      proposed: 'Refund $60.00 for order D-4 to the original card.',
      entity: 'D-4',
      risk: 'low',
    },
  },
  timeout: {
    says: 'Please delete my account and everything you know about me.',
    ask: {
      name: 'delete_customer',
      args: { customer_id: 'C-42', reason: 'customer request' },
      summary: 'Customer C-42 asks for deletion of the account. Deletion cannot be undone.',
      proposed: 'Delete customer C-42 with all orders and messages.',
      entity: 'C-42',
      risk: 'high',
    },
  },
};

/** The model behind the fake run API: it looks the order up, asks a human, and then does what the answer allows. */
export const demoModel: Model = ({ userMessage, round, outputs }) => {
  const scene = Object.values(ASKS).find(({ says }) => says === userMessage) ?? ASKS.approve;
  const { ask } = scene;
  if (round === 0)
    return {
      toolCalls: [
        {
          name: 'request_human_approval',
          arguments: { context_summary: ask.summary, proposed_action: ask.proposed, entity_id: ask.entity, risk_level: ask.risk },
        },
      ],
    };
  const answer = JSON.parse(outputs.at(-1)?.[0]?.output ?? '{}') as {
    approved?: boolean;
    decision?: string;
    note?: string | null;
    approvedAction?: { name: string; args: Record<string, unknown> } | null;
  };
  if (answer.approved !== true)
    return { message: `I did not go ahead (${answer.decision ?? 'no answer'}). ${answer.note ?? 'A colleague will contact you.'}` };
  const args = answer.approvedAction?.args ?? ask.args;
  return {
    message: `Done: I refunded $${String(args['amount'])} for order ${String(args['order_id'])}.${answer.note ? ` (${answer.note})` : ''}`,
  };
};

/** JSON Schema of `issue_refund`'s arguments: edits by an operator are checked against it. */
const REFUND_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['order_id', 'amount', 'currency'],
  properties: {
    order_id: { type: 'string', title: 'Order' },
    amount: { type: 'number', minimum: 0, maximum: 245, title: 'Amount' },
    currency: { type: 'string', enum: ['USD', 'EUR'], title: 'Currency' },
  },
};

/**
 * The body an app POSTs when its run pauses: the call's own ids and arguments, the exact action, and what the assistant saw.
 * The snake_case names are those the assistant uses; both spellings are accepted.
 */
export const requestFor = (run: OpenAI.Beta.Threads.Run, scene: (typeof ASKS)['approve'], callbackUrl: string, deadlineSec?: number) => {
  const call = run.required_action!.submit_tool_outputs.tool_calls[0]!;
  const { ask } = scene;
  return {
    source: 'openai.assistants' as const,
    thread_id: run.thread_id,
    run_id: run.id,
    tool_call_id: call.id,
    arguments: JSON.parse(call.function.arguments) as Record<string, unknown>,
    action: { name: ask.name, args: ask.args },
    ...(ask.name === 'issue_refund' ? { argsSchema: REFUND_SCHEMA } : {}),
    context: {
      instructions: INSTRUCTIONS,
      messages: [
        { role: 'user', content: scene.says },
        { role: 'assistant', content: 'Let me look that up for you.' },
      ],
      reasoningTrace: [
        `The customer is entitled to an answer about ${ask.entity}.`,
        'The amount or the effect is beyond what I may do alone, so I ask a human.',
      ],
      toolLog: [{ name: 'look_up', args: { id: ask.entity }, result: { id: ask.entity, status: 'delivered' } }],
    },
    callback: { url: callbackUrl, state: ask.entity },
    resume: { mode: 'openai.submitToolOutputs' as const, connectionId: 'demo_assistants' },
    ...(run.expires_at ? { upstreamExpiresAt: run.expires_at } : {}),
    ...(deadlineSec ? { deadlineSec } : {}),
    agent: { name: 'Shop assistant', model: run.model },
  };
};
