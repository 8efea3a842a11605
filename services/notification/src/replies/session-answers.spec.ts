import { EventErased, LogUnavailable } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import type { ReplyDeps } from './reply-deps.ts';
import { openSessionAnswers } from './session-answers.ts';

const ID = `apr_${'a'.repeat(26)}`;
const by = { tenant: 'org_a', operatorId: 'opr_ada' };
const press = { ...by, handle: `hp1${'b'.repeat(52)}` };
const shown = { ...by, correlation: `${ID}.ntf_1`, status: 'shown' } as const;

/** Where every stream is answered like this. Nothing can be appended: there is no such function. */
const answering = (error: Error) => {
  const counts: string[] = [];
  const deps = {
    directory: { operator: () => null, organization: () => null, profile: () => ({ language: 'nl' }) },
    countReply: (_channel: string, outcome: string) => counts.push(outcome),
    offered: { in: () => null },
    eventLog: { load: () => Promise.reject(error) },
  } as unknown as ReplyDeps;
  return { ...openSessionAnswers(deps), counts };
};

describe('what comes back from a notification of a browser', () => {
  it('about something that is erased is answered, and nothing is recorded', async () => {
    const answers = answering(new EventErased(`notification-${ID}`, 0, 'NotificationSent'));
    expect(await answers.press(press)).toEqual({ outcome: 'refused', text: expect.stringContaining('is gewist') as string });
    expect(await answers.receipt(shown)).toBe(false);
    expect(answers.counts).toEqual(['refused']);
  });
  it('has to come again where the log does not answer', async () => {
    const answers = answering(new LogUnavailable('unreachable', 1, 'down'));
    await expect(answers.press(press)).rejects.toThrow(LogUnavailable);
    await expect(answers.receipt(shown)).rejects.toThrow(LogUnavailable);
  });
});
