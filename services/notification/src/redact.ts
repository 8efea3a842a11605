/** What must not leave for a channel, whoever wrote it: credentials and card numbers by their form, and what the organisation named. */

const BLOT = '[redacted]';

/** Credentials with a form of their own. Sources: the providers' documented prefixes; RFC 7519 (JWT), RFC 7468 (PEM), RFC 3986 (userinfo). */
const CREDENTIALS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:sk|pk|rk)[-_](?:live|test|proj|ant)[-_A-Za-z0-9]{8,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bhp(?:_live|_test|o)_[A-Za-z0-9_]{10,}/g,
  /\bwhs[ek]c?_[A-Za-z0-9+/=]{16,}/g,
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
  /(?<=\bBearer\s)[A-Za-z0-9._~+/-]{12,}=*/gi,
];
/** `password: …`, `"api_key":"…"`: the word says that what follows is none of anybody's business. */
const NAMED =
  /\b(pass(?:word|wd|phrase)?|secret|api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret)\b(["']?\s*[:=]\s*["']?)([^\s"',;]{3,})/gi;
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;

/** Values shorter than this stand in any text by chance: blotting them out would say more than leaving them. */
const VALUE_CHARS_MIN = 3;

/**
 * Blots out secrets.
 * @param values further values that must not be seen, as they stand in the action's arguments
 */
export const redact = (text: string, values: readonly string[] = []): string => {
  let shown = text;
  for (const value of values) if (value.length >= VALUE_CHARS_MIN) shown = shown.replaceAll(value, BLOT);
  for (const pattern of CREDENTIALS) shown = shown.replace(pattern, BLOT);
  return shown.replace(NAMED, `$1$2${BLOT}`).replace(CARD, digits => (isCardNumber(digits) ? BLOT : digits));
};

/** Luhn's check (ISO/IEC 7812-1): order numbers of the same length stay readable, nine in ten. */
const isCardNumber = (text: string): boolean => {
  const digits = [...text.replace(/\D/g, '')].map(Number).reverse();
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9), 0);
  return sum % 10 === 0;
};

/** The values at these JSON Pointers (RFC 6901) as text; of objects and lists, every value in them. What is not there is left out. */
export const valuesAt = (document: unknown, pointers: readonly string[]): string[] =>
  pointers.flatMap(pointer => {
    let at = document;
    for (const part of pointer.split('/').slice(1)) {
      if (typeof at !== 'object' || at === null) return [];
      at = (at as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    return leavesOf(at);
  });

const leavesOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
};
