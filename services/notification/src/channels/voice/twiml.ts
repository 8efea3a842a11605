import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { callbackUrl } from '../../providers/twilio/inbound.ts';
import { sentencesIn } from '../own-sentences.ts';
import { confirmationOf, DECISION_DIGITS, digitByDigit, mayDecide, writeDialogue, type Dialogue } from './dialogue.ts';

type Speech = Required<Pick<VoiceResponse.SayAttributes, 'language' | 'voice'>> | { language: 'en-US' | 'en-GB' | 'en-AU' | 'en-IN' };
const OURS = { language: 'en-US' } as const;
/**
 * Languages that templates may be written in, and who speaks them (twilio.com/docs/voice/twiml/say/text-speech). Without a voice `<Say>` takes the
 * account's, at first `man`, who does not speak all of them, and `<Say>` may fail with a voice that does not know its language. English every account speaks.
 */
const SPEECHES: readonly Speech[] = [
  OURS,
  { language: 'en-GB' },
  { language: 'en-AU' },
  { language: 'en-IN' },
  { language: 'de-DE', voice: 'Polly.Vicki' },
  { language: 'fr-FR', voice: 'Polly.Lea' },
  { language: 'fr-CA', voice: 'Polly.Chantal' },
  { language: 'es-ES', voice: 'Polly.Lucia' },
  { language: 'es-MX', voice: 'Polly.Mia' },
  { language: 'it-IT', voice: 'Polly.Bianca' },
  { language: 'pt-PT', voice: 'Polly.Ines' },
  { language: 'pt-BR', voice: 'Polly.Camila' },
  { language: 'nl-NL', voice: 'Polly.Lotte' },
  { language: 'pl-PL', voice: 'Polly.Ewa' },
  { language: 'sv-SE', voice: 'Polly.Astrid' },
  { language: 'da-DK', voice: 'Polly.Naja' },
  { language: 'nb-NO', voice: 'Polly.Liv' },
  { language: 'fi-FI', voice: 'Google.fi-FI-Standard-A' },
  { language: 'ru-RU', voice: 'Polly.Tatyana' },
  { language: 'ja-JP', voice: 'Polly.Mizuki' },
  { language: 'ko-KR', voice: 'Polly.Seoyeon' },
  { language: 'cmn-CN', voice: 'Polly.Zhiyu' },
];
/** `zh` is called by its ISO 639-3 name there. */
const NAMED: Readonly<Record<string, string>> = { zh: 'cmn' };
/** How long to wait for a key after the last word, seconds. */
const KEY_SEC_MAX = 8;

const speechOf = (language: string): Speech => {
  const [main = '', country] = language.split('-', 2);
  const named = NAMED[main] ?? main;
  return (
    SPEECHES.find(speech => speech.language === `${named}-${country}`) ??
    SPEECHES.find(speech => speech.language.startsWith(`${named}-`)) ??
    OURS
  );
};

/** Who speaks our own sentences beside a text: whoever speaks the text, where they are in its language. */
const oursBeside = (language: string): Speech => {
  const { language: known } = sentencesIn(language);
  return language.startsWith(known) ? speechOf(language) : speechOf(known);
};

export type Line = { hookUrl: string; correlation: string | null };
/** Words of ours, and the language they are in or beside: BCP 47, with the accent of the call where it has one. */
export type Words = { text: string; wordsIn: string };

/**
 * What a call says now, and where the keys go. Escaping is the builder's: no text can become an instruction.
 * @param before said first: what came of the last key
 */
export const ask = (dialogue: Dialogue, { hookUrl, correlation }: Line, before?: Words): string => {
  const response = new VoiceResponse();
  const ours = oursBeside(dialogue.language);
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
  if (before !== undefined) gather.say(oursBeside(before.wordsIn), before.text);
  if (dialogue.step === 'menu') {
    if (before === undefined) gather.say(speechOf(dialogue.language), dialogue.text);
    gather.say(ours, menuOf(dialogue));
  } else {
    gather.say(ours, codeOf(dialogue));
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
export const hangUp = ({ text, wordsIn }: Words): string => {
  const response = new VoiceResponse();
  response.say(oursBeside(wordsIn), text);
  response.hangup();
  return response.toString();
};
