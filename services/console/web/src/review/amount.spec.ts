import { describe, expect, it } from 'vitest';
import { amountText } from './amount.ts';

describe('an amount', () => {
  it.each([
    [245, 'USD', '245.00 USD'],
    [1_234_567.5, 'EUR', '1,234,567.50 EUR'],
    [0.005, 'USD', '0.005 USD'],
    [5_000, 'JPY', '5,000 JPY'],
    [12, null, '12'],
  ])('%d %s reads %s', (amount, currency, text) => expect(amountText(amount, currency)).toBe(text));

  it('is left raw when the currency is not a code', () => {
    expect(amountText(1, 'U\u202ESD')).toBeNull();
  });
});
