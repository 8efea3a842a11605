import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dataOf, type GateAndPeople } from './a-gate-and-its-people.ts';

/** Kept before the end of a run for the answer's way back, seconds. */
const MARGIN_SEC = 45;
/** How long people have before that, seconds. */
const TIME_SEC = 6;

type Run = Awaited<ReturnType<GateAndPeople['pausedRun']>>;

/** A run that pauses for several calls is answered once, for all of them. */
export const batchSuite = (world: () => GateAndPeople): void => {
  const pause = async (leftSec: number): Promise<Run> => {
    world().assistants.use(({ round }) => (round === 0 ? { toolCalls: ['first', 'second', 'third'].map(called) } : { message: 'done' }));
    return world().pausedRun(leftSec);
  };
  /** Asks for every call of the run in one batch. @param named which of them say when the run ends */
  const askForAll = async ({ threadId, runId, calls, expiresAt }: Run, named: readonly number[]): Promise<string[]> => {
    const requests = calls.map((toolCallId, index) => ({
      source: 'openai.assistants',
      threadId,
      runId,
      toolCallId,
      arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund it', entityId: 'A-1', riskLevel: 'medium' },
      action: { name: 'send_parcel', args: { order_id: `A-${index}` } },
      resume: { mode: 'openai.submitToolOutputs', connectionId: 'assistants' },
      batch: { id: runId, index, size: calls.length },
      ...(named.includes(index) ? { upstreamExpiresAt: expiresAt } : {}),
    }));
    const { results } = await world().agent<{ results: { status: number; body: { id: string } }[] }>('POST', '/v1/approvals:batch', {
      requests,
    });
    expect(results.map(({ status }) => status)).toEqual(calls.map(() => 202));
    const ids = results.map(({ body }) => body.id);
    await Promise.all(ids.map(id => world().until(id, 'ReviewStepOpened')));
    return ids;
  };
  const submissionsOf = ({ runId }: Run) => world().assistants.submissions.filter(submission => submission.runId === runId);
  const decisionsIn = (run: Run) =>
    submissionsOf(run).map(({ outputs }) => outputs.map(({ output }) => (JSON.parse(output) as { decision: string }).decision));
  /** Every call knows in the end that the run goes on. */
  const resumed = (ids: readonly string[]) => Promise.all(ids.map(id => world().until(id, 'RunResumed')));

  describe('a run with three calls', () => {
    it.concurrent('goes on once, when the last is decided; calls that are decided together are each an event of their own', async () => {
      const run = await pause(600);
      const ids = await askForAll(run, [0, 1, 2]);
      const [first, second, third] = ids as [string, string, string];
      // Only what the lists show may be decided among others, and they follow the log.
      for (const id of [first, second])
        await expect.poll(async () => JSON.stringify(await world().api('GET', '/api/inbox?view=all&limit=200'))).toContain(id);
      const { items } = await world().api<{ items: { outcome: string }[] }>('POST', '/api/approvals:bulk', {
        verb: 'approve',
        ids: [first, second],
      });
      expect(items.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
      for (const id of [first, second]) {
        const events = await world().until(id, 'ResumeAttempted');
        expect(dataOf(events, 'ApprovalGranted')).toHaveLength(1);
        expect(dataOf(events, 'ResumeAttempted')[0]).toMatchObject({ outcome: 'waiting' });
      }
      expect(submissionsOf(run)).toEqual([]);
      expect(world().assistants.run(run.runId).status).toBe('requires_action');
      await world().api('POST', `/api/approvals/${third}/reject`, { note: 'The stock is gone.' });
      const histories = await resumed(ids);
      expect(decisionsIn(run)).toEqual([['approved', 'approved', 'rejected']]);
      expect(histories.map(events => dataOf(events, 'RunResumed')[0]!['how'])).toContain('submitted');
    });

    it.concurrent(
      'goes on in time when nobody decides the rest: all of them end before the run does, whichever named its end',
      async () => {
        const run = await pause(MARGIN_SEC + TIME_SEC);
        const ids = await askForAll(run, [1]);
        await world().api('POST', `/api/approvals/${ids[0]}/approve`, {});
        await delay(1_000);
        expect(submissionsOf(run)).toEqual([]);
        await resumed(ids);
        expect(decisionsIn(run)).toEqual([['approved', 'expired', 'expired']]);
        const leftMs = run.expiresAt * 1_000 - Date.now();
        expect(leftMs).toBeGreaterThan((MARGIN_SEC - 15) * 1_000);
        expect(leftMs).toBeLessThan(MARGIN_SEC * 1_000);
        for (const id of ids.slice(1)) expect((await world().told(id)).status).toBe('expired');
      },
    );
  });
};

const called = (name: string) => ({
  id: `call_${name}_${Math.random().toString(36).slice(2)}`,
  name: 'request_human_approval',
  arguments: { context_summary: 'x', proposed_action: 'y', entity_id: 'A-1', risk_level: 'medium' },
});
