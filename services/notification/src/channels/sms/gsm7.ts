/** GSM 03.38 (3GPP TS 23.038): the basic alphabet, and what takes an escape as well. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const ESCAPED = new Set('^{}\\[~]|€');

/** Septets of one message, and of each part of a longer one; the same in UTF-16 units where the alphabet does not do. */
const SEPTETS = { single: 160, part: 153 };
const UNITS = { single: 70, part: 67 };

/** What is written otherwise in the alphabet; everything else loses its accents. */
const REPLACED: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '′': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '″': '"',
  '‹': "'",
  '›': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '…': '...',
  '•': '-',
  '·': '-',
  '×': 'x',
  '→': '->',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u2007': ' ',
  '\t': ' ',
  '`': "'",
  '´': "'",
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  œ: 'oe',
  Œ: 'OE',
  ẞ: 'SS',
  '™': 'TM',
  '©': '(c)',
  '®': '(R)',
};

const inAlphabet = (character: string): boolean => BASIC.has(character) || ESCAPED.has(character);

/**
 * The text in the GSM-7 alphabet: one curly quote would more than double what it costs. Quotes, dashes and accents are exchanged for what is in it.
 * @returns the text unchanged, in composed form, where something has no counterpart (Cyrillic, Chinese, emoji): half of it exchanged helps nobody
 */
export const toGsm7 = (text: string): string => {
  const composed = text.normalize('NFC');
  const written = Array.from(composed, character =>
    inAlphabet(character) ? character : (REPLACED[character] ?? character.normalize('NFD').replace(/\p{M}/gu, '')),
  ).join('');
  return Array.from(written).every(inAlphabet) ? written : composed;
};

/** How many segments a text is billed as: an escaped character or a pair of surrogates is never split between two. */
export const segmentsOf = (text: string): number => {
  const characters = Array.from(text);
  const inGsm7 = characters.every(inAlphabet);
  const { single, part } = inGsm7 ? SEPTETS : UNITS;
  const sizes = characters.map(character => (inGsm7 ? (ESCAPED.has(character) ? 2 : 1) : character.length));
  if (sizes.reduce((sum, size) => sum + size, 0) <= single) return 1;
  let [segments, used] = [1, 0];
  for (const size of sizes) {
    if (used + size > part) [segments, used] = [segments + 1, 0];
    used += size;
  }
  return segments;
};
