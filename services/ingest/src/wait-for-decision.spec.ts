import type { ApprovalReply, LiveMessage } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import type { Caller } from './approval-requested.ts';
import { hangBells } from './bells.ts';
import { waitForDecision, type WaitUntil } from './wait-for-decision.ts';

const ID = 'apr_a';
/** Longer than any of this takes, milliseconds: whoever is still waiting then waits in vain. */
const PATIENCE_MS = 4_000;

/** One approval, and what is announced of it. */
const waiting = (until: WaitUntil) => {
  const now = { approval: { status: 'pending' } as ApprovalReply, judged: false };
  let hear: (message: LiveMessage, tenant: string) => void = () => {};
  const live = {
    subscribeLive: (_tenant: string, handler: typeof hear) => ((hear = handler), { close: () => {} }),
    onReset: () => () => {},
  };
  const reads: boolean[] = [];
  const read = () => {
    reads.push(now.judged);
    return Promise.resolve({ ...now });
  };
  const wait = waitForDecision({ read, bells: hangBells(live, 10) });
  const answer = wait(ID, {} as Caller, PATIENCE_MS, until, new AbortController().signal);
  const say = (type: string) =>
    hear({ changes: [{ approvalId: ID, stream: `approval-${ID}`, revision: 1, type, position: '1' }] }, 'org_a');
  return { now, answer, say, reads };
};
const wins = (answer: Promise<unknown>): Promise<string> =>
  Promise.race([answer.then(() => 'answered'), new Promise<string>(resolve => setTimeout(resolve, 50, 'waits'))]);

describe('a wait', () => {
  it.each([
    ['decision', 'ReviewStepOpened', 'waits', 1],
    ['question', 'ReviewStepOpened', 'waits', 1],
    ['verdict', 'ReviewStepOpened', 'answered', 2],
    ['verdict', 'QuestionAsked', 'waits', 1],
  ] as const)('for the %s: after %s it %s', async (until, type, outcome, looks) => {
    const { now, answer, say, reads } = waiting(until);
    await Promise.resolve();
    now.judged = true;
    say(type);
    expect(await wins(answer)).toBe(outcome);
    expect(reads).toHaveLength(looks);
    now.approval = { ...now.approval, status: 'approved' };
    say('ApprovalGranted');
    expect((await answer).status).toBe(outcome === 'answered' ? 'pending' : 'approved');
  });

  it('looks again at what is news to it, and at nothing else', async () => {
    const { answer, say, reads } = waiting('verdict');
    expect(await wins(answer)).toBe('waits');
    say('ApprovalClaimed');
    expect(reads).toEqual([false]);
    say('ApprovalRejected');
    expect(await wins(answer)).toBe('waits');
    expect(reads).toEqual([false, false]);
  });
});
