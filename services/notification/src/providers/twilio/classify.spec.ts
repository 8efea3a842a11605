import { describe, expect, it } from 'vitest';
import { classifyTwilio } from './classify.ts';

describe('an error of Twilio', () => {
  it.each([
    ['retryable', [20500, 20503, 30008, 30003, 63012, 63005, 63021, 63023]],
    ['throttled', [20429, 21611, 30001, 30022, 14107, 63018]],
    ['recipient_gone', [21211, 21614, 30005, 30006, 63024, 63003]],
    ['recipient_blocked', [21610, 30004, 63014]],
    ['content_rejected', [30007, 21617, 30036, 63013, 63032]],
    ['config', [20003, 21606, 21659, 21608, 21408, 30032, 30034, 63007, 63008, 63010, 63020]],
    ['window_closed', [63016]],
  ] as const)('is %s by its code, at once or later', (expected, codes) => {
    for (const code of codes) {
      expect([code, classifyTwilio({ status: 400, code }).class]).toEqual([code, expected]);
      expect(classifyTwilio({ code })).toMatchObject({ class: expected, code: String(code) });
    }
  });

  it.each([
    [401, 'config'],
    [403, 'config'],
    [404, 'config'],
    [429, 'throttled'],
    [400, 'content_rejected'],
    [500, 'retryable'],
    [503, 'retryable'],
    [302, 'retryable'],
    [undefined, 'retryable'],
  ] as const)('with a code nobody knows yet counts by HTTP status %s: %s', (status, expected) => {
    expect(classifyTwilio({ status, code: 98_765 })).toMatchObject({ class: expected, code: '98765' });
  });

  it('names the status where there is no code, and keeps the pause it asks for', () => {
    expect(classifyTwilio({ status: 503, retryAfterMs: 7_000 })).toMatchObject({ code: 'http_503', retryAfterMs: 7_000 });
    expect(classifyTwilio({}).code).toBe('unknown');
  });
});
