import { describe, expect, it } from 'vitest';
import { openSignInLimit, SIGN_IN_LIMITS } from './sign-in-limit.ts';

describe('the limit on sign-ins', () => {
  it('makes an address wait after ten wrong passwords, wherever they come from', () => {
    let nowMs = 0;
    const limit = openSignInLimit(() => nowMs);
    for (let attempt = 0; attempt < SIGN_IN_LIMITS.perEmail; attempt += 1) {
      expect(limit.waitSec('ada@example.test', `10.0.0.${attempt}`)).toBe(0);
      limit.failed('Ada@example.test', `10.0.0.${attempt}`);
    }
    expect(limit.waitSec('ada@EXAMPLE.test', '10.0.0.99')).toBe(SIGN_IN_LIMITS.windowSec);
    expect(limit.waitSec('bob@example.test', '10.0.0.99')).toBe(0);
    nowMs = SIGN_IN_LIMITS.windowSec * 1_000;
    expect(limit.waitSec('ada@example.test', '10.0.0.99')).toBe(0);
  });

  it('makes a network address wait after a hundred, whoever is tried', () => {
    const limit = openSignInLimit(() => 0);
    for (let attempt = 0; attempt < SIGN_IN_LIMITS.perAddress; attempt += 1) limit.failed(`user${attempt}@example.test`, '10.0.0.1');
    expect(limit.waitSec('new@example.test', '10.0.0.1')).toBeGreaterThan(0);
    expect(limit.waitSec('new@example.test', '10.0.0.2')).toBe(0);
  });

  it('starts anew for somebody who got in', () => {
    const limit = openSignInLimit(() => 0);
    for (let attempt = 0; attempt < SIGN_IN_LIMITS.perEmail; attempt += 1) limit.failed('ada@example.test', '10.0.0.1');
    limit.succeeded('ada@example.test');
    expect(limit.waitSec('ada@example.test', '10.0.0.1')).toBe(0);
  });
});
