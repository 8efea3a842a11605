import { isSet, type Given } from './command.ts';
import type { Io } from './io.ts';

/** Writes a result: one JSON object, or lines for people. */
export const say = (given: Given, io: Io, result: Readonly<Record<string, unknown>>, lines: readonly string[]): void => {
  if (isSet(given, 'json')) io.out(JSON.stringify({ ok: true, ...result }));
  else for (const line of lines) io.out(line);
};
