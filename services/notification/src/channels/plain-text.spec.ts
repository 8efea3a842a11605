import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine, plainText } from './plain-text.ts';

const shown = (text: string, max = 1_000) => plainText(text, max).text;

describe('text of an agent', () => {
  it.each([
    ['https://evil.example/pay?x=1', 'https[:]//evil[.]example/pay?x=1'],
    ['www.evil.example', 'www[.]evil[.]example'],
    ['evil.com', 'evil[.]com'],
    ['пример.рф', 'пример[.]рф'],
    ['HTTP://EVIL.COM', 'HTTP[:]//EVIL[.]COM'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
    ['mailto:a@b.com', 'mailto[:]a@b[.]com'],
    ['ftp://1.2.3.4/x', 'ftp[:]//1.2.3.4/x'],
    ['$245.00 for 1.5 hours, version 2.0.1', '$245.00 for 1.5 hours, version 2.0.1'],
    ['Refund. Then close.', 'Refund. Then close.'],
  ])('%j leads nowhere', (text, safe) => {
    expect(shown(text)).toBe(safe);
  });

  it.each([
    ['a\u202Eb', 'a[U+202E]b'],
    ['pay\u200Bpal', 'pay[U+200B]pal'],
    ['x\u0000y', 'x[U+0000]y'],
    ['\u{E0041}', '[U+E0041]'],
    ['so\u00ADft', 'so[U+00AD]ft'],
    ['\u3164', '[U+3164]'],
    ['\u2066isolated\u2069', '[U+2066]isolated[U+2069]'],
    ['\x1b[31mred', '[U+001B][31mred'],
  ])('%j shows what it hides', (text, safe) => {
    expect(shown(text)).toBe(safe);
  });

  it('never keeps a hidden character or a live link, whatever comes', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('https://a.bc', '\u202E', 'www.x.yz', '\r\n', '\u{E0001}', 'a.com'),
    );
    fc.assert(
      fc.property(fc.array(nasty), parts => {
        const { text } = plainText(parts.join(''), 10_000);
        return !/(?!\n)[\p{Cc}\p{Cf}]/u.test(text) && !/[a-z]:\/\//i.test(text) && !/www\.\p{L}/u.test(text);
      }),
    );
  });

  it('is cut between whole characters, and says so', () => {
    expect(plainText('👩‍🚒'.repeat(3), 200).cut).toBe(false);
    const { text, cut } = plainText('e\u0301'.repeat(10), 5);
    expect([text, cut]).toEqual(['e\u0301e\u0301', true]);
    expect(oneLine('a\nb\t c '.repeat(20), 10)).toBe('a b c a b…');
  });

  it('does not push what follows out of sight', () => {
    expect(shown(`first${'\n'.repeat(50)}last`)).toBe('first\n\nlast');
  });
});
