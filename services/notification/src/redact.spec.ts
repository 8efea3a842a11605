import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, valuesAt } from './redact.ts';

describe('a secret in a text', () => {
  it.each([
    ['an AWS key', 'use AKIAIOSFODNN7EXAMPLE now', 'AKIAIOSFODNN7EXAMPLE'],
    ['a JWT', `token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl`, 'eyJhbGciOiJIUzI1NiJ9'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
    ['half a private key', '-----BEGIN PRIVATE KEY-----\nMIIEvQ', 'MIIEvQ'],
    ['a GitHub token', 'ghp_abcdefghijklmnopqrstuvwxyz0123456789', 'ghp_abcdef'],
    ['a Slack token', 'xoxb-1234567890-abcdefghij', '1234567890-abcdefghij'],
    ['a model provider’s key', 'sk-proj-abcdefghijklmnopqrstuvwx', 'abcdefghijkl'],
    ['a key of ours', 'hp_live_abcdefghijklmnop', 'abcdefghijkl'],
    ['a password in a URL', 'postgres://app:hunter22@db/x', 'hunter22'],
    ['a named password', 'password: correct-horse', 'correct-horse'],
    ['a named key in JSON', '{"api_key":"abc123def"}', 'abc123def'],
    ['a bearer header', 'Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['a card number', 'card 4111 1111 1111 1111 please', '4111 1111 1111 1111'],
    ['a card number with dashes', '5500-0000-0000-0004', '5500-0000-0000-0004'],
  ])('%s is blotted out', (_name, text, secret) => {
    const shown = redact(text);
    expect(shown).not.toContain(secret);
    expect(shown).toContain('[redacted]');
  });

  it.each(['Refund $245 for order A-1', 'order 4111 1111 1111 1112', 'call +43 660 1234567', 'the secret garden', 'passport: none'])(
    '%j has none',
    text => {
      expect(redact(text)).toBe(text);
    },
  );

  it('that the organisation named is blotted out wherever it stands', () => {
    expect(redact('Pay AT61 1904 to Jo, AT61 1904', ['AT61 1904', 'Jo'])).toBe('Pay [redacted] to Jo, [redacted]');
  });

  it('stays blotted out, and nothing more with it, when the text is read again', () => {
    const word = fc.constantFrom('a', '-', '.', ':', '/', '@', '1', ' ', '"', 'password', 'eyJ', 'Bearer ', '4111 1111 1111 1111');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), words => {
        const once = redact(words.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the values at a pointer', () => {
  const args = { card: { number: '4111', cvc: 123 }, 'a/b': ['x', { y: true }], none: null };
  it.each([
    ['/card', ['4111', '123']],
    ['/card/cvc', ['123']],
    ['/a~1b', ['x', 'true']],
    ['/a~1b/0', ['x']],
    ['/none', []],
    ['/gone/away', []],
    ['', ['4111', '123', 'x', 'true']],
  ])('%j are %j', (pointer, values) => {
    expect(valuesAt(args, [pointer])).toEqual(values);
  });
});
