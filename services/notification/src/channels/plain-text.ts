/** Makes text of an agent safe to show in a message: it may try to hide, to look like something else, or to lead somewhere. */

/** Invisible or text-reordering characters: controls, format characters (zero-width, bidi, tags, soft hyphen), fillers, variation selectors. */
const HIDDEN =
  /(?!\n)(?:[\p{Cc}\p{Cf}\u{115f}\u{1160}\u{3164}\u{ffa0}\u{e0000}-\u{e0fff}]|[\u{fe00}-\u{fe0d}]|\u{34f}|\u{17b4}|\u{17b5})/gu;

/** `https://` and friends, `www.`, and anything a mail program would turn into a link: a dot between a word and a name of letters. */
const SCHEME = /:\/\//g;
const DOMAIN_DOT = /(?<=[\p{L}\p{N}])\.(?=\p{L}{2})/gu;
const WWW = /www\./gi;
const OTHER_SCHEME = /\b(mailto|tel|sms|javascript|data):/gi;

/** Longer than any real cluster (a family emoji has 11 units); what goes on longer is marks piled on one letter. */
const CLUSTER_UNITS_MAX = 64;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Text as it may be shown: hidden characters become visible marks (`[U+202E]`), links lose their meaning (`https[:]//evil[.]example`),
 * runs of empty lines shrink, and what is longer than `charsMax` is cut between whole characters.
 * @returns the text and whether it was cut
 */
export const plainText = (text: string, charsMax: number): { text: string; cut: boolean } => {
  const shown = text
    .replace(/\r\n?|\u2028|\u2029|\u0085/g, '\n')
    .replace(/\t/g, ' ')
    .replace(HIDDEN, hidden => `[U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(SCHEME, '[:]//')
    .replace(OTHER_SCHEME, '$1[:]')
    .replace(WWW, 'www[.]')
    .replace(DOMAIN_DOT, '[.]')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return shown.length <= charsMax ? { text: shown, cut: false } : { text: cutText(shown, charsMax), cut: true };
};

/** The beginning of a text, at most `charsMax` UTF-16 units, cut between whole characters as people see them (grapheme clusters). */
export const cutText = (text: string, charsMax: number): string => {
  if (text.length <= charsMax) return text;
  // Only the cluster at the cut is looked at, and a text of megabytes is never walked: one cluster more than fits shows where the last begins.
  const whole = graphemes.segment(text.slice(0, charsMax + CLUSTER_UNITS_MAX)).containing(charsMax)?.index ?? charsMax;
  return text.slice(0, whole).trimEnd();
};

/** The same on one line, for subjects and titles. */
export const oneLine = (text: string, charsMax: number): string => {
  const { text: shown, cut } = plainText(text.replace(/\s+/g, ' '), charsMax);
  return cut ? `${shown}…` : shown;
};

/** The same with `…` at its end where it was cut: for words of ours, which are rarely too long. */
export const elided = (text: string, charsMax: number): string => (text.length <= charsMax ? text : `${cutText(text, charsMax - 1)}…`);
