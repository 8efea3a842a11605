import { StrictJsonError, type StrictJsonCode, type StrictJsonLimits } from './strict-json-error.ts';

type Reader = { text: string; at: number; keys: number; path: (string | number)[]; limits: StrictJsonLimits };

const WORDS: Record<string, string> = { t: 'true', f: 'false', n: 'null' };
// eslint-disable-next-line no-control-regex -- RFC 8259 §7 forbids raw control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const pointerOf = (path: (string | number)[]): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed()}`).join('');

const fault = (reader: Reader, code: StrictJsonCode, message: string, offset = reader.at): never => {
  throw new StrictJsonError(code, pointerOf(reader.path), offset, `${message}, at character ${offset}`);
};

/**
 * Reads a text as strict JSON and says what the first fault is, in the order of the text.
 * @returns the fault with its place, or undefined when every parser reads the text alike
 */
export const firstFault = (text: string, limits: StrictJsonLimits): StrictJsonError | undefined => {
  const reader: Reader = { text, at: 0, keys: 0, path: [], limits };
  try {
    skipSpace(reader);
    if (reader.at === text.length) fault(reader, 'empty', 'the body is empty; send a JSON document');
    readValue(reader);
    skipSpace(reader);
    if (reader.at < text.length) fault(reader, 'trailing_data', 'something follows the JSON document');
    return undefined;
  } catch (error) {
    if (error instanceof StrictJsonError) return error;
    throw error;
  }
};

const skipSpace = (reader: Reader): void => {
  while (' \n\r\t'.includes(reader.text[reader.at] ?? 'x')) reader.at++;
};

const readValue = (reader: Reader): void => {
  const first = reader.text[reader.at];
  if (first === '{') return readObject(reader);
  if (first === '[') return readArray(reader);
  if (first === '"') return void readString(reader);
  const word = first === undefined ? undefined : WORDS[first];
  if (word === undefined) return readNumber(reader);
  if (!reader.text.startsWith(word, reader.at)) fault(reader, 'syntax', 'this is not a JSON value');
  reader.at += word.length;
};

/** Recursion is safe here: the depth limit ends it. */
const enter = (reader: Reader): void => {
  if (reader.path.length >= reader.limits.depthMax)
    fault(reader, 'too_deep', `the body nests deeper than ${reader.limits.depthMax} levels`);
  reader.at++;
  skipSpace(reader);
};

const readObject = (reader: Reader): void => {
  enter(reader);
  const seen = new Set<string>();
  if (reader.text[reader.at] === '}') return void reader.at++;
  for (;;) {
    const start = reader.at;
    if (reader.text[start] !== '"') fault(reader, 'syntax', 'an object key in double quotes is expected');
    const key = readString(reader);
    reader.path.push(key);
    if (seen.has(key)) fault(reader, 'duplicate_key', `the key ${JSON.stringify(key)} stands twice in one object`, start);
    seen.add(key);
    if (++reader.keys > reader.limits.keysMax)
      fault(reader, 'too_many_keys', `the body has more than ${reader.limits.keysMax} keys`, start);
    if (key === '__proto__') fault(reader, 'forbidden_key', 'the key "__proto__" is not accepted', start);
    if (key === 'prototype' && reader.path.at(-2) === 'constructor')
      fault(reader, 'forbidden_key', 'the key "prototype" inside "constructor" is not accepted', start);
    skipSpace(reader);
    if (reader.text[reader.at] !== ':') fault(reader, 'syntax', 'a colon is expected after an object key');
    reader.at++;
    skipSpace(reader);
    readValue(reader);
    reader.path.pop();
    if (endsAfterItem(reader, '}')) return;
  }
};

const readArray = (reader: Reader): void => {
  enter(reader);
  if (reader.text[reader.at] === ']') return void reader.at++;
  for (let index = 0; ; index++) {
    reader.path.push(index);
    readValue(reader);
    reader.path.pop();
    if (endsAfterItem(reader, ']')) return;
  }
};

const endsAfterItem = (reader: Reader, end: ']' | '}'): boolean => {
  skipSpace(reader);
  const next = reader.text[reader.at];
  if (next !== ',' && next !== end) fault(reader, 'syntax', `a comma or ${end} is expected`);
  reader.at++;
  skipSpace(reader);
  return next === end;
};

const readString = (reader: Reader): string => {
  STRING.lastIndex = reader.at;
  const raw = STRING.exec(reader.text)?.[0];
  if (raw === undefined) return fault(reader, 'syntax', 'this string is not closed, or holds a raw control character or an unknown escape');
  const value = JSON.parse(raw) as string;
  if (!value.isWellFormed()) fault(reader, 'lone_surrogate', 'this string holds half of a surrogate pair');
  reader.at += raw.length;
  return value;
};

const readNumber = (reader: Reader): void => {
  NUMBER.lastIndex = reader.at;
  const raw = NUMBER.exec(reader.text)?.[0];
  if (raw === undefined)
    return fault(reader, 'syntax', reader.at === reader.text.length ? 'the document ends too early' : 'this is not a JSON value');
  const value = Number(raw);
  if (!Number.isFinite(value)) fault(reader, 'number_out_of_range', 'this number is too large; send it as a string');
  if (!isExact(value)) fault(reader, 'unsafe_integer', 'this integer is beyond ±(2^53−1) and would lose digits; send it as a string');
  reader.at += raw.length;
};

/** An integer beyond ±(2^53−1), in whatever notation, may be another number than the one written. */
export const isExact = (value: number): boolean => (!Number.isInteger(value) ? Number.isFinite(value) : Number.isSafeInteger(value));
