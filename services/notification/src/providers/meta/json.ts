/** Careful steps through JSON of others: whatever is not there, or not what it should be, is absent. */

/** @returns undefined when it is no JSON */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export const childOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

export const listOf = (value: unknown, name: string): unknown[] => {
  const child = childOf(value, name);
  return Array.isArray(child) ? child : [];
};

/** A text that is there and not empty. */
export const textOf = (value: unknown, name: string): string | null => {
  const child = childOf(value, name);
  return typeof child === 'string' && child !== '' ? child : null;
};

export const numberOf = (value: unknown, name: string): number | null => {
  const child = childOf(value, name);
  return typeof child === 'number' && Number.isFinite(child) ? child : null;
};

/** An id, which some webhooks write as a number. */
export const idOf = (value: unknown, name: string): string | null => {
  const child = childOf(value, name);
  return typeof child === 'number' && Number.isSafeInteger(child) ? `${child}` : textOf(value, name);
};
