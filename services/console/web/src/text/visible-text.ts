import { codePointLabel, HIDDEN, hiddenName, spelledByTags } from './hidden-characters.ts';
import { lookAlikeOf } from './look-alikes.ts';

/** A stretch of untrusted text, ready to be shown: as it is, or as a label that stands for what the eye would miss. */
export type TextPart =
  | { kind: 'plain'; text: string }
  /** Characters that print as nothing or change the reading direction. `spells` is what tag characters hide. */
  | { kind: 'hidden'; label: string; name: string; count: number; spells: string }
  | { kind: 'lookAlike'; text: string; reads: string | null; why: string }
  /** One letter under a pile of accents; only the letter is kept. */
  | { kind: 'stacked'; base: string; marks: number }
  /** A long run of nothing, used to push what follows out of sight. */
  | { kind: 'blank'; label: string };

/** A gap of up to two empty lines is a paragraph; more is a way to push text off the screen. */
const BLANK_LINES_SHOWN = 2;
/** Deep indentation of real code stays below this. */
const SPACES_SHOWN = 24;
/** Written languages stack at most three marks on one letter. */
const MARKS_SHOWN = 3;
/** Distinct code points named in one label before it is shortened. */
const LABELS_MAX = 3;

const PICTOGRAPH = '\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?';
const LETTER = `(?!${HIDDEN.source})[\\p{L}\\p{N}](?:(?!${HIDDEN.source})\\p{M}){0,${MARKS_SHOWN}}(?!\\p{M})`;
const TOKEN = new RegExp(
  [
    `(?<blankLines>(?:\\r?\\n[ \\t]*){${BLANK_LINES_SHOWN + 2},})`,
    `(?<spaces>[ \\t]{${SPACES_SHOWN + 1},})`,
    // One emoji style selector after a pictograph, or a joiner between two, says nothing by itself and stays as it is.
    `(?<emoji>${PICTOGRAPH}(?:\\u200d${PICTOGRAPH})*|[0-9#*]\\ufe0f\\u20e3)`,
    '(?<lineEnd>\\r?\\n)',
    '(?<tab>\\t)',
    `(?<hidden>(?:(?![\\n\\t]|\\r\\n)${HIDDEN.source})+)`,
    `(?<stacked>[^\\p{M}\\s]\\p{M}{${MARKS_SHOWN + 1},})`,
    `(?<word>(?:${LETTER})+)`,
  ].join('|'),
  'gu',
);
const ORDINARY = /^[\x20-\x7e\n\t]*$/;
const WIDE_GAP = new RegExp(`(?:\\n[ \\t]*){${BLANK_LINES_SHOWN + 2},}|[ \\t]{${SPACES_SHOWN + 1},}`);
const count = new Intl.NumberFormat('en');

const hiddenPart = (run: string): TextPart => {
  const codePoints = Array.from(run, character => character.codePointAt(0) ?? 0);
  const distinct = [...new Set(codePoints)];
  const names = [...new Set(distinct.map(hiddenName))];
  const shown = distinct.slice(0, LABELS_MAX).map(codePointLabel).join(' ');
  return {
    kind: 'hidden',
    label: distinct.length > LABELS_MAX ? `${shown} …` : shown,
    name: names.length === 1 ? (names[0] ?? '') : 'invisible characters',
    count: codePoints.length,
    spells: spelledByTags(run),
  };
};

const blankPart = (run: string): TextPart => {
  const lines = run.split('\n').length - 2;
  return lines > 0
    ? { kind: 'blank', label: `${count.format(lines)} blank lines` }
    : { kind: 'blank', label: `${count.format(run.length)} spaces` };
};

const wordPart = (word: string, textHasLatin: boolean): TextPart | null => {
  if (/^[0-9A-Za-z]+$/.test(word)) return null;
  const found = lookAlikeOf(word, textHasLatin);
  return found && { kind: 'lookAlike', text: word, ...found };
};

/**
 * Splits untrusted text into parts that can be shown without misleading. Nothing is dropped silently: what is not shown as it is
 * becomes a part with a label and a count. Words are judged for look-alikes, whitespace is preserved, long blank runs are counted.
 * @param text anything an agent, a tool or a person wrote
 * @returns parts in order; consecutive ordinary text is one part
 */
export const visibleParts = (text: string): TextPart[] => {
  if (ORDINARY.test(text) && !WIDE_GAP.test(text)) return text === '' ? [] : [{ kind: 'plain', text }];
  const textHasLatin = /\p{Script=Latin}/u.test(text);
  const parts: TextPart[] = [];
  let plain = '';
  const add = (part: TextPart) => {
    if (plain !== '') parts.push({ kind: 'plain', text: plain });
    plain = '';
    parts.push(part);
  };
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    plain += text.slice(end, match.index);
    end = match.index + match[0].length;
    const { blankLines, spaces, hidden, stacked, word } = match.groups ?? {};
    if (blankLines !== undefined || spaces !== undefined) add(blankPart(match[0]));
    else if (hidden !== undefined) add(hiddenPart(hidden));
    else if (stacked !== undefined) {
      const base = String.fromCodePoint(stacked.codePointAt(0) ?? 0);
      add({ kind: 'stacked', base, marks: Array.from(stacked).length - 1 });
    } else {
      const odd = word === undefined ? null : wordPart(word, textHasLatin);
      if (odd) add(odd);
      else plain += match[0];
    }
  }
  plain += text.slice(end);
  if (plain !== '') parts.push({ kind: 'plain', text: plain });
  return parts;
};

/** How many places of a text deserve a warning: hidden characters, look-alike words, stacked accents. Blank runs only get a count. */
export const deceptiveCount = (text: string): number =>
  visibleParts(text).filter(part => part.kind !== 'plain' && part.kind !== 'blank').length;

/** {@link deceptiveCount} over every string of a JSON value, member names included. */
export const deceptiveCountIn = (value: unknown): number => {
  if (typeof value === 'string') return deceptiveCount(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + deceptiveCountIn(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, member]) => sum + deceptiveCount(name) + deceptiveCountIn(member), 0);
};
