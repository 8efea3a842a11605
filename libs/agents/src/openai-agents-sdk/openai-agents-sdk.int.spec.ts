import { Agent, run, RunState, setTracingDisabled, tool, Usage, type Model, type ModelRequest, type ModelResponse } from '@openai/agents';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decide, type Requested } from '../example-decision.ts';
import { answerInterruptions, formatInterruptions, parseInterruptions } from './openai-agents-sdk.ts';

beforeAll(() => setTracingDisabled(true));

/** A model that refunds A-1 first and then says what it was told. */
const refunds = (): Model & { told: ModelRequest['input'][] } => {
  const told: ModelRequest['input'][] = [];
  return {
    told,
    getResponse: async ({ input }): Promise<ModelResponse> => {
      told.push(input);
      const output: ModelResponse['output'] =
        told.length === 1
          ? [
              {
                type: 'function_call',
                callId: 'call_1',
                name: 'issue_refund',
                status: 'completed',
                arguments: '{"orderId":"A-1","amount":245}',
              },
            ]
          : [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Done.' }] }];
      return { usage: new Usage(), output };
    },
    getStreamedResponse: () => {
      throw new Error('this model does not stream');
    },
  };
};

const paused = async () => {
  const model = refunds();
  const ran: unknown[] = [];
  const agent = new Agent({
    name: 'Shop assistant',
    model,
    tools: [
      tool({
        name: 'issue_refund',
        description: 'Refunds an order.',
        parameters: z.object({ orderId: z.string(), amount: z.number() }),
        needsApproval: true,
        execute: async input => (ran.push(input), 'refunded'),
      }),
    ],
  });
  const result = await run(agent, 'Refund A-1');
  return { agent, model, ran, result };
};

describe('an interruption of the Agents SDK', () => {
  it('carries the exact call, live and as JSON', async () => {
    const { result } = await paused();
    const live = parseInterruptions(result.interruptions);
    expect(live).toMatchObject([
      {
        kind: 'request',
        toolCallId: 'call_1',
        request: { action: { name: 'issue_refund', args: { orderId: 'A-1', amount: 245 } }, agent: { name: 'Shop assistant' } },
      },
    ]);
    expect(parseInterruptions(JSON.parse(JSON.stringify(result.interruptions)))).toEqual(live);
  });

  it('that was approved runs once, after the state went through storage', async () => {
    const { agent, result, ran } = await paused();
    const [call] = parseInterruptions(result.interruptions) as Requested[];
    const state = await RunState.fromString(agent, result.state.toString());
    expect(answerInterruptions(state, [decide(call!, 'approved')])).toEqual({ approved: 1, rejected: 0 });
    expect((await run(agent, state)).finalOutput).toBe('Done.');
    expect(ran).toEqual([{ orderId: 'A-1', amount: 245 }]);
  });

  it.each(['rejected', 'modified', 'expired', 'withdrawn'] as const)('that was %s runs nothing, and the model reads why', async outcome => {
    const { agent, result, ran, model } = await paused();
    const [call] = parseInterruptions(result.interruptions) as Requested[];
    expect(answerInterruptions(result.state, [decide(call!, outcome)])).toEqual({ approved: 0, rejected: 1 });
    await run(agent, result.state);
    expect(ran).toEqual([]);
    expect(JSON.stringify(model.told.at(-1))).toContain(outcome);
  });

  it('whose state was edited after it was approved is rejected: $245 was approved, $500 stands there', async () => {
    const { agent, result, ran } = await paused();
    const [call] = parseInterruptions(result.interruptions) as Requested[];
    const edited = await RunState.fromString(agent, result.state.toString().replaceAll('245', '500'));
    expect(answerInterruptions(edited, [decide(call!, 'approved')])).toEqual({ approved: 0, rejected: 1 });
    await run(agent, edited);
    expect(ran).toEqual([]);
  });

  it('without a decision stays open', async () => {
    const { agent, result, ran } = await paused();
    expect(formatInterruptions([], result.interruptions)).toEqual([]);
    answerInterruptions(result.state, []);
    expect((await run(agent, result.state)).interruptions).toHaveLength(1);
    expect(ran).toEqual([]);
  });
});
