import type { CallbackEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { evolve, isDue, NOTHING_TRIED } from './progress.ts';

const at = '2026-11-22T12:00:00.000Z';
const soon = '2026-11-22T12:00:02.000Z';
const made = { approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa', at, durationMs: 1 };
const failed = (attempt: number, nextAttemptAt: string | null = soon): CallbackEvent => ({
  type: 'CallbackAttemptFailed',
  data: {
    ...made,
    webhookId: 'msg_x',
    attempt,
    status: 500,
    errorClass: 'http_500',
    resolvedAddress: null,
    nextAttemptAt,
    private: { responseExcerpt: null },
  },
});
const delivered = (attempt: number): CallbackEvent => ({
  type: 'CallbackDelivered',
  data: { ...made, webhookId: 'msg_x', attempt, status: 200, resolvedAddress: null },
});
const waiting = {
  type: 'ResumeAttempted',
  data: { ...made, attempt: 1, outcome: 'waiting', detail: 'x', nextAttemptAt: soon },
} satisfies CallbackEvent;
const after = (...events: CallbackEvent[]) =>
  events.reduce((progress, event, revision) => evolve(progress, event, revision), NOTHING_TRIED);

describe('the progress of an answer', () => {
  it('is due at once when nothing was tried', () => {
    expect(isDue(NOTHING_TRIED.callback, Date.parse(at))).toBe(true);
  });

  it('is due again only when its time has come', () => {
    const { callback } = after(failed(1));
    expect(isDue(callback, Date.parse(at))).toBe(false);
    expect(isDue(callback, Date.parse(soon))).toBe(true);
  });

  it('keeps callback and resume apart', () => {
    const { callback, resume, revision } = after(failed(1), waiting, delivered(2));
    expect(callback).toMatchObject({ done: true, attempts: 2 });
    expect(resume).toMatchObject({ done: false, attempts: 1, nextAttemptAt: soon });
    expect(revision).toBe(2);
  });

  it('is never due after it was delivered or given up', () => {
    const exhausted: CallbackEvent = {
      type: 'CallbackExhausted',
      data: { approvalId: made.approvalId, webhookId: 'msg_x', attempts: 1, at, lastErrorClass: 'gone' },
    };
    for (const progress of [after(delivered(1)), after(failed(1, null), exhausted)])
      expect(isDue(progress.callback, Date.parse(at) + 1e9)).toBe(false);
  });

  it('starts its schedule anew when somebody asks for a replay, and goes on counting attempts', () => {
    const replay: CallbackEvent = {
      type: 'CallbackScheduled',
      data: { approvalId: made.approvalId, webhookId: 'msg_x', nextAttemptAt: at, reason: 'replay', at },
    };
    expect(after(failed(1), failed(2), delivered(3), replay).callback).toMatchObject({
      attempts: 3,
      step: 0,
      done: false,
      nextAttemptAt: at,
      since: at,
    });
  });

  it('stays where it is on its schedule while it waits without an attempt, and counts such waits until the next one', () => {
    const deferred: CallbackEvent = {
      type: 'CallbackScheduled',
      data: { approvalId: made.approvalId, webhookId: 'msg_x', nextAttemptAt: soon, reason: 'deferred', at },
    };
    expect(after(failed(1), deferred, deferred).callback).toMatchObject({
      attempts: 1,
      step: 1,
      done: false,
      deferrals: 2,
      nextAttemptAt: soon,
    });
    expect(after(deferred, failed(1)).callback).toMatchObject({ attempts: 1, step: 1, deferrals: 0 });
  });
});

describe('a resume in doubt', () => {
  type Outcome = 'failed' | 'unknown' | 'waiting' | 'sending';
  const tried = (...outcomes: Outcome[]) =>
    after(...outcomes.map((outcome, index): CallbackEvent => ({ ...waiting, data: { ...waiting.data, attempt: index + 1, outcome } })))
      .resume;

  it.each<[Outcome[], 'sending' | 'unknown' | null]>([
    [['failed', 'waiting'], null],
    [['sending'], 'sending'],
    [['sending', 'failed'], null],
    [['sending', 'unknown'], 'unknown'],
    [['unknown', 'failed', 'waiting'], 'unknown'],
    [['unknown', 'sending', 'failed'], 'unknown'],
  ])('after %j is %s', (outcomes, inDoubt) => expect(tried(...outcomes).inDoubt).toBe(inDoubt));

  it('does not use up a step by saying that it is about to send', () => {
    expect(tried('sending', 'unknown')).toMatchObject({ attempts: 2, step: 1 });
  });
});
