import { readFileSync } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatSessionEvents, parseSessionEvents } from './claude-managed-agents.ts';

const pause = JSON.parse(readFileSync(new URL('samples/session-events.json', import.meta.url), 'utf8')) as {
  session_id: string;
  events: { id: string; type: string }[];
};
const calls = parseSessionEvents(pause) as Requested[];

describe('a session of managed agents', () => {
  it('is answered with events of the SDK’s own types, some now and others later', () => {
    const answer = formatSessionEvents([decide(calls[0]!, 'approved'), decide(calls[1]!, 'modified')], pause);
    answer.events satisfies Anthropic.Beta.Sessions.BetaManagedAgentsEventParams[];
    expect(answer.events).toEqual([
      { type: 'user.tool_confirmation', tool_use_id: 'sevt_2', result: 'allow' },
      { type: 'user.tool_confirmation', tool_use_id: 'sevt_3', result: 'deny', deny_message: expect.stringContaining('approvedAction') },
    ]);
    expect(formatSessionEvents([decide(calls[2]!, 'rejected')], pause).events).toMatchObject([
      { type: 'user.custom_tool_result', custom_tool_use_id: 'sevt_4', is_error: false },
    ]);
  });

  it('never sends a deny message with an allow', () => {
    const { events } = formatSessionEvents(
      calls.map(call => decide(call, 'approved', 'go ahead')),
      pause,
    );
    expect(events.filter(event => 'result' in event && event.result === 'allow' && 'deny_message' in event)).toEqual([]);
  });

  it('whose events are incomplete says which one to list', () => {
    const partial = { ...pause, events: pause.events.filter(({ id }) => id !== 'sevt_3') };
    expect(() => parseSessionEvents(partial)).toThrow('at events[sevt_3] we expected event 1 of those it waits for');
  });

  it('that waits for another kind of event is refused', () => {
    const strange = { ...pause, events: pause.events.map(event => (event.id === 'sevt_2' ? { ...event, type: 'agent.payment' } : event)) };
    expect(() => parseSessionEvents(strange)).toThrow('at events[sevt_2].type we expected agent.tool_use');
  });
});
