import { Annotation, Command, END, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { Agent, run, RunState, tool as agentsTool, Usage, type Model, type ModelResponse } from '@openai/agents';
import { gateTools } from '@holdpoint/sdk/ai-sdk';
import { gatedFunction } from '@holdpoint/sdk/langchain';
import { gateAgents } from '@holdpoint/sdk/openai-agents';
import { generateText, isStepCount, jsonSchema, tool as aiTool, type ModelMessage } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aGate, callId, LESS, REFUND, refundSchema, type Gate, type RefundArgs } from './a-gate.ts';
import { claudeAgentSuite } from './claude-agent.suite.ts';

let gate: Gate;
beforeAll(async () => {
  gate = await aGate();
});
afterAll(() => gate.close());

const args = z.object({ order_id: z.string(), amount: z.number() });

describe('an agent of the OpenAI Agents SDK', () => {
  /** A model that calls the tool once and then says what it read. */
  const aModel = (id: string, text = JSON.stringify(REFUND)): Model & { read: unknown[] } => {
    const read: unknown[] = [];
    return {
      read,
      getResponse: ({ input }): Promise<ModelResponse> => {
        const outputs = (input as { type?: string }[]).filter(item => item.type === 'function_call_result');
        read.push(...outputs);
        const call = { type: 'function_call' as const, callId: id, name: 'issue_refund', arguments: text, status: 'completed' as const };
        const done = {
          type: 'message' as const,
          role: 'assistant' as const,
          status: 'completed' as const,
          content: [{ type: 'output_text' as const, text: 'done' }],
        };
        return Promise.resolve({ usage: new Usage(), output: outputs.length > 0 ? [done] : [call] });
      },
      getStreamedResponse: () => {
        throw new Error('not used');
      },
    };
  };
  const anAgent = (id: string, text?: string) => {
    const gated = gateAgents(gate.holdpoint, { threadId: 'session_1' });
    const model = aModel(id, text);
    const refund = agentsTool(
      gated.tool<RefundArgs, typeof args>({
        name: 'issue_refund',
        description: 'Gives money back.',
        parameters: args,
        describe: gate.describe,
        execute: gate.refund,
      }),
    );
    return { gated, model, agent: new Agent({ name: 'desk', model, tools: [refund] }) };
  };
  const edited = (state: string) => state.replaceAll('\\"amount\\":50', '\\"amount\\":500');

  it('pauses, is approved, and goes on from a state that was stored in between', async () => {
    gate.from('approve');
    const { agent, gated } = anAgent(callId());
    const paused = await run(agent, 'refund A-1');
    expect(paused.interruptions).toHaveLength(1);
    const state = await RunState.fromString(agent, paused.state.toString());
    expect(await gated.settle(state)).toEqual({ pending: 0 });
    expect(gate.ran).toEqual([]);
    const done = await run(agent, state);
    expect([done.finalOutput, gate.ran]).toEqual(['done', [REFUND]]);
  });
  it('reads the fixed words when it was rejected, and stays paused while nobody decides', async () => {
    gate.from('nobody');
    const { agent, gated, model } = anAgent(callId());
    const paused = await run(agent, 'refund A-1');
    expect(await gated.settle(paused.state, { waitSec: 0.1 })).toEqual({ pending: 1 });
    expect((await run(agent, paused.state)).interruptions).toHaveLength(1);
    await gate.ada.reject(gate.asked[0]!);
    expect(await gated.settle(paused.state)).toEqual({ pending: 0 });
    await run(agent, paused.state);
    expect(gate.ran).toEqual([]);
    expect(JSON.stringify(model.read)).toContain('Not approved. Do not carry out the action.');
  });
  it('runs what a person changed', async () => {
    gate.from('modify');
    const { agent, gated, model } = anAgent(callId());
    const paused = await run(agent, 'refund A-1');
    await gated.settle(paused.state);
    await run(agent, paused.state);
    expect(gate.ran).toEqual([LESS]);
    expect(JSON.stringify(model.read)).toContain('carried out once as approvedAction');
  });
  it('refuses a stored state that was edited after it was approved, and a tool approved past the gate', async () => {
    gate.from('approve');
    const { agent, gated, model } = anAgent(callId());
    const paused = await run(agent, 'refund A-1');
    const unsettled = paused.state.toString();
    await gated.settle(paused.state);
    expect(edited(paused.state.toString())).toContain('\\"amount\\":500');
    // Edited behind the SDK's own approval, it is the SDK that notices.
    await expect(run(agent, await RunState.fromString(agent, edited(paused.state.toString())))).rejects.toThrow('reused for a different');
    // Edited before that, nothing but the instance knows what was approved.
    const state = await RunState.fromString(agent, edited(unsettled));
    for (const item of state.getInterruptions()) state.approve(item);
    await run(agent, state);
    expect(gate.ran).toEqual([]);
    expect(JSON.stringify(model.read)).toContain('idempotency_key_reused');

    gate.from('reject');
    const other = anAgent(callId());
    const waiting = await run(other.agent, 'refund A-1');
    for (const item of waiting.state.getInterruptions()) waiting.state.approve(item);
    await run(other.agent, waiting.state);
    expect(gate.ran).toEqual([]);
    expect(JSON.stringify(other.model.read)).toContain('rejected');
  });
  it('refuses arguments that stand twice', async () => {
    gate.from('approve');
    const { agent, gated, model } = anAgent(callId(), '{"order_id":"A-1","amount":50,"amount":500}');
    const paused = await run(agent, 'refund A-1');
    await gated.settle(paused.state);
    await run(agent, paused.state);
    expect([gate.ran, gate.asked]).toEqual([[], []]);
    expect(JSON.stringify(model.read)).toContain('duplicate_key');
  });
});

describe('a tool of the AI SDK', () => {
  const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
  const aModel = (id: string) => {
    const prompts: string[] = [];
    const model = new MockLanguageModelV4({
      doGenerate: ({ prompt }) => {
        prompts.push(JSON.stringify(prompt));
        const called = prompts.at(-1)!.includes('"type":"tool-result"') || prompts.at(-1)!.includes('execution-denied');
        return Promise.resolve(
          called
            ? {
                content: [{ type: 'text' as const, text: 'done' }],
                finishReason: { unified: 'stop' as const, raw: 'stop' },
                usage,
                warnings: [],
              }
            : {
                content: [{ type: 'tool-call' as const, toolCallId: id, toolName: 'issue_refund', input: JSON.stringify(REFUND) }],
                finishReason: { unified: 'tool-calls' as const, raw: 'tool_calls' },
                usage,
                warnings: [],
              },
        );
      },
    });
    return { model, prompts };
  };
  const gated = (waitSec?: number) => {
    const gating = gateTools(gate.holdpoint, { threadId: 'chat_1' });
    const issue_refund = aiTool(
      gating.tool('issue_refund', {
        description: 'Gives money back.',
        inputSchema: jsonSchema<RefundArgs>(refundSchema as never),
        describe: gate.describe,
        execute: gate.refund,
        ...(waitSec !== undefined && { waitSec }),
      }),
    );
    return { gating, tools: { issue_refund } };
  };

  it.each([
    ['approve', [REFUND], 'refunded 50'],
    ['modify', [LESS], 'carried out once as approvedAction'],
    ['reject', [], 'Not approved. Do not carry out the action.'],
  ] as const)('waits while it is called: %s', async (answer, ran, read) => {
    gate.from(answer);
    const { model, prompts } = aModel(callId());
    const { text } = await generateText({ model, prompt: 'refund', tools: gated().tools, stopWhen: isStepCount(3) });
    expect([text, gate.ran]).toEqual(['done', [...ran]]);
    expect(prompts[1]).toContain(read);
  });
  it.each([
    ['approve', [REFUND], 'refunded 50'],
    ['reject', [], 'Not approved. Do not carry out the action.'],
  ] as const)('pauses the generation under toolApproval: %s', async (answer, ran, read) => {
    gate.from(answer);
    const { model, prompts } = aModel(callId());
    const { gating, tools } = gated();
    const messages: ModelMessage[] = [{ role: 'user', content: 'refund' }];
    const options = { model, tools, toolApproval: { issue_refund: 'user-approval' as const }, stopWhen: isStepCount(3) };
    const paused = await generateText({ ...options, messages });
    expect(gate.ran).toEqual([]);
    messages.push(...paused.response.messages, await gating.answer(paused.content));
    const done = await generateText({ ...options, messages });
    expect([done.text, gate.ran]).toEqual(['done', [...ran]]);
    expect(prompts.at(-1)).toContain(read);
  });
  it('stops waiting when the generation is aborted, and does not run', async () => {
    gate.from('nobody');
    const { model } = aModel(callId());
    const abort = new AbortController();
    const running = generateText({ model, prompt: 'refund', tools: gated().tools, abortSignal: abort.signal, stopWhen: isStepCount(3) });
    setTimeout(() => abort.abort(), 400);
    await expect(running).rejects.toThrow(/abort/i);
    expect(gate.ran).toEqual([]);
  });
});

describe('a tool in a LangGraph graph', () => {
  const State = Annotation.Root({
    messages: Annotation<BaseMessage[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
  });
  const aGraph = (id: string, pauses: boolean, checkpointer = new MemorySaver()) => {
    const refund = langchainTool(
      gatedFunction<RefundArgs>(gate.holdpoint, {
        name: 'issue_refund',
        describe: gate.describe,
        run: gate.refund,
        ...(pauses && { interrupt }),
      }),
      { name: 'issue_refund', description: 'Gives money back.', schema: args },
    );
    const model = () => ({ messages: [new AIMessage({ content: '', tool_calls: [{ id, name: 'issue_refund', args: REFUND }] })] });
    return new StateGraph(State)
      .addNode('model', model)
      .addNode('tools', new ToolNode([refund]))
      .addEdge(START, 'model')
      .addEdge('model', 'tools')
      .addEdge('tools', END)
      .compile({ checkpointer });
  };
  const last = (state: { messages: BaseMessage[] }) => String(state.messages.at(-1)?.content);
  /** Writes $500 wherever a stored checkpoint says $50. @returns in how many places */
  const editStored = (stored: Record<string, unknown>): number => {
    let places = 0;
    for (const [key, value] of Object.entries(stored)) {
      if (value instanceof Uint8Array) {
        const text = new TextDecoder().decode(value);
        stored[key] = new TextEncoder().encode(text.replaceAll('"amount":50}', '"amount":500}'));
        if (text.includes('"amount":50}')) places++;
      } else if (typeof value === 'object' && value !== null) places += editStored(value as Record<string, unknown>);
    }
    return places;
  };
  const thread = () => ({ configurable: { thread_id: `thread_${callId()}` } });

  it.each([
    ['approve', [REFUND], 'refunded 50'],
    ['modify', [LESS], 'carried out once as approvedAction'],
    ['reject', [], 'Not approved. Do not carry out the action.'],
  ] as const)('waits within its node: %s', async (answer, ran, read) => {
    gate.from(answer);
    const state = await aGraph(callId(), false).invoke({ messages: [] }, thread());
    expect(last(state)).toContain(read);
    expect(gate.ran).toEqual([...ran]);
  });
  it('pauses the graph, and believes the instance and not the value it is resumed with', async () => {
    gate.from('nobody');
    const graph = aGraph(callId(), true);
    const config = thread();
    const paused = (await graph.invoke({ messages: [] }, config)) as unknown as { __interrupt__: { value: { approvalId: string } }[] };
    expect(paused.__interrupt__[0]!.value.approvalId).toBe(gate.asked[0]);
    await gate.ada.reject(gate.asked[0]!);
    const state = await graph.invoke(new Command({ resume: { decision: 'approved', approved: true } }), config);
    expect(last(state)).toContain('Not approved. Do not carry out the action.');
    expect([gate.ran, gate.asked.length]).toEqual([[], 1]);
  });
  it('refuses a checkpoint that was edited while the graph was paused and its call was approved', async () => {
    gate.from('nobody');
    const saver = new MemorySaver();
    const graph = aGraph(callId(), true, saver);
    const config = thread();
    await graph.invoke({ messages: [] }, config);
    await gate.ada.approve(gate.asked[0]!);
    expect(editStored(saver.storage)).toBeGreaterThan(0);
    const state = await graph.invoke(new Command({ resume: true }), config);
    expect(JSON.parse(last(state))).toMatchObject({ decision: 'refused', code: 'idempotency_key_reused' });
    expect(gate.ran).toEqual([]);
  });
  it('runs once after it was resumed, though its node ran twice', async () => {
    gate.from('nobody');
    const graph = aGraph(callId(), true);
    const config = thread();
    await graph.invoke({ messages: [] }, config);
    await gate.ada.approve(gate.asked[0]!);
    expect(last(await graph.invoke(new Command({ resume: true }), config))).toBe('refunded 50');
    expect([gate.ran, gate.asked.length]).toEqual([[REFUND], 1]);
  });
});

claudeAgentSuite(() => gate);
