/** A cell of a table. */
export type Cell = string | number | boolean | null;

/**
 * What a spreadsheet reads as the beginning of a formula (OWASP, "CSV injection"), in the plain and the full-width form that some of them take too;
 * and what they skip before it.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One cell (RFC 4180). Text that a spreadsheet would calculate gets a `'` in front; numbers are written as numbers. */
const cellOf = (value: Cell): string => {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line of a CSV file, with its line end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(',')}\r\n`;
