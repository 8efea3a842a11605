import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_ALPHABET, CODE_CHARS } from '../handles.ts';
import { firstLineOf, handleCommandOf, replyCommandOf } from './reply-command.ts';

const approve = { kind: 'command', verb: 'approve', code: 'K7Q2M', note: null };
const reject = (note: string | null) => ({ kind: 'command', verb: 'reject', code: 'K7Q2M', note });
const unclear = (verb: string, why: string) => ({ kind: 'unclear', verb, why });
const none = { kind: 'none' };

describe('a reply', () => {
  it.each([
    ['A K7Q2M', approve],
    ['a k7q2m', approve],
    ['  APPROVE   K7q2m  ', approve],
    ['A K7Q2M.', approve],
    ['\r\n\n A\u00a0K7Q2M \nSent from my phone', approve],
    ['R K7Q2M', reject(null)],
    ['r k7q2m wrong customer', reject('wrong customer')],
    ['Reject K7Q2M: too much, ask Bo\nand more', reject('too much, ask Bo')],
    ['R K7Q2M A K7Q2M', reject('A K7Q2M')],
  ])('%j decides', (text, expected) => {
    expect(replyCommandOf(text)).toEqual(expected);
  });

  it.each([
    ['A', unclear('approve', 'no_code')],
    ['Approve', unclear('approve', 'no_code')],
    ['approve the refund', unclear('approve', 'no_code')],
    ['R K7Q2', unclear('reject', 'no_code')],
    ['A K7Q2MX', unclear('approve', 'no_code')],
    ['A K7-Q2', unclear('approve', 'no_code')],
    ['A K7Q2O', unclear('approve', 'look_alike')],
    ['A K7Q20', unclear('approve', 'look_alike')],
    ['R k7q2l why', unclear('reject', 'look_alike')],
    ['R 1I23K', unclear('reject', 'look_alike')],
    ['A K7Q2M but only half', unclear('approve', 'words_after_approve')],
  ])('%j is not guessed at', (text, expected) => {
    expect(replyCommandOf(text)).toEqual(expected);
  });

  it.each([
    '',
    ' \n\n ',
    'YES',
    'yes K7Q2M',
    'STOP',
    'CANCEL K7Q2M',
    'OK K7Q2M',
    'K7Q2M',
    'AK7Q2M',
    'A friend of mine says so',
    'Reply A K7Q2M',
    '> A K7Q2M',
    '“A K7Q2M”',
    'Approved K7Q2M',
    'approve-K7Q2M',
    'Thanks!\nA K7Q2M',
    'A\u200bK7Q2M',
    'А K7Q2M' /* a Cyrillic А */,
  ])('%j is no decision', text => {
    expect(replyCommandOf(text)).toEqual(none);
  });

  it('is read by one line only, whatever else it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (first, rest) => {
        fc.pre(firstLineOf(first) !== '');
        expect(replyCommandOf(`${first}\n${rest}`)).toEqual(replyCommandOf(first));
      }),
    );
  });

  it('never yields a code with a character that is taken for another', () => {
    const code = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
      minLength: CODE_CHARS,
      maxLength: CODE_CHARS,
    });
    fc.assert(
      fc.property(code, typed => {
        const clear = [...typed].every(character => CODE_ALPHABET.includes(character));
        expect(replyCommandOf(`A ${typed}`).kind).toBe(clear ? 'command' : 'unclear');
      }),
    );
  });

  it('takes no time over nonsense', () => {
    const started = performance.now();
    for (const text of ['A '.repeat(50_000), `R ${' '.repeat(100_000)}x`, `A K7Q2M${' '.repeat(100_000)}x`]) replyCommandOf(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('an answer to an address that holds the handle', () => {
  it.each([
    ['Approve', { kind: 'command', verb: 'approve', note: null }],
    ['approve.\nBest, Ada', { kind: 'command', verb: 'approve', note: null }],
    ['\n REJECT', { kind: 'command', verb: 'reject', note: null }],
    ['Reject: wrong customer', { kind: 'command', verb: 'reject', note: 'wrong customer' }],
    ['reject it is too much', { kind: 'command', verb: 'reject', note: 'it is too much' }],
    ['Approve if Bo agrees', { kind: 'unclear', verb: 'approve', why: 'words_after_approve' }],
    ['A', none],
    ['R too much', none],
    ['Approved', none],
    ['Rejecting this', none],
    ['> Approve', none],
    ['"Approve"', none],
    ['Yes\nApprove', none],
    ['I do not approve', none],
    ['', none],
  ])('%j is read as the word alone, or not at all', (text, expected) => {
    expect(handleCommandOf(text)).toEqual(expected);
  });
});
