import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StrictJsonError } from '@holdpoint/sdk';
import { parseStrictJson } from './strict-json.ts';

const bytes = (text: string) => Buffer.from(text);
const refusal = (body: Uint8Array | string, limits?: { depthMax: number; keysMax: number }) => {
  try {
    parseStrictJson(typeof body === 'string' ? bytes(body) : body, limits);
  } catch (error) {
    if (error instanceof StrictJsonError) return { code: error.code, pointer: error.pointer, offset: error.offset };
    throw error;
  }
  return 'accepted';
};

const HOSTILE: [string, Uint8Array | string, string, string, number][] = [
  ['nothing', '', 'empty', '', 0],
  ['white space', ' \n\t ', 'empty', '', 4],
  ['a byte order mark', '\ufeff{}', 'byte_order_mark', '', 0],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le').subarray(0, 0 + 14), 'syntax', '', 1],
  ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]), 'invalid_utf8', '', 0],
  ['a broken character', Buffer.concat([bytes('{"a":"é'), Buffer.from([0xc3]), bytes('"}')]), 'invalid_utf8', '', 8],
  ['an overlong slash', Buffer.concat([bytes('"'), Buffer.from([0xc0, 0xaf]), bytes('"')]), 'invalid_utf8', '', 1],
  ['an encoded surrogate', Buffer.concat([bytes('"'), Buffer.from([0xed, 0xa0, 0x80]), bytes('"')]), 'invalid_utf8', '', 1],
  ['a cut last character', Buffer.concat([bytes('"ab'), Buffer.from([0xf0, 0x9f, 0x90])]), 'invalid_utf8', '', 3],
  ['an open object', '{"a":1', 'syntax', '', 6],
  ['an open string', '{"a":"x}', 'syntax', '/a', 5],
  ['a trailing comma', '{"a":1,}', 'syntax', '', 7],
  ['a trailing comma in an array', '[1,]', 'syntax', '/1', 3],
  ['a missing colon', '{"a" 1}', 'syntax', '/a', 5],
  ['single quotes', "{'a':1}", 'syntax', '', 1],
  ['a bare key', '{a:1}', 'syntax', '', 1],
  ['a comment', '{/* x */}', 'syntax', '', 1],
  ['a leading zero', '[01]', 'syntax', '', 2],
  ['a plus sign', '[+1]', 'syntax', '/0', 1],
  ['a point without digits', '[1.]', 'syntax', '', 2],
  ['a hexadecimal number', '[0x10]', 'syntax', '', 2],
  ['NaN', '{"a":NaN}', 'syntax', '/a', 5],
  ['Infinity', '[-Infinity]', 'syntax', '/0', 1],
  ['undefined', 'undefined', 'syntax', '', 0],
  ['a cut word', '[tru]', 'syntax', '/0', 1],
  ['a raw line feed in a string', '["a\nb"]', 'syntax', '/0', 1],
  ['a raw NUL in a string', '["a\u0000b"]', 'syntax', '/0', 1],
  ['an unknown escape', '["\\x41"]', 'syntax', '/0', 1],
  ['a short unicode escape', '["\\u12"]', 'syntax', '/0', 1],
  ['a second document', '{} {}', 'trailing_data', '', 3],
  ['text behind the document', '{"a":1}x', 'trailing_data', '', 7],
  ['a key twice', '{"amount":1,"amount":999}', 'duplicate_key', '/amount', 12],
  ['a key twice, once escaped', '{"amount":1,"\\u0061mount":999}', 'duplicate_key', '/amount', 12],
  ['a key twice, deep inside', '{"a":[{"b":{"c/d":1,"x":2,"c/d":3}}]}', 'duplicate_key', '/a/0/b/c~1d', 26],
  ['an empty key twice', '{"":1,"":2}', 'duplicate_key', '/', 6],
  ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'forbidden_key', '/a/__proto__', 6],
  ['__proto__ escaped', '{"\\u005f_proto__":1}', 'forbidden_key', '/__proto__', 1],
  ['constructor.prototype', '{"constructor":{"prototype":{"x":1}}}', 'forbidden_key', '/constructor/prototype', 16],
  ['an integer one too large', '{"amount":9007199254740992}', 'unsafe_integer', '/amount', 10],
  ['an integer that would be rounded', '[12345678901234567890]', 'unsafe_integer', '/0', 1],
  ['a negative one', '[-9007199254740993]', 'unsafe_integer', '/0', 1],
  ['a large integer in exponent form', '[1e300]', 'unsafe_integer', '/0', 1],
  ['a number beyond every double', '{"a":1e400}', 'number_out_of_range', '/a', 5],
  ['a negative one beyond every double', '[-1e999]', 'number_out_of_range', '/0', 1],
  ['half a surrogate pair', '["\\ud800"]', 'lone_surrogate', '/0', 1],
  ['a surrogate pair the wrong way round', '["\\udc00\\ud800"]', 'lone_surrogate', '/0', 1],
  ['half a surrogate pair in a key', '{"\\ud83d":1}', 'lone_surrogate', '', 1],
  ['65 levels of arrays', '['.repeat(65) + ']'.repeat(65), 'too_deep', '/0'.repeat(64), 64],
  ['half a million levels', '['.repeat(500_000), 'too_deep', '/0'.repeat(64), 64],
  ['half a million objects', '{"a":'.repeat(200_000), 'too_deep', '/a'.repeat(64), 320],
  ['10 001 keys', `{${Array.from({ length: 10_001 }, (_, n) => `"k${n}":0`).join()}}`, 'too_many_keys', '/k10000', 98_891],
];

describe('a body that another parser could read differently', () => {
  it.each(HOSTILE)('is refused: %s', (_name, body, code, pointer, offset) => {
    expect(refusal(body)).toEqual({ code, pointer, offset });
  });
  it('is refused with a message that says where and what to do, without the value', () => {
    const secret = '{"token":"hunter2","n":12345678901234567890}';
    expect(() => parseStrictJson(bytes(secret))).toThrow(/send it as a string, at character 23/);
    expect(() => parseStrictJson(bytes(secret))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }) as Error,
    );
  });
});

describe('a sound body', () => {
  it.each([
    ['{}', {}],
    [' [1, -0.5, 1.5e3, 9007199254740991, -9007199254740991] ', [1, -0.5, 1500, 9007199254740991, -9007199254740991]],
    ['"\\ud83d\\udc22 \\"\\\\"', '🐢 "\\'],
    ['null', null],
    ['{"a":{"a":{"a":":"}},"b":["a","a"]}', { a: { a: { a: ':' } }, b: ['a', 'a'] }],
    ['{"constructor":"Ferrari","prototype":"P1"}', { constructor: 'Ferrari', prototype: 'P1' }],
    ['["\\\\",":","\\"",":"]', ['\\', ':', '"', ':']],
  ])('is parsed: %s', (text, value) => {
    expect(parseStrictJson(bytes(text))).toEqual(value);
  });
  it('may nest to the limit and hold keys to the limit', () => {
    expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('accepted');
    expect(refusal('{"a":1,"b":{"c":2}}', { depthMax: 2, keysMax: 3 })).toBe('accepted');
    expect(refusal('{"a":1,"b":{"c":2}}', { depthMax: 2, keysMax: 2 })).toMatchObject({ code: 'too_many_keys', pointer: '/b/c' });
    expect(refusal('{"a":1,"b":{"c":2}}', { depthMax: 1, keysMax: 3 })).toMatchObject({ code: 'too_deep', pointer: '/b' });
  });
});

describe('against JSON.parse', () => {
  it('every text it accepts gives the same value, and every text JSON.parse refuses is refused', () => {
    const jsonText = fc.tuple(fc.json({ noUnicodeString: false }), fc.constantFrom(undefined, 1, 2)).map(([text, indent]) => {
      return JSON.stringify(JSON.parse(text), null, indent);
    });
    const mangled = fc
      .tuple(jsonText, fc.nat(), fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '0', 'e', ' ', '\n', '\u0001', '['))
      .map(([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1));
    fc.assert(
      fc.property(fc.oneof(jsonText, mangled), drawn => {
        // Cutting may split a surrogate pair, which UTF-8 cannot carry.
        const text = drawn.toWellFormed();
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expected = undefined;
        }
        let actual: unknown;
        let code = '';
        try {
          actual = parseStrictJson(bytes(text));
        } catch (error) {
          code = (error as StrictJsonError).code;
        }
        if (code === '') expect(actual).toEqual(expected);
        else if (expected === undefined)
          expect([
            'syntax',
            'trailing_data',
            'empty',
            'duplicate_key',
            'too_deep',
            'unsafe_integer',
            'number_out_of_range',
            'lone_surrogate',
            'forbidden_key',
          ]).toContain(code);
        else
          expect(['duplicate_key', 'unsafe_integer', 'number_out_of_range', 'lone_surrogate', 'forbidden_key', 'too_deep']).toContain(code);
      }),
      { numRuns: 3_000 },
    );
  });
  it('duplicate keys are found wherever they stand', () => {
    const key = fc.string({ minLength: 0, maxLength: 4 }).filter(text => text !== '__proto__' && text.isWellFormed());
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (keys, which, depth) => {
        const members = [...keys, keys[which % keys.length]!].map(name => `${JSON.stringify(name)} : "x\\\\"`);
        const text = `${'[{"o":'.repeat(depth % 5)}{${members.join()}}${'}]'.repeat(depth % 5)}`;
        expect(refusal(text)).toMatchObject({ code: 'duplicate_key' });
      }),
    );
  });
});
