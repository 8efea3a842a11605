// The AI SDK with toolApproval: the generation ends with approval requests, and goes on with their answers.
import { Holdpoint } from '@holdpoint/sdk';
import { gateTools } from '@holdpoint/sdk/ai-sdk';
import { generateText, isStepCount, jsonSchema, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';

const holdpoint = new Holdpoint({ baseUrl: process.env.HOLDPOINT_URL, apiKey: process.env.HOLDPOINT_API_KEY });
const gate = gateTools(holdpoint, { threadId: 'ticket-4711' });

const issue_refund = tool(
  gate.tool('issue_refund', {
    description: 'Gives money back.',
    inputSchema: jsonSchema({ type: 'object', properties: { order_id: { type: 'string' }, amount: { type: 'number' } } }),
    describe: ({ order_id, amount }) => ({
      contextSummary: `Order ${order_id} arrived broken.`,
      proposedAction: `Refund $${amount}`,
      entityId: order_id,
      riskLevel: 'high',
    }),
    execute: ({ amount }) => `refunded ${amount}`,
  }),
);

// Your model stands here, for example openai('gpt-5'); this one calls the tool once and then repeats what it read.
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const result = prompt.flatMap(({ content }) => content).find(part => part.type === 'tool-result');
    const call = {
      type: 'tool-call',
      toolCallId: `call-${process.argv[2] ?? Date.now()}`,
      toolName: 'issue_refund',
      input: '{"order_id":"A-1","amount":50}',
    };
    return result
      ? { content: [{ type: 'text', text: JSON.stringify(result.output) }], finishReason: { unified: 'stop' }, usage, warnings: [] }
      : { content: [call], finishReason: { unified: 'tool-calls' }, usage, warnings: [] };
  },
});

const options = { model, tools: { issue_refund }, toolApproval: { issue_refund: 'user-approval' }, stopWhen: isStepCount(5) };
const messages = [{ role: 'user', content: 'Order A-1 arrived broken. Refund $50.' }];
let result = await generateText({ ...options, messages });
while (result.content.some(part => part.type === 'tool-approval-request')) {
  messages.push(...result.response.messages, await gate.answer(result.content));
  result = await generateText({ ...options, messages });
}
console.log(result.text);
