import { argsProblem, Refused } from '@holdpoint/approval';
import { describe, expect, it } from 'vitest';
import { TookTooLong, withinMs } from './within-ms.ts';

describe('bounded work', () => {
  it('gives its result and its own errors', () => {
    expect(withinMs(1_000, () => argsProblem({ properties: { amount: { maximum: 1 } } }, { amount: 2 }))).toBe('args/amount must be <= 1');
    expect(() =>
      withinMs(1_000, () => {
        throw new Refused('invalid_action', 'no');
      }),
    ).toThrow(Refused);
  });

  it('is stopped inside an expression that backtracks for ever, and the next work runs', () => {
    argsProblem(true, {});
    const started = performance.now();
    expect(() => withinMs(200, () => argsProblem({ properties: { id: { pattern: '^(a+)+$' } } }, { id: `${'a'.repeat(40)}!` }))).toThrow(
      TookTooLong,
    );
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(withinMs(100, () => 'fine')).toBe('fine');
  });
});
