import { readFileSync } from 'node:fs';
import { Annotation, Command, END, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import type { HumanInterrupt, HumanResponse } from '@langchain/langgraph/prebuilt';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatHumanResponse, parseHumanInterrupt } from './agent-inbox.ts';

const sample = (name: string) => JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8')) as { value: unknown };
const State = Annotation.Root({ answer: Annotation<unknown>() });

describe('an interrupt in the Agent Inbox schema', () => {
  it('of a real graph is answered in its own types', async () => {
    const asked = sample('one').value as HumanInterrupt;
    const graph = new StateGraph(State)
      .addNode('ask', () => ({ answer: interrupt<HumanInterrupt, HumanResponse[]>(asked) }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile({ checkpointer: new MemorySaver() });
    const thread = { configurable: { thread_id: 't1' } };
    const paused = (await graph.invoke({ answer: null }, thread)) as unknown as { __interrupt__: unknown[] };
    const [call] = parseHumanInterrupt(paused.__interrupt__[0]) as Requested[];
    const responses = formatHumanResponse([decide(call!, 'modified')], paused.__interrupt__[0]);
    responses satisfies HumanResponse[];
    expect((await graph.invoke(new Command({ resume: responses }), thread)).answer).toEqual([
      { type: 'edit', args: { action: 'issue_refund', args: { order_id: 'A-1', amount: 100, currency: 'USD' } } },
    ]);
  });

  it('is never accepted beyond what its config allows', () => {
    const pause = sample('two');
    const calls = parseHumanInterrupt(pause) as Requested[];
    expect(calls.map(({ request }) => request.allowedDecisions)).toEqual([
      ['approve', 'reject'],
      ['approve', 'reject', 'modify'],
    ]);
    const types = (outcome: Parameters<typeof decide>[1]) =>
      formatHumanResponse(
        calls.map(call => decide(call, outcome)),
        pause,
      ).map(({ type }) => type);
    expect(types('approved')).toEqual(['accept', 'accept']);
    expect(types('modified')).toEqual(['ignore', 'edit']);
    expect(types('rejected')).toEqual(['ignore', 'response']);
  });
});
