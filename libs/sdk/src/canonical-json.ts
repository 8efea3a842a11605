/** Thrown for a value that has no canonical JSON: nothing may be signed or hashed that another party could read differently. */
export class NotCanonical extends Error {
  readonly code = 'not_canonical';
  constructor(what: string) {
    super(`${what} has no canonical JSON form; send plain JSON values only`);
    this.name = 'NotCanonical';
  }
}

/** Texts up to this many characters are looked through here; longer ones are faster in the native code. */
const SHORT_CHARS = 64;
/** Printable ASCII without quote and backslash: JSON writes it as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

const quoted = (text: string): string => {
  // Keys, ids and words are nearly all of what is hashed: for them a call into native code costs more than the rest.
  if (text.length <= SHORT_CHARS && PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new NotCanonical('a string with a lone surrogate');
  return JSON.stringify(text);
};

/**
 * The one byte sequence of a JSON value, after RFC 8785 (JSON Canonicalization Scheme): object keys in UTF-16 code unit order, numbers and
 * strings as ECMAScript writes them, no whitespace.
 * @param value a plain JSON value
 * @returns canonical JSON text
 * @throws NotCanonical for undefined, functions, symbols, bigints, NaN, infinities, lone surrogates and objects that are not plain
 */
export const canonicalJson = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical(String(value));
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
    default:
      throw new NotCanonical(typeof value);
  }
};

const canonicalArray = (items: unknown[]): string => {
  let text = '[';
  // An index loop, because a hole in a sparse array must be refused and map() would skip it.
  for (let index = 0; index < items.length; index++) text += (index === 0 ? '' : ',') + canonicalJson(items[index]);
  return text + ']';
};

const canonicalObject = (object: object): string => {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw new NotCanonical('an object that is not a plain one');
  let text = '{';
  for (const key of inOrder(Object.keys(object)))
    text += (text === '{' ? '' : ',') + quoted(key) + ':' + canonicalJson((object as Record<string, unknown>)[key]);
  return text + '}';
};

/** Up to this many keys are put in order here: for so few, sort() spends most of its time on copies of its own. */
const FEW_KEYS = 16;

/** Both compare UTF-16 code units, which is the order RFC 8785 §3.2.3 asks for. Sorts in place. */
const inOrder = (keys: string[]): string[] => {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let next = 1; next < keys.length; next++) {
    const key = keys[next]!;
    let at = next;
    for (; at > 0 && keys[at - 1]! > key; at--) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
  return keys;
};
