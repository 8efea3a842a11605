// The Responses API: the model calls a function, the function is asked about, the output goes back in the next request.
import { Holdpoint } from '@holdpoint/sdk';
import { answerCalls, gatedFunction } from '@holdpoint/sdk/openai';
import OpenAI from 'openai';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const openai = new OpenAI();

const refund = gatedFunction(holdpoint, {
  name: 'issue_refund',
  description: 'Gives money back.',
  parameters: {
    type: 'object',
    properties: { order_id: { type: 'string' }, amount: { type: 'number' } },
    required: ['order_id', 'amount'],
    additionalProperties: false,
  },
  // What the person reads, from the exact arguments.
  describe: ({ order_id, amount }) => ({
    contextSummary: `Order ${order_id} arrived broken.`,
    proposedAction: `Refund $${amount}`,
    entityId: order_id,
    riskLevel: 'high',
  }),
  // Runs only with arguments that were approved, once.
  run: ({ amount }) => `refunded ${amount}`,
});

const ask = { model: process.env.OPENAI_MODEL ?? 'gpt-5', tools: [refund.responses] };
let response = await openai.responses.create({ ...ask, input: 'Order A-1 arrived broken. Refund $50.' });
while (response.output.some(item => item.type === 'function_call')) {
  const input = await answerCalls([refund], response.output, { runId: response.id });
  response = await openai.responses.create({ ...ask, previous_response_id: response.id, input });
}
console.log(response.output_text);
