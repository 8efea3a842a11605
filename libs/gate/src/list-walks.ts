import type { Json, JsonObject } from '@holdpoint/contracts';

/**
 * Longest list of a request that a rule walks, entries. The expression library has no budget at run time, so the length is looked at before
 * any rule that walks is asked; a longer one takes the request to a person.
 */
export const WALKED_ITEMS_MAX = 1_000;

/** Why rules that walk lists cannot be asked about these arguments; null when every list is short enough. */
export const longListIn = (args: JsonObject): string | null =>
  isLong(args) ? `a list in the arguments has more than ${WALKED_ITEMS_MAX} entries` : null;

const isLong = (value: Json): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.values(value);
  return entries.length > WALKED_ITEMS_MAX || entries.some(isLong);
};
