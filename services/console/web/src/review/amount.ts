/** Fractions are never rounded away: what is shown is what would be paid. ECMA-402's limit, digits. */
const FRACTION_DIGITS_MAX = 20;

/**
 * An amount with its currency, `245.00 USD`: the ISO code, because `$` names several currencies.
 * @returns null when the currency is not a three-letter code: then the raw values are shown instead
 */
export const amountText = (amount: number, currency: string | null): string | null => {
  if (currency === null) return new Intl.NumberFormat('en', { maximumFractionDigits: FRACTION_DIGITS_MAX }).format(amount);
  if (!/^[A-Z]{3}$/.test(currency)) return null;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 0;
  return `${new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: FRACTION_DIGITS_MAX }).format(amount)} ${currency}`;
};
