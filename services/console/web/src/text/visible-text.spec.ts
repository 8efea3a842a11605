import { describe, expect, it } from 'vitest';
import { deceptiveCount, deceptiveCountIn, visibleParts } from './visible-text.ts';

const kinds = (text: string) => visibleParts(text).map(part => part.kind);

describe('text written by an agent', () => {
  it('stays as it is when it is ordinary, accents, CJK and emoji included', () => {
    for (const text of [
      'Refund $245 to order A-1.\n\tThanks',
      'café Zürich',
      '退款給客戶 Amazon的',
      'Готово, спасибо',
      'done ✅ ⚠️ 👩‍👧',
      '',
    ])
      expect(visibleParts(text)).toEqual(text === '' ? [] : [{ kind: 'plain', text }]);
  });

  it('shows a direction override as a label and never passes it on', () => {
    expect(visibleParts('pay\u202Efdp.exe')).toEqual([
      { kind: 'plain', text: 'pay' },
      { kind: 'hidden', label: 'U+202E', name: 'right-to-left override', count: 1, spells: '' },
      { kind: 'plain', text: 'fdp.exe' },
    ]);
  });

  it('spells out what tag characters hide', () => {
    const smuggled = Array.from('ignore all', letter => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('');
    expect(visibleParts(`ok${smuggled}`)[1]).toMatchObject({ kind: 'hidden', name: 'tag character', count: 10, spells: 'ignore all' });
  });

  it.each([
    ['zero-width space', 'a\u200Bb'], ['byte order mark', '\uFEFFa'], ['escape', '\u001B[31m'], ['null', 'a\u0000'], ['Hangul filler', 'a\u3164b'],
    ['blank Braille', 'a\u2800'], ['soft hyphen', 'pay\u00ADpal'], ['isolates', '\u2066a\u2069'], ['line separator', 'a\u2028b'], ['lone return', 'safe\rEVIL'],
    ['no-break space in a number', '1\u00A0000'], ['private use', 'a\uE000'], ['unassigned', 'a\u0378'], ['lone surrogate', 'a\uD800b'],
    ['selectors after an emoji', '😀\u{E0101}\u{E0120}'], ['a second style selector', '⚠\uFE0F\uFE0F'], ['joiner between letters', 'a\u200Db'], ['grapheme joiner', 'a\u034Fb'],
  ])('marks %s', (_, text) => {
    expect(deceptiveCount(text)).toBe(1 + Number(text.startsWith('\u2066')));
    for (const part of visibleParts(text)) if (part.kind === 'plain') expect(part.text).toMatch(/^[\p{L}\p{N}\p{P}\p{S}\uFE0F]*$/u);
  }); // prettier-ignore

  it('flags a word that mixes alphabets, and says how it reads', () => {
    expect(visibleParts('send to pаypal now')[1]).toEqual({
      kind: 'lookAlike',
      text: 'pаypal',
      reads: 'paypal',
      why: 'letters of different alphabets in one word',
    });
  });

  it('flags a whole word of look-alikes among Latin text, and leaves real Russian and Greek alone', () => {
    expect(visibleParts('open сосо now')[1]).toMatchObject({ kind: 'lookAlike', reads: 'coco' });
    expect(deceptiveCount('привет, как дела')).toBe(0);
    expect(deceptiveCount('καλημέρα κόσμε')).toBe(0);
  });

  it('flags full-width and mathematical letters and mixed digits', () => {
    expect(visibleParts('ｐａｙ １００')[0]).toMatchObject({ kind: 'lookAlike', reads: 'pay' });
    expect(deceptiveCount('𝐩𝐚𝐲')).toBe(1);
    expect(visibleParts('1٠0')[0]).toMatchObject({ kind: 'lookAlike', reads: null });
  });

  it('cuts a pile of accents down to its letter and a count', () => {
    expect(visibleParts(`ca${'\u0301'.repeat(200)}b`)[1]).toEqual({ kind: 'stacked', base: 'a', marks: 200 });
  });

  it('counts the blank lines that push a dangerous line out of sight', () => {
    expect(visibleParts(`Update the readme${'\n'.repeat(500)}rm -rf /`)).toEqual([
      { kind: 'plain', text: 'Update the readme' },
      { kind: 'blank', label: '499 blank lines' },
      { kind: 'plain', text: 'rm -rf /' },
    ]);
    expect(kinds(`a${'\r\n \t'.repeat(9)}b`)).toEqual(['plain', 'blank', 'plain']);
    expect(visibleParts(`a${' '.repeat(80)}b`)[1]).toEqual({ kind: 'blank', label: '80 spaces' });
    expect(kinds('a\n\n\nb')).toEqual(['plain']);
  });

  it('is judged in member names and nested values too', () => {
    expect(deceptiveCountIn({ ok: ['fine', { 'am\u200Bount': 'x\u202Ey' }], n: 1, none: null })).toBe(2);
  });

  it('stays quick on the largest context', () => {
    const text = 'The order Ä-17 was paid.\n'.repeat(30_000);
    const started = performance.now();
    expect(visibleParts(text)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
