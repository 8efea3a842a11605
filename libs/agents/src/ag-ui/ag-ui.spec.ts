import { readFileSync } from 'node:fs';
import { ResumeEntrySchema, RunAgentInputSchema, RunFinishedEventSchema } from '@ag-ui/core/schemas';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatRunFinished, parseRunFinished } from './ag-ui.ts';

const sample = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'));
const pause = sample('tool-call-interrupts');
const calls = parseRunFinished(pause) as Requested[];

describe('a run that finished with interrupts', () => {
  it.each(['tool-call-interrupts', 'policy-hold', 'success-done'])('is an event by the protocol’s own schema (%s)', name => {
    expect(RunFinishedEventSchema.safeParse(sample(name)).success).toBe(true);
  });

  it('asks for exactly the call each interrupt is about, which stands in the messages', () => {
    expect(calls.map(({ request }) => request.action)).toEqual([
      { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
      { name: 'send_mail', args: { to: 'ada@example.test' } },
    ]);
    expect(parseRunFinished({ ...pause, messages: [] })).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
  });

  it('is answered by resume entries the protocol’s own schema accepts', () => {
    for (const outcome of ['approved', 'modified', 'rejected', 'expired', 'withdrawn'] as const) {
      const { resume } = formatRunFinished(
        calls.map(call => decide(call, outcome)),
        pause,
      );
      for (const entry of resume) expect(ResumeEntrySchema.parse(entry)).toEqual(entry);
      expect(RunAgentInputSchema.parse({ threadId: 'thread_1', runId: 'run_9', messages: [], resume }).resume).toEqual(resume);
    }
  });

  it('runs a change only where the agent declared that it reads editedArgs', () => {
    expect(calls.map(({ request }) => request.allowedDecisions)).toEqual([undefined, ['approve', 'reject']]);
    expect(
      formatRunFinished(
        calls.map(call => decide(call, 'modified')),
        pause,
      ).resume,
    ).toMatchObject([{ payload: { approved: true, editedArgs: { amount: 100 } } }, { payload: { approved: false } }]);
  });

  it('is cancelled when the request was withdrawn', () => {
    const { resume } = formatRunFinished(
      calls.map(call => decide(call, 'withdrawn')),
      pause,
    );
    expect(resume).toEqual([
      { interruptId: 'int_1', status: 'cancelled' },
      { interruptId: 'int_2', status: 'cancelled' },
    ]);
  });
});
