import { generateText, tool, type ModelMessage } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decide, type Requested } from '../example-decision.ts';
import { formatApprovalParts, parseApprovalParts } from './ai-sdk.ts';

type Turn = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>;
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
} as Turn['usage'];
const asks: Turn = {
  content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'issueRefund', input: '{"orderId":"A-1","amount":245}' }],
  finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
  usage,
  warnings: [],
};
const ends: Turn = { content: [{ type: 'text', text: 'Done.' }], finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };

/** One real round: the model asks, we answer, the SDK goes on. */
const round = async (outcome: Parameters<typeof decide>[1], edit: (messages: ModelMessage[]) => ModelMessage[] = same => same) => {
  const ran: unknown[] = [];
  const model = new MockLanguageModelV4({ doGenerate: [asks, ends] });
  const settings = {
    model,
    tools: {
      issueRefund: tool({
        inputSchema: z.object({ orderId: z.string(), amount: z.number() }),
        execute: async input => (ran.push(input), 'refunded'),
      }),
    },
    toolApproval: { issueRefund: 'user-approval' as const },
    experimental_toolApprovalSecret: 'a secret of thirty-two characters',
  };
  const messages: ModelMessage[] = [{ role: 'user', content: 'Refund A-1' }];
  const paused = await generateText({ ...settings, messages });
  const [call] = parseApprovalParts(paused) as Requested[];
  const soFar = [...messages, ...paused.response.messages];
  const answer = formatApprovalParts([decide(call!, outcome)], paused);
  expect(formatApprovalParts([decide(call!, outcome)], { messages: soFar })).toEqual(answer);
  const text = await generateText({ ...settings, messages: edit([...soFar, answer]) });
  return { ran, call, text: text.text, told: JSON.stringify(model.doGenerateCalls.at(-1)?.prompt) };
};

describe('a tool approval of the AI SDK', () => {
  it('carries the exact call, and runs it when approved', async () => {
    const { ran, call, text } = await round('approved');
    expect(call!.request.action).toEqual({ name: 'issueRefund', args: { orderId: 'A-1', amount: 245 } });
    expect(ran).toEqual([{ orderId: 'A-1', amount: 245 }]);
    expect(text).toBe('Done.');
  });

  it.each(['rejected', 'expired', 'withdrawn', 'modified'] as const)('runs nothing when %s, and the model reads why', async outcome => {
    const { ran, told } = await round(outcome);
    expect(ran).toEqual([]);
    expect(told).toContain('apr_aaaaaaaaaaaaaaaaaaaaaaaaaa');
    expect(told).toContain('execution-denied');
  });

  it('refuses itself when the call was edited after it was approved', async () => {
    const edited = (messages: ModelMessage[]) => JSON.parse(JSON.stringify(messages).replaceAll('245', '500')) as ModelMessage[];
    await expect(round('approved', edited)).rejects.toThrow(/signature/i);
  });
});
