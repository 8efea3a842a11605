import { describe, expect, it } from 'vitest';
import { SENTENCE_LANGUAGES } from '../channels/own-sentences.ts';
import { endWords, pageWordsIn, type PageWords } from './page-words.ts';

type Words = string | ((...said: string[]) => string) | { [name: string]: Words };
/** Every text, with names in the place of what is put in. */
const textsOf = (words: Words): string[] =>
  typeof words === 'string' ? [words] : typeof words === 'function' ? [words('{one}', '{two}')] : Object.values(words).flatMap(textsOf);
const textsIn = ({ language: _language, ...words }: PageWords) => textsOf(words as unknown as Words);
const NAMES = /\{(?:one|two)\}/g;

describe.each(SENTENCE_LANGUAGES)('pages in %s', language => {
  const words = pageWordsIn(language, undefined);

  it('say what they say in English, with the same names in it, each in words of its own', () => {
    expect(words.language).toBe(language);
    const [own, english] = [textsIn(words), textsIn(pageWordsIn('en', undefined))];
    expect(own.length).toBe(english.length);
    own.forEach((text, at) => {
      expect(text.trim(), english[at]).not.toBe('');
      expect(new Set(text.match(NAMES)), text).toEqual(new Set(english[at]!.match(NAMES)));
      if (language !== 'en') expect(text).not.toBe(english[at]);
    });
  });

  it('have room for every word on a phone', () => {
    for (const text of textsIn(words)) for (const word of text.split(/[\s-]/)) expect(word.length, word).toBeLessThanOrEqual(20);
  });

  it('tell an end by somebody, or by nobody', () => {
    expect(endWords(words, { decision: 'approved', by: 'Ada' })).toMatch(/^\p{Lu}.*[ ]\p{Ll}+ Ada$/u);
    expect(endWords(words, { decision: 'expired', by: null })).toBe(words.over.ended.expired);
  });
});

describe('the language of a page', () => {
  it.each([
    ['de-AT', 'fr', 'de'],
    ['pl', 'fr', 'fr'],
    [undefined, 'fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    [undefined, 'en;q=0.3,nl;q=0.9', 'nl'],
    [undefined, 'pl,cs;q=0.9,IT-ch;q=0.8', 'it'],
    [undefined, 'de;q=0,es', 'es'],
    [undefined, 'de;q=2, pt-BR ; q=0.5', 'pt'],
    [undefined, '*', 'en'],
    [undefined, '', 'en'],
    [undefined, ',;q=,<de>', 'en'],
    [undefined, undefined, 'en'],
  ])('of whoever reads %s, in a browser that accepts %s, is %s', (known, accepted, expected) => {
    expect(pageWordsIn(known, accepted).language).toBe(expected);
  });

  it('is found at once, however a header is made', () => {
    for (const header of [`${' '.repeat(16_000)}x`, 'a-'.repeat(8_000), ','.repeat(16_000), `de${' '.repeat(16_000)};`]) {
      const before = performance.now();
      expect(pageWordsIn(undefined, header).language).toBe('en');
      expect(performance.now() - before).toBeLessThan(50);
    }
  });
});
