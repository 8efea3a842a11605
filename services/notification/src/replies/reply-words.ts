import type { ApprovalStatus, MessageHandle, VerifyAddressReply } from '@holdpoint/contracts';
import { utc } from '../channels/deadline.ts';
import { DUTCH } from './reply-words/dutch.ts';
import { ENGLISH } from './reply-words/english.ts';
import { FRENCH } from './reply-words/french.ts';
import { GERMAN } from './reply-words/german.ts';
import { ITALIAN } from './reply-words/italian.ts';
import { PORTUGUESE } from './reply-words/portuguese.ts';
import type { ReplyWords } from './reply-words/shape.ts';
import { SPANISH } from './reply-words/spanish.ts';

export type { ReplyRefusal, ReplyWords } from './reply-words/shape.ts';

const KNOWN = new Map([ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH].map(words => [words.language, words]));

/** The words for somebody who reads this language; English where there are none in it. @param language BCP 47 */
export const replyWordsIn = (language: string): ReplyWords => KNOWN.get(language.split('-', 1)[0] ?? '') ?? ENGLISH;

/** Why an answer was not taken and what to do about it, for the person who gave it. @param reason a `REPLY_REFUSALS`, or the decider's code */
export const refusalWords = ({ refusals, notTaken }: ReplyWords, reason: string): string =>
  Object.hasOwn(refusals, reason) ? refusals[reason as keyof typeof refusals] : notTaken;

/** From when a new address may approve. @param since RFC 3339 */
export const tooEarlyWords = ({ tooEarly }: ReplyWords, since: string): string => tooEarly(utc(since));

/** Why an account is not proved. A code that is wrong is told in the console's own words: there it is typed in. */
export const enrolmentWords = (
  { enrolment: { refusals } }: ReplyWords,
  { code, detail }: Pick<Extract<VerifyAddressReply, { outcome: 'refused' }>, 'code' | 'detail'>,
): string => (code === 'wrong_code' ? detail : refusals[code]);

const AGREES: Readonly<Record<'approve' | 'reject', readonly ApprovalStatus[]>> = {
  approve: ['approved', 'modified'],
  reject: ['rejected'],
};

/** What became of an answer that was taken. @param status of the request after it */
export const takenWords = ({ taken }: ReplyWords, verb: MessageHandle['verb'], status: ApprovalStatus): string => {
  if (verb === 'claim') return taken.claim;
  if (status === 'pending') return taken.counts[verb];
  if (!AGREES[verb].includes(status)) return `${taken.noted[verb]} ${taken.ended[status]}`;
  return verb === 'reject' ? taken.rejected : status === 'modified' ? taken.modified : taken.approved;
};
