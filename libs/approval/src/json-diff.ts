import type { Action } from '@holdpoint/contracts';
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
