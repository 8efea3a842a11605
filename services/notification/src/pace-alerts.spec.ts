import type { AlertChannel } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { ID, life, NOON, noonPlus, opened } from './an-approvals-life.fixture.ts';
import { openBuckets } from './buckets.ts';
import { coolDownSec, mayApproveSince } from './cool-down.ts';
import type { Deps } from './deps.ts';
import { digestAt, paceAlerts } from './pace-alerts.ts';
import { openPauses } from './pauses.ts';
import type { Recipient } from './recipients.ts';
import { roundOf } from './round.ts';

const round = roundOf(life(opened())[0]!)!;
const to = (operatorId: string, channel: AlertChannel = 'email', afterSec = 0): Recipient => ({
  operatorId,
  operatorName: operatorId,
  channel,
  address: `${operatorId}@x`,
  route: null,
  verifiedAt: NOON,
  afterSec,
  attemptId: `${operatorId} ${channel}`,
});
const pace = (perMinute: number, nowMs: () => number = () => Date.parse(NOON)) => {
  const deps = {
    directory: { channelPolicy: () => ({ alertsPerMinuteMax: perMinute }) },
    buckets: openBuckets(nowMs),
    digests: { hold: () => {} },
    now: () => new Date(nowMs()).toISOString(),
  } as unknown as Deps;
  return (...recipients: Recipient[]) => {
    const { now, held } = paceAlerts(deps, round, 'org_x', ID, recipients);
    return {
      now: now.map(({ attemptId }) => attemptId),
      held: held.map(({ data }) => `${data.attemptId} ${data.reason} ${data.nextAttemptAt}`),
    };
  };
};

describe('alerts to one person', () => {
  it('go out at once as long as they are few, and the rest waits for the digest of the minute', () => {
    const next = pace(2);
    expect(next(to('ada'))).toEqual({ now: ['ada email'], held: [] });
    expect(next(to('ada'), to('ben'))).toEqual({ now: ['ada email', 'ben email'], held: [] });
    expect(next(to('ada'), to('ada', 'slack'))).toEqual({
      now: ['ada slack'],
      held: ['ada email digest 2026-11-23T12:01:00.000Z'],
    });
  });

  it('have room again as time passes, and never more than a minute’s', () => {
    let nowMs = Date.parse(NOON);
    const next = pace(2, () => nowMs);
    const sends = (times: number) => Array.from({ length: times }, () => next(to('ada')).now.length).reduce((a, b) => a + b, 0);
    expect(sends(5)).toBe(2);
    nowMs += 30_000;
    expect(sends(5)).toBe(1);
    nowMs += 3_600_000;
    expect(sends(5)).toBe(2);
  });

  it('wait as long as their own rules say, and the inbox for nothing', () => {
    const next = pace(6);
    expect(next(to('ada', 'sms', 300), to('ada', 'inbox'))).toEqual({
      now: ['ada inbox'],
      held: ['ada sms rule 2026-11-23T12:05:00.000Z'],
    });
  });
});

describe('a digest', () => {
  it('is due at the next full minute, so that all that wait wait for the same', () => {
    expect(digestAt('2026-11-23T12:00:00.001Z', noonPlus(3_600))).toBe('2026-11-23T12:01:00.000Z');
    expect(digestAt('2026-11-23T12:00:59.999Z', noonPlus(3_600))).toBe('2026-11-23T12:01:00.000Z');
  });
  it('comes sooner for what has little time left', () => {
    expect(digestAt(NOON, noonPlus(60))).toBe(noonPlus(15));
    expect(digestAt(NOON, noonPlus(30))).toBe(noonPlus(10));
  });
});

describe('a channel that was told to slow down', () => {
  const failure = { class: 'throttled' as const, code: '429', safeMessage: 'slow down' };
  it('rests as long as its provider says, five minutes at most', () => {
    let nowMs = 0;
    const pauses = openPauses(() => nowMs);
    pauses.after('org/slack', { ...failure, retryAfterMs: 30_000 });
    expect(pauses.of('org/slack')).toMatchObject({ class: 'throttled', retryAfterMs: 30_000 });
    expect(pauses.of('org/email')).toBeNull();
    nowMs = 30_000;
    expect(pauses.of('org/slack')).toBeNull();
    pauses.after('org/slack', { ...failure, retryAfterMs: 86_400_000 });
    nowMs += 300_000;
    expect(pauses.of('org/slack')).toBeNull();
  });
  it('is not tried with credentials that were just refused', () => {
    let nowMs = 0;
    const pauses = openPauses(() => nowMs);
    pauses.after('org/slack', { class: 'config', code: 'invalid_auth', safeMessage: 'refused' });
    expect(pauses.of('org/slack')).toMatchObject({ class: 'config', code: 'invalid_auth' });
    nowMs = 30_000;
    expect(pauses.of('org/slack')).toBeNull();
  });
  it('goes on after what is no reason to rest', () => {
    const pauses = openPauses(() => 0);
    pauses.after('org/slack', { class: 'retryable', code: '500', safeMessage: 'x' });
    expect(pauses.of('org/slack')).toBeNull();
  });
});

describe('a new address', () => {
  it('may approve a day later where a SIM card can be stolen, at once elsewhere, and as the organisation says', () => {
    expect([coolDownSec({}, 'sms'), coolDownSec({}, 'slack'), coolDownSec({ coolDownSec: 60 }, 'slack')]).toEqual([86_400, 0, 60]);
    expect(mayApproveSince({}, 'sms', NOON, noonPlus(86_399))).toBe(false);
    expect(mayApproveSince({}, 'sms', NOON, noonPlus(86_400))).toBe(true);
    expect(mayApproveSince({}, 'slack', null, NOON)).toBe(false);
  });
});
