import type { Action, Json } from '@holdpoint/contracts';
import { createPatch } from 'rfc6902';
import { DIFF_ARRAY_CELLS_MAX } from './limits.ts';
import type { JsonPatch } from './state.ts';

/**
 * JSON Patch (RFC 6902) that leads from one action to the other; paths start at the action, as in `/args/amount`.
 * Long arrays that differ are replaced whole (`DIFF_ARRAY_CELLS_MAX`).
 */
export const diffOf = (from: Action, to: Action): JsonPatch =>
  createPatch(from, to, (input: unknown, output: unknown, pointer) =>
    Array.isArray(input) && Array.isArray(output) && input.length * output.length > DIFF_ARRAY_CELLS_MAX
      ? [{ op: 'replace', path: pointer.toString(), value: output }]
      : undefined,
  ) as JsonPatch;

/** Whether two JSON values say the same; the order of an object's members makes no difference. */
export const sameJson = (one: Json, other: Json): boolean => {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((entry, at) => sameJson(entry, other[at]!))
    );
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every(name => Object.hasOwn(other, name) && sameJson(one[name]!, other[name]!))
  );
};
