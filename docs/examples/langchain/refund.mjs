// LangGraph: the graph pauses by an interrupt, its checkpoint waits as long as people need, and the tool asks Holdpoint before it runs.
import { Holdpoint } from '@holdpoint/sdk';
import { gatedFunction } from '@holdpoint/sdk/langchain';
import { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });

const refund = tool(
  gatedFunction(holdpoint, {
    name: 'issue_refund',
    interrupt,
    describe: ({ order_id, amount }) => ({
      contextSummary: `Order ${order_id} arrived broken.`,
      proposedAction: `Refund $${amount}`,
      entityId: order_id,
      riskLevel: 'high',
    }),
    run: ({ amount }) => `refunded ${amount}`,
  }),
  { name: 'issue_refund', description: 'Gives money back.', schema: z.object({ order_id: z.string(), amount: z.number() }) },
);

// Your model stands here; this one always calls the tool.
const id = `call-${process.argv[2] ?? Date.now()}`;
const model = () => ({
  messages: [new AIMessage({ content: '', tool_calls: [{ id, name: 'issue_refund', args: { order_id: 'A-1', amount: 50 } }] })],
});
const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', model)
  .addNode('tools', new ToolNode([refund]))
  .addEdge(START, 'model')
  .addEdge('model', 'tools')
  .addEdge('tools', END)
  .compile({ checkpointer: new MemorySaver() });

const config = { configurable: { thread_id: 'ticket-4711' } };
let state = await graph.invoke({ messages: [] }, config);
while (state.__interrupt__) {
  // In an app the callback tells when; the value it resumes with decides nothing.
  await holdpoint.waitForDecision(state.__interrupt__[0].value.approvalId);
  state = await graph.invoke(new Command({ resume: true }), config);
}
console.log(state.messages.at(-1).content);
