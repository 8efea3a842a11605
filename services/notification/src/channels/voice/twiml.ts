import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { callbackUrl } from '../../providers/twilio/inbound.ts';
import { sentencesIn } from '../own-sentences.ts';
import { confirmationOf, DECISION_DIGITS, digitByDigit, mayDecide, writeDialogue, type Dialogue } from './dialogue.ts';

/** Languages that `<Say>` knows and templates may be written in. What came of a key is said in English. */
const LANGUAGES = [
  ...(['en-US', 'en-GB', 'en-AU', 'en-IN', 'de-DE', 'fr-FR', 'fr-CA', 'es-ES', 'es-MX', 'it-IT', 'pt-BR', 'pt-PT'] as const),
  ...(['nl-NL', 'pl-PL', 'sv-SE', 'da-DK', 'nb-NO', 'fi-FI', 'ru-RU', 'ja-JP', 'ko-KR', 'zh-CN'] as const),
] as const;
const OURS = 'en-US';
/** How long to wait for a key after the last word, seconds. */
const KEY_SEC_MAX = 8;

const languageOf = (language: string) =>
  LANGUAGES.find(known => known === language) ?? LANGUAGES.find(known => known.slice(0, 2) === language.slice(0, 2)) ?? OURS;

/** The accent for our own sentences beside a text: the text's, where they are in its language. */
const spokenIn = (language: string) => {
  const { language: known } = sentencesIn(language);
  return language.startsWith(known) ? languageOf(language) : languageOf(known);
};

export type Line = { hookUrl: string; correlation: string | null };

/**
 * What a call says now, and where the keys go. Escaping is the builder's: no text can become an instruction.
 * @param before said first: what came of the last key
 */
export const ask = (dialogue: Dialogue, { hookUrl, correlation }: Line, before?: string): string => {
  const response = new VoiceResponse();
  const ours = spokenIn(dialogue.language);
  const gather = response.gather({
    input: ['dtmf'],
    numDigits: dialogue.step === 'menu' ? 1 : DECISION_DIGITS,
    action: callbackUrl(hookUrl, { ...(correlation === null ? {} : { c: correlation }), v: writeDialogue(dialogue) }),
    method: 'POST',
    // Silence is an answer too: it tells a machine from a person.
    actionOnEmptyResult: true,
    finishOnKey: '',
    timeout: KEY_SEC_MAX,
  });
  if (before !== undefined) gather.say({ language: OURS }, before);
  if (dialogue.step === 'menu') {
    if (before === undefined) gather.say({ language: languageOf(dialogue.language) }, dialogue.text);
    gather.say({ language: ours }, menuOf(dialogue));
  } else {
    gather.say({ language: ours }, codeOf(dialogue));
  }
  return response.toString();
};

const menuOf = (dialogue: Dialogue): string => {
  const { key } = sentencesIn(dialogue.language);
  const decide = mayDecide(dialogue) ? [dialogue.approve === null ? key.reject : key.decide] : [];
  return [dialogue.claim === null ? key.heard : key.takeOn, key.again, ...decide].join(' ');
};

const codeOf = (dialogue: Dialogue): string => {
  const { approve, reject, language } = dialogue;
  const verbs = { approve: approve !== null, reject: reject !== null };
  return sentencesIn(language).enterCode(digitByDigit(confirmationOf(dialogue)), verbs);
};

/** Last words. */
export const hangUp = (words: string): string => {
  const response = new VoiceResponse();
  response.say({ language: OURS }, words);
  response.hangup();
  return response.toString();
};
