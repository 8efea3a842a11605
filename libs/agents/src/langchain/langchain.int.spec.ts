import { Annotation, Command, END, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatInterrupts, parseInterrupts } from './langchain.ts';

const State = Annotation.Root({ answer: Annotation<unknown>() });

/** A real graph whose one node asks `value` and keeps what it got. */
const graphThatAsks = (...values: unknown[]) => {
  const graph = new StateGraph(State);
  const node = (value: unknown) => () => ({ answer: interrupt(value) });
  return graph.addNode('ask', node(values[0])).addEdge(START, 'ask').addEdge('ask', END).compile({ checkpointer: new MemorySaver() });
};
const threadOf = (id: string) => ({ configurable: { thread_id: id } });
const hitl = {
  actionRequests: [
    { name: 'issue_refund', args: { amount: 245 } },
    { name: 'send_mail', args: { to: 'ada@example.test' } },
  ],
  reviewConfigs: [
    { actionName: 'issue_refund', allowedDecisions: ['approve', 'edit', 'reject'] },
    { actionName: 'send_mail', allowedDecisions: ['approve', 'reject'] },
  ],
};

describe('an interrupt of a real graph', () => {
  it('of the human-in-the-loop middleware gets one decision per action, in order', async () => {
    const graph = graphThatAsks(hitl);
    const paused = await graph.invoke({ answer: null }, threadOf('t1'));
    const calls = parseInterrupts(paused, { threadId: 't1' }) as Requested[];
    expect(calls.map(({ request }) => [request.action!.name, request.allowedDecisions, request.batch?.index])).toEqual([
      ['issue_refund', ['approve', 'modify', 'reject'], 0],
      ['send_mail', ['approve', 'reject'], 1],
    ]);
    const answer = formatInterrupts([decide(calls[1]!, 'modified'), decide(calls[0]!, 'modified')], paused);
    const resumed = await graph.invoke(new Command(answer), threadOf('t1'));
    expect(resumed.answer).toEqual({
      decisions: [
        { type: 'edit', editedAction: { name: 'issue_refund', args: { amount: 100 } } },
        { type: 'reject', message: expect.stringContaining('approvedAction') },
      ],
    });
  });

  it('of a node of one’s own gets exactly what may run', async () => {
    for (const [outcome, expected] of [
      ['approved', { approved: true, action: { name: 'issue_refund', args: { amount: 245 } } }],
      ['modified', { approved: true, action: { name: 'issue_refund', args: { amount: 100 } } }],
      ['rejected', { approved: false, action: null }],
    ] as const) {
      const graph = graphThatAsks({ action: { name: 'issue_refund', args: { amount: 245 } }, description: 'A lamp arrived broken.' });
      const paused = await graph.invoke({ answer: null }, threadOf('t2'));
      const [call] = parseInterrupts(paused) as Requested[];
      const resumed = await graph.invoke(new Command(formatInterrupts([decide(call!, outcome)], paused)), threadOf('t2'));
      expect(resumed.answer).toMatchObject(expected);
    }
  });

  it('is found in the state a LangGraph server keeps as well', async () => {
    const graph = graphThatAsks({ action: { name: 'issue_refund', args: { amount: 245 } } });
    const paused = await graph.invoke({ answer: null }, threadOf('t3'));
    const state: unknown = JSON.parse(JSON.stringify(await graph.getState(threadOf('t3'))));
    expect(parseInterrupts(state)).toEqual(parseInterrupts(paused));
  });

  it('of a shape we do not know is refused with the three we do', async () => {
    const paused = await graphThatAsks({ type: 'tool_approval', tool: 'x' }).invoke({ answer: null }, threadOf('t4'));
    expect(() => parseInterrupts(paused)).toThrow(/value we expected \{actionRequests, reviewConfigs\}/);
  });
});
