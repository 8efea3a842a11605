/**
 * Characters a reader cannot see, or that change how the rest is read: format and control characters, private use, unassigned code
 * points, lone surrogates, line separators, spaces that only look like a space, variation selectors, and fillers that print as nothing.
 * Source: Unicode general categories; the fillers are those a category test misses. Newline and tab are ordinary text.
 */
export const HIDDEN =
  /[\p{Cf}\ufe00-\ufe0f\p{Cc}\u{e0100}-\u{e01ef}\p{Co}\u180b-\u180f\p{Cn}\u034f\p{Cs}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u115f\u1160\u3164\uffa0]/u;

const NAMES: Record<number, string> = {
  0x0000: 'null character',
  0x0007: 'bell',
  0x0008: 'backspace',
  0x000d: 'carriage return',
  0x001b: 'escape',
  0x007f: 'delete',
  0x00a0: 'no-break space',
  0x00ad: 'soft hyphen',
  0x034f: 'combining grapheme joiner',
  0x061c: 'Arabic letter mark',
  0x180e: 'Mongolian vowel separator',
  0x200b: 'zero-width space',
  0x200c: 'zero-width non-joiner',
  0x200d: 'zero-width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'end of direction change',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x202f: 'narrow no-break space',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first-strong isolate',
  0x2069: 'end of isolate',
  0x2800: 'blank Braille pattern',
  0x3000: 'ideographic space',
  0x3164: 'Hangul filler',
  0xfeff: 'byte order mark',
};

const TAG_FIRST = 0xe0020;
const TAG_LAST = 0xe007e;

/** `U+202E` for a code point. */
export const codePointLabel = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

const between = (value: number, from: number, to: number) => value >= from && value <= to;

/** What a hidden character is, in words. */
export const hiddenName = (codePoint: number): string => {
  const known = NAMES[codePoint];
  if (known !== undefined) return known;
  if (between(codePoint, 0xe0000, 0xe007f)) return 'tag character';
  if (between(codePoint, 0xfe00, 0xfe0f) || between(codePoint, 0xe0100, 0xe01ef)) return 'variation selector';
  if (between(codePoint, 0x2000, 0x200a) || codePoint === 0x1680 || codePoint === 0x205f) return 'unusual space';
  if (between(codePoint, 0xd800, 0xdfff)) return 'broken character';
  const character = String.fromCodePoint(codePoint);
  if (/\p{Cc}/u.test(character)) return 'control character';
  if (/\p{Co}/u.test(character)) return 'private-use character';
  if (/\p{Cn}/u.test(character)) return 'unassigned character';
  return 'invisible character';
};

/** The ASCII text that tag characters (U+E0020–U+E007E) spell: a known way to hide instructions. Empty when there are none. */
export const spelledByTags = (text: string): string =>
  Array.from(text, character => character.codePointAt(0) ?? 0)
    .filter(codePoint => between(codePoint, TAG_FIRST, TAG_LAST))
    .map(codePoint => String.fromCodePoint(codePoint - 0xe0000))
    .join('');
