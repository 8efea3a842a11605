// The OpenAI Agents SDK: the run is interrupted, its state can be stored, and it goes on after the decision.
import { Holdpoint } from '@holdpoint/sdk';
import { gateAgents } from '@holdpoint/sdk/openai-agents';
import { Agent, run, RunState, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';

setTracingDisabled(true);
const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const gate = gateAgents(holdpoint, { threadId: 'ticket-4711' });

const refund = tool(
  gate.tool({
    name: 'issue_refund',
    description: 'Gives money back.',
    parameters: z.object({ order_id: z.string(), amount: z.number() }),
    describe: ({ order_id, amount }) => ({
      contextSummary: `Order ${order_id} arrived broken.`,
      proposedAction: `Refund $${amount}`,
      entityId: order_id,
      riskLevel: 'high',
    }),
    execute: ({ amount }) => `refunded ${amount}`,
  }),
);
const agent = new Agent({ name: 'desk', instructions: 'You refund broken orders.', tools: [refund] });

let result = await run(agent, 'Order A-1 arrived broken. Refund $50.');
while (result.interruptions.length > 0) {
  // Store result.state.toString() and go on in another process, if you like: an edited state is refused.
  const state = await RunState.fromString(agent, result.state.toString());
  await gate.settle(state);
  result = await run(agent, state);
}
console.log(result.finalOutput);
