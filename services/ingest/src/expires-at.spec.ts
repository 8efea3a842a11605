import type { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import { deadlineOf, UPSTREAM_MARGIN_SEC } from './expires-at.ts';

const NOW = '2026-11-22T12:00:00.000Z';
const rules = { defaultSec: 86_400, minSec: 30 };
const inSec = (sec: number) => new Date(Date.parse(NOW) + sec * 1_000).toISOString();
const unix = (sec: number) => Date.parse(NOW) / 1_000 + sec;
const expiresAfterSec = (request: Parameters<typeof deadlineOf>[0]) =>
  (Date.parse(deadlineOf(request, NOW, rules).expiresAt) - Date.parse(NOW)) / 1_000;
const pointerOfRefusal = (request: Parameters<typeof deadlineOf>[0]): string | undefined => {
  try {
    deadlineOf(request, NOW, rules);
  } catch (error) {
    expect(error).toMatchObject({ status: 422, code: 'deadline_invalid' });
    return (error as ProblemError).problem.errors?.[0]?.pointer;
  }
  return undefined;
};

describe('a request without a deadline', () => {
  it('gets the default', () => expect(expiresAfterSec({})).toBe(86_400));
  it('ends before the paused run does, with time for the answer to get back', () => {
    expect(deadlineOf({ upstreamExpiresAt: unix(600) }, NOW, rules)).toEqual({
      expiresAt: inSec(600 - UPSTREAM_MARGIN_SEC),
      upstreamExpiresAt: inSec(600),
      by: 'default',
    });
  });
});

describe('a request with a deadline', () => {
  it.each([30, 600, 2_592_000])('keeps %d s', sec => {
    expect(expiresAfterSec({ deadlineSec: sec })).toBe(sec);
    expect(expiresAfterSec({ expiresAt: inSec(sec) })).toBe(sec);
    expect(deadlineOf({ deadlineSec: sec }, NOW, rules).by).toBe('agent');
    expect(deadlineOf({ expiresAt: inSec(sec) }, NOW, rules).by).toBe('agent');
  });
  it('is written in UTC whatever the offset it came in', () => {
    expect(deadlineOf({ expiresAt: '2026-11-22T14:00:00+01:00' }, NOW, rules).expiresAt).toBe('2026-11-22T13:00:00.000Z');
  });
  it('keeps the earlier of its own and the upstream one', () => {
    expect(expiresAfterSec({ deadlineSec: 60, upstreamExpiresAt: unix(600) })).toBe(60);
    expect(expiresAfterSec({ deadlineSec: 3_600, upstreamExpiresAt: inSec(600) })).toBe(555);
  });
});

describe('a deadline nobody could keep', () => {
  it.each([
    ['shorter than the minimum', { deadlineSec: 29 }, '/deadlineSec'],
    ['in the past', { expiresAt: inSec(-1) }, '/expiresAt'],
    ['too soon', { expiresAt: inSec(29) }, '/expiresAt'],
    ['beyond 30 days', { expiresAt: inSec(2_592_001) }, '/expiresAt'],
    ['given twice', { expiresAt: inSec(60), deadlineSec: 60 }, '/deadlineSec'],
    ['of a run that ends at once', { upstreamExpiresAt: unix(74) }, '/upstreamExpiresAt'],
    ['of a run that has ended', { upstreamExpiresAt: unix(-1) }, '/upstreamExpiresAt'],
    ['of a run, in milliseconds', { upstreamExpiresAt: unix(600) * 1_000 }, '/upstreamExpiresAt'],
  ])('%s is refused and named', (_, request, pointer) => expect(pointerOfRefusal(request)).toBe(pointer));

  it('of exactly the minimum is kept', () => expect(pointerOfRefusal({ upstreamExpiresAt: unix(75) })).toBeUndefined());
});
