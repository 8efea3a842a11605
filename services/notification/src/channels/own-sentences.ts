import { DUTCH } from '../own-sentences/dutch.ts';
import { ENGLISH } from '../own-sentences/english.ts';
import { FRENCH } from '../own-sentences/french.ts';
import { GERMAN } from '../own-sentences/german.ts';
import { ITALIAN } from '../own-sentences/italian.ts';
import { PORTUGUESE } from '../own-sentences/portuguese.ts';
import { SPANISH } from '../own-sentences/spanish.ts';
import type { Sentences } from '../own-sentences/shape.ts';

const KNOWN = new Map([ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH].map(sentences => [sentences.language, sentences]));

/** The sentences for a message whose words are in this language. @param language BCP 47 */
export const sentencesIn = (language: string): Sentences => KNOWN.get(language.split('-', 1)[0] ?? '') ?? ENGLISH;
/** Languages there are sentences in. */
export const SENTENCE_LANGUAGES: readonly string[] = [...KNOWN.keys()];
