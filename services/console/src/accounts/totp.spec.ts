import { describe, expect, it } from 'vitest';
import { base32Of, stepAt, stepOfCode, totpCode, totpUri } from './totp.ts';

/** The shared secret of RFC 6238 appendix B for SHA-1. */
const SECRET = Buffer.from('12345678901234567890');

describe('a code of an authenticator app', () => {
  // RFC 6238 appendix B: seconds since 1970, and the eight digits of SHA-1.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at %i s is that of the RFC', (seconds, digits) => {
    expect(totpCode(SECRET, stepAt(seconds * 1_000), 8)).toBe(digits);
    expect(totpCode(SECRET, stepAt(seconds * 1_000))).toBe(digits.slice(2));
  });

  it('is taken a step early or late, and never twice nor before one that was taken', () => {
    const nowMs = 1_234_567_890_000;
    const now = stepAt(nowMs);
    for (const step of [now - 1, now, now + 1]) expect(stepOfCode(SECRET, totpCode(SECRET, step), nowMs, -1)).toBe(step);
    for (const step of [now - 2, now + 2]) expect(stepOfCode(SECRET, totpCode(SECRET, step), nowMs, -1)).toBeNull();
    expect(stepOfCode(SECRET, totpCode(SECRET, now), nowMs, now)).toBeNull();
    expect(stepOfCode(SECRET, totpCode(SECRET, now - 1), nowMs, now)).toBeNull();
    for (const wrong of ['', '00592', `${totpCode(SECRET, now)}0`, '٥٩٢٤٠٠'])
      expect(stepOfCode(SECRET, wrong, nowMs, -1), wrong).toBeNull();
  });

  it('has a key apps can read', () => {
    expect(base32Of(SECRET)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(totpUri(SECRET, 'Holdpoint A & B', 'ada@example.test')).toBe(
      'otpauth://totp/Holdpoint%20A%20%26%20B:ada%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdpoint%20A%20%26%20B',
    );
  });
});
