import type { GateFacts } from '@holdpoint/contracts';
import { plainly } from './text-flags.ts';

/**
 * Facts an explanation may quote. Explanations stand in the public part of an event, so nothing about a person (entity, principal,
 * arguments) may be quoted.
 */
const QUOTABLE = ['amount', 'currency', 'riskLevel', 'tool', 'agent', 'source'] as const satisfies readonly (keyof GateFacts)[];
/** Length of one quoted value, UTF-16 units. */
const QUOTED_CHARS_MAX = 80;
const PLACEHOLDER = /\{([a-zA-Z.]*)\}/g;

/** A rule's words with the values filled in: `{amount}` → `245`. An absent value reads `unknown`. */
export const explain = (words: string, facts: GateFacts): string =>
  words.replaceAll(PLACEHOLDER, (whole: string, name: string) => {
    const fact = QUOTABLE.find(quotable => quotable === name);
    if (fact === undefined) return whole;
    const value = facts[fact];
    return value === null ? 'unknown' : plainly(String(value), QUOTED_CHARS_MAX);
  });

/** Placeholders that {@link explain} would leave as they are. */
export const unknownPlaceholders = (words: string): string[] =>
  [...words.matchAll(PLACEHOLDER)].filter(([, name]) => !QUOTABLE.some(fact => fact === name)).map(([whole]) => whole);
