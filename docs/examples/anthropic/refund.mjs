// The Messages API, with the SDK's own tool runner.
import Anthropic from '@anthropic-ai/sdk';
import { Holdpoint } from '@holdpoint/sdk';
import { gatedTool } from '@holdpoint/sdk/anthropic';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const anthropic = new Anthropic();

const refund = gatedTool(holdpoint, {
  name: 'issue_refund',
  description: 'Gives money back.',
  input_schema: {
    type: 'object',
    properties: { order_id: { type: 'string' }, amount: { type: 'number' } },
    required: ['order_id', 'amount'],
  },
  describe: ({ order_id, amount }) => ({
    contextSummary: `Order ${order_id} arrived broken.`,
    proposedAction: `Refund $${amount}`,
    entityId: order_id,
    riskLevel: 'high',
  }),
  run: ({ amount }) => `refunded ${amount}`,
});

const message = await anthropic.beta.messages.toolRunner({
  model: process.env.ANTHROPIC_MODEL ?? 'claude-sonnet-5',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Order A-1 arrived broken. Refund $50.' }],
  tools: [refund.runnable({ threadId: 'ticket-4711' })],
});
console.log(message.content.map(block => (block.type === 'text' ? block.text : '')).join(''));
