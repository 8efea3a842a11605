import { isUtf8 } from 'node:buffer';
import { LIMITS, type Json } from '@holdpoint/contracts';
import { firstFault, isExact, StrictJsonError, type StrictJsonLimits } from '@holdpoint/sdk';

const DEFAULT_LIMITS: StrictJsonLimits = { depthMax: LIMITS.jsonDepthMax, keysMax: LIMITS.jsonKeysMax };

/**
 * Parses JSON so that nobody downstream can read it differently: UTF-8 only, no byte order mark, no duplicate keys, no number that
 * JavaScript would change (integers beyond ±(2^53−1), overflow to infinity), no lone surrogates, no keys that reach a prototype.
 * What is accepted equals what `JSON.parse` gives. An accepted body costs about twice `JSON.parse`: the native parser builds the value, a
 * walk over it checks what values can show, and the number of keys in the text against the number in the value shows duplicates. Only a
 * body that fails is read by the slow parser, which finds the first fault and names its place.
 * @throws StrictJsonError
 */
export const parseStrictJson = (bytes: Uint8Array, limits: StrictJsonLimits = DEFAULT_LIMITS): Json => {
  if (bytes.length === 0) throw new StrictJsonError('empty', '', 0, 'the body is empty; send a JSON document');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    throw new StrictJsonError('byte_order_mark', '', 0, 'the body starts with a byte order mark; send UTF-8 without one');
  if (!isUtf8(bytes)) throw invalidUtf8(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const value = parsedIfSound(text, limits);
  if (value !== undefined) return value;
  // The second is not reached while both parsers agree, which a property test holds them to; refusing is the safe answer if they ever do not.
  throw firstFault(text, limits) ?? new StrictJsonError('syntax', '', 0, 'the body is not valid JSON');
};

const parsedIfSound = (text: string, limits: StrictJsonLimits): Json | undefined => {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
  // An escape is the only way to write a lone surrogate in valid UTF-8.
  const keys = soundKeys(value, limits.depthMax, text.includes('\\u'));
  return keys <= limits.keysMax && keys === keysWritten(text) ? value : undefined;
};

/** How many keys the value has, or NaN when something in it is not allowed. */
const soundKeys = (value: Json, depthLeft: number, checkText: boolean): number => {
  if (typeof value === 'string') return checkText && !value.isWellFormed() ? Number.NaN : 0;
  if (typeof value === 'number') return isExact(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depthLeft === 0) return Number.NaN;
  let keys = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) keys += soundKeys(value[index]!, depthLeft - 1, checkText);
    return keys;
  }
  for (const key in value) {
    const member = value[key]!;
    if (key === '__proto__' || (key === 'constructor' && reachesPrototype(member)) || (checkText && !key.isWellFormed())) return Number.NaN;
    keys += 1 + soundKeys(member, depthLeft - 1, checkText);
  }
  return keys;
};

/** `{"constructor": {"prototype": …}}` is how a careless merge gets at Object.prototype. */
const reachesPrototype = (member: Json): boolean =>
  typeof member === 'object' && member !== null && !Array.isArray(member) && Object.hasOwn(member, 'prototype');

/** How many object keys a valid JSON text writes: its strings that a colon follows. */
const keysWritten = (text: string): number => {
  let keys = 0;
  let at = text.indexOf('"');
  while (at >= 0) {
    let end = text.indexOf('"', at + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let next = end + 1;
    let code = text.charCodeAt(next);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++next);
    if (code === 58) keys++;
    at = text.indexOf('"', end + 1);
  }
  return keys;
};

const isEscaped = (text: string, quote: number): boolean => {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
};

const invalidUtf8 = (bytes: Uint8Array): StrictJsonError => {
  // Longest valid prefix by halving: one check of the whole per step, and only for bodies that are refused anyway.
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    // A cut inside a character is not a fault: up to three bytes may still be missing from it.
    if (isUtf8(bytes.subarray(0, characterStart(bytes, middle)))) valid = middle;
    else invalid = middle;
  }
  const offset = characterStart(bytes, valid);
  return new StrictJsonError('invalid_utf8', '', offset, `the body is not UTF-8 at byte ${offset}; encode it as UTF-8`);
};

/** Start of the character that `at` may stand inside of: back over at most three continuation bytes. */
const characterStart = (bytes: Uint8Array, at: number): number => {
  let start = at;
  for (let back = 0; back < 3 && start > 0 && (bytes[start]! & 0xc0) === 0x80; back++) start--;
  return start;
};
