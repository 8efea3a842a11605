import type { Json } from '@holdpoint/contracts';
import { pointerTo } from '../tree/json-pointer.ts';

/** One place where two values differ. */
export type FieldChange =
  | { kind: 'added'; pointer: string; after: Json }
  | { kind: 'removed'; pointer: string; before: Json }
  | { kind: 'changed'; pointer: string; before: Json; after: Json };

const isRecord = (value: Json): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Field-by-field difference of two JSON values; arrays are compared item by item.
 * @returns changes in document order, removed members last within their object; empty when the values are equal
 */
export const diffFields = (before: Json, after: Json, pointer = ''): FieldChange[] => {
  if (isRecord(before) && isRecord(after)) return diffMembers(before, after, pointer);
  if (Array.isArray(before) && Array.isArray(after))
    return diffMembers(Object.fromEntries(before.entries()), Object.fromEntries(after.entries()), pointer);
  return Object.is(before, after) ? [] : [{ kind: 'changed', pointer, before, after }];
};

const diffMembers = (before: Record<string, Json>, after: Record<string, Json>, pointer: string): FieldChange[] => [
  ...Object.entries(after).flatMap(([key, value]): FieldChange[] => {
    const at = pointerTo(pointer, key);
    const previous = Object.hasOwn(before, key) ? before[key] : undefined;
    return previous === undefined ? [{ kind: 'added', pointer: at, after: value }] : diffFields(previous, value, at);
  }),
  ...Object.entries(before)
    .filter(([key]) => !Object.hasOwn(after, key))
    .map(([key, value]): FieldChange => ({ kind: 'removed', pointer: pointerTo(pointer, key), before: value })),
];
