import { setFlagsFromString } from 'node:v8';
import { FILTER_PREFIXES_MAX, FILTER_REGEX_CHARS_MAX } from './limits.ts';

/**
 * A hostile regex must not stop the server: V8 goes on with its linear-time engine once an expression backtracks too much.
 * https://v8.dev/blog/non-backtracking-regexp
 */
setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');

/** What a filtered read of `$all` asks for. */
export type EventFilter = {
  on: 'stream' | 'type';
  /** Empty when `regex` decides. */
  prefixes: readonly string[];
  regex: RegExp | undefined;
};

/** A filter the store will not run. */
export class InvalidFilter extends Error {}

/**
 * Checks a filter as it came over the wire. Without prefixes and regex everything matches, as in EventStoreDB.
 * @throws InvalidFilter
 */
export const createFilter = (on: EventFilter['on'], prefixes: readonly string[], regex: string): EventFilter => {
  if (prefixes.length > FILTER_PREFIXES_MAX)
    throw new InvalidFilter(`A filter takes at most ${FILTER_PREFIXES_MAX} prefixes. Use a regex, or several subscriptions.`);
  if (regex.length > FILTER_REGEX_CHARS_MAX)
    throw new InvalidFilter(`A filter's regex takes at most ${FILTER_REGEX_CHARS_MAX} characters.`);
  if (regex === '') return { on, prefixes, regex: undefined };
  try {
    return { on, prefixes: [], regex: new RegExp(regex) };
  } catch {
    throw new InvalidFilter('The filter is not a valid regular expression.');
  }
};

/** Says whether an event passes; system events are not treated differently. */
export const matches = (filter: EventFilter, stream: string, type: string): boolean => {
  const subject = filter.on === 'stream' ? stream : type;
  if (filter.regex !== undefined) return filter.regex.test(subject);
  if (filter.prefixes.length === 0) return true;
  for (const prefix of filter.prefixes) if (subject.startsWith(prefix)) return true;
  return false;
};

/** More categories than this are cheaper to scan than to merge. */
const MERGED_CATEGORIES_MAX = 24;

/**
 * The categories that can hold a match, when the filter is by stream prefix: stretches of the log without those
 * are then skipped without reading them.
 * @param categories all categories, by number; streams without one are number 0.
 * @returns their numbers, or undefined when the log has to be scanned.
 */
export const candidateCategories = (filter: EventFilter, categories: ReadonlyMap<number, string>): number[] | undefined => {
  if (filter.on !== 'stream' || filter.regex !== undefined || filter.prefixes.length === 0) return undefined;
  const candidates = filter.prefixes.every(prefix => prefix.includes('-')) ? [] : [0];
  for (const [id, name] of categories) {
    const start = `${name}-`;
    if (filter.prefixes.some(prefix => start.startsWith(prefix) || prefix.startsWith(start))) candidates.push(id);
  }
  return candidates.length > MERGED_CATEGORIES_MAX ? undefined : candidates;
};
