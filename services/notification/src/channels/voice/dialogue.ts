import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Message } from '../channel.ts';
import { sentencesIn } from '../own-sentences.ts';
import { cutText } from '../plain-text.ts';

/**
 * What a call is about and how far it has come. It rides in the address that Twilio calls with the keys that were pressed, which Twilio signs: the
 * call remembers itself, we remember nothing.
 */
export type Dialogue = {
  /** What is said first, and again on demand. */
  text: string;
  language: string;
  /** Handles; null where that may not be said from this call. */
  approve: string | null;
  reject: string | null;
  claim: string | null;
  step: 'menu' | 'code';
  /** How often it was said again or a wrong key was pressed. */
  tries: number;
};

/** Inline TwiML may have 4 000 characters, and the text is in it twice: said, and in the address. */
const TEXT_CHARS_MAX = 300;
/** Nobody listens to more; then the call ends. */
export const TRIES_MAX = 5;
/** Keys of the code, and one for the verb. */
const CODE_DIGITS = 4;
export const DECISION_DIGITS = CODE_DIGITS + 1;

const handle = z.string().max(64).nullable();
const written = z.tuple([
  z.string().max(1_000),
  z.string().max(16),
  handle,
  handle,
  handle,
  z.enum(['menu', 'code']),
  z.int().min(0).max(99),
]);

/** @returns characters that need no escape in a query */
export const writeDialogue = ({ text, language, approve, reject, claim, step, tries }: Dialogue): string =>
  Buffer.from(JSON.stringify([text, language, approve, reject, claim, step, tries])).toString('base64url');

/** @returns null for what {@link writeDialogue} did not write */
export const readDialogue = (text: string): Dialogue | null => {
  try {
    const parsed = written.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (!parsed.success) return null;
    const [said, language, approve, reject, claim, step, tries] = parsed.data;
    return { text: said, language, approve, reject, claim, step, tries };
  } catch {
    return null;
  }
};

/** The beginning of a call. Nothing of what the agent wrote is said: whoever picks up hears it, and so does their voicemail. */
export const dialogueOf = (message: Message): Dialogue => {
  const handleOf = (verb: Message['actions'][number]['verb']) => message.actions.find(action => action.verb === verb)?.handle ?? null;
  return {
    text: spoken(message),
    language: message.wordsIn,
    approve: handleOf('approve'),
    reject: handleOf('reject'),
    claim: handleOf('claim'),
    step: 'menu',
    tries: 0,
  };
};

const spoken = ({ kind, organization, title, lines, wordsIn }: Message): string => {
  const { calls, restInConsole } = sentencesIn(wordsIn);
  const whole = [calls(organization), title, ...lines]
    .map(line =>
      line
        .toWellFormed()
        .replace(/[\s\p{Cc}\p{Co}\uFFFE\uFFFF]+/gu, ' ')
        .trim(),
    )
    .map(line => (/[.!?]$/.test(line) ? line : `${line}.`))
    .join(' ');
  // A code is said digit by digit, not as a number.
  const text = kind === 'verify' ? whole.replace(/\d{4,}/g, digits => digitByDigit(digits)) : whole;
  return text.length <= TEXT_CHARS_MAX ? text : `${cutText(text, TEXT_CHARS_MAX)}. ${restInConsole}`;
};

export const digitByDigit = (digits: string): string => Array.from(digits).join(', ');

/** Whether anything can be decided from the call. */
export const mayDecide = ({ approve, reject }: Dialogue): boolean => approve !== null || reject !== null;

/**
 * The digits that stand for this request: derived from its handle, so that they are the same however often the call is placed. They are said in
 * the call and have to be entered before the verb, so that no key pressed by chance or by a machine decides. They are no secret.
 */
export const confirmationOf = ({ approve, reject }: Pick<Dialogue, 'approve' | 'reject'>): string =>
  String(
    createHash('sha256')
      .update(`voice ${approve ?? reject}`)
      .digest()
      .readUInt32BE() %
      10 ** CODE_DIGITS,
  ).padStart(CODE_DIGITS, '0');
