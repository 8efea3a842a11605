import type { MessageTemplate } from '@holdpoint/contracts';
import { sentencesIn } from '../channels/own-sentences.ts';
import { BUILT_IN } from '../words.ts';
import { DUTCH } from './dutch.ts';
import { FRENCH } from './french.ts';
import { GERMAN } from './german.ts';
import { ITALIAN } from './italian.ts';
import { PORTUGUESE } from './portuguese.ts';
import type { AccountKind, AccountWords } from './shape.ts';
import { SPANISH } from './spanish.ts';

const CONSOLE = 'Open the console';
const ENGLISH: AccountWords = {
  invitation: { ...BUILT_IN.invitation, link: 'Accept the invitation' },
  passwordReset: { ...BUILT_IN.passwordReset, link: 'Set a new password' },
  emailChange: { ...BUILT_IN.emailChange, link: 'Confirm the address' },
  emailChanged: { ...BUILT_IN.emailChanged, link: CONSOLE },
  confirm: { ...BUILT_IN.confirm, link: 'Confirm this address' },
  verify: { ...BUILT_IN.verify, link: CONSOLE },
  test: { ...BUILT_IN.test, link: CONSOLE },
};

const KNOWN: Readonly<Record<string, AccountWords>> = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  nl: DUTCH,
};

/**
 * The words of a message about an account for somebody who reads this language; English where there are none in it.
 * @param language BCP 47
 * @returns the template, what its button says, and the language both are in
 */
export const accountWordsIn = (language: string, kind: AccountKind): { template: MessageTemplate; link: string; wordsIn: string } => {
  const wordsIn = sentencesIn(language).language;
  const { link, ...template } = (KNOWN[wordsIn] ?? ENGLISH)[kind];
  return { template, link, wordsIn };
};
