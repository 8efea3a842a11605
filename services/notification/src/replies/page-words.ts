import { DUTCH } from './page-words/dutch.ts';
import { ENGLISH } from './page-words/english.ts';
import { FRENCH } from './page-words/french.ts';
import { GERMAN } from './page-words/german.ts';
import { ITALIAN } from './page-words/italian.ts';
import { PORTUGUESE } from './page-words/portuguese.ts';
import type { Decided, PageWords } from './page-words/shape.ts';
import { SPANISH } from './page-words/spanish.ts';

export type { PageWords } from './page-words/shape.ts';

const KNOWN = new Map([ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH].map(words => [words.language, words]));
/** Languages of a browser that are looked at: nobody reads more, and a header may be long. */
const LANGUAGES_MAX = 16;

/**
 * What a page is written in: the language of whom it is for, else the first that the browser asks for, else English; each only where there are words in it.
 * @param known BCP 47, of the person's own profile; undefined where it is not known who reads, or in what
 * @param accepted the browser's `Accept-Language`
 */
export const pageWordsIn = (known: string | undefined, accepted: string | undefined): PageWords =>
  [...(known === undefined ? [] : [known]), ...acceptedLanguages(accepted ?? '')]
    .map(language => KNOWN.get(language.split('-', 1)[0]!.toLowerCase()))
    .find(words => words !== undefined) ?? ENGLISH;

/** Of `Accept-Language` (RFC 9110 §12.5.4), the most wanted first, those of one weight in their order; without what is not wanted (`q=0`) or malformed. */
const acceptedLanguages = (header: string): string[] =>
  header
    .split(',', LANGUAGES_MAX)
    .flatMap(item => {
      const [, language, weight = '1'] = /^([a-z]{1,8}(?:-[a-z\d]{1,8})*)(?:\s*;\s*q=([01](?:\.\d{0,3})?))?$/i.exec(item.trim()) ?? [];
      return language === undefined || Number(weight) === 0 ? [] : [{ language, weight: Number(weight) }];
    })
    .toSorted((one, other) => other.weight - one.weight)
    .map(({ language }) => language);

/** How a request ended, and the name of the person who ended it; null where it was none. */
export type End = { decision: Decided; by: string | null };

/** `Approved by Ada` */
export const endWords = ({ over }: PageWords, { decision, by }: End): string =>
  by === null ? over.ended[decision] : over.by(over.ended[decision], by);
