import type { ApprovalStatus, MessageHandle, REPLY_REFUSALS } from '@holdpoint/contracts';
import { utc } from '../channels/deadline.ts';

export type ReplyRefusal = (typeof REPLY_REFUSALS)[number];

const REFUSALS: Readonly<Record<ReplyRefusal, string>> = {
  unknown_handle: 'This is not known here. Open the console to see what waits for you.',
  not_yours: 'This was put to somebody else, and only that person can answer from it. Open the console to see what waits for you.',
  not_linked: 'This account is not linked to the person who was asked. Add it to your addresses in the console, then answer again.',
  stale_content: 'What was asked has changed since this message. Look at it as it is now, and decide in the console.',
  expired: 'The time for this has passed, and it counts as not approved. There is nothing left to decide.',
  already_used: 'This was answered already. Open the console to see how it stands.',
  too_early: 'This address is new here and may not approve yet. Approve in the console, or reject from here.',
  locked: 'Too many wrong codes came from here, so nothing is decided from here for an hour. Decide in the console.',
  ambiguous: 'This code stands for more than one request. Decide in the console.',
  not_allowed_here: 'This cannot be decided from here. Decide in the console.',
};

/** Why an answer was not taken and what to do about it, for the person who gave it. */
export const refusalWords = (reason: string): string =>
  reason in REFUSALS ? REFUSALS[reason as ReplyRefusal] : 'This was not taken. Open the console to see how it stands.';

/** From when a new address may approve. */
export const tooEarlyWords = (since: string): string =>
  `This address is new here and may approve from ${utc(since)} on. Approve in the console, or reject from here.`;

export const ERASED = 'What this was about has been erased. There is nothing left to decide.';
export const WHY_REJECTED = 'Why is it rejected? The agent is told.';
export const TRY_AGAIN = 'It could not be decided just now. Try again in a moment, or look in the console whether it was.';

const ENDED: Readonly<Record<Exclude<ApprovalStatus, 'pending'>, string>> = {
  approved: 'approved',
  modified: 'approved with changes',
  rejected: 'rejected',
  expired: 'expired, not approved',
  withdrawn: 'withdrawn by the agent',
};
const AGREES: Readonly<Record<'approve' | 'reject', readonly ApprovalStatus[]>> = {
  approve: ['approved', 'modified'],
  reject: ['rejected'],
};

/** What became of an answer that was taken. @param status of the request after it */
export const takenWords = (verb: MessageHandle['verb'], status: ApprovalStatus): string => {
  if (verb === 'claim') return 'You look after it now; the others see that. Decide before the time is over.';
  const noun = verb === 'approve' ? 'approval' : 'rejection';
  if (status === 'pending') return `Your ${noun} counts. Others have to answer too before it is decided.`;
  if (!AGREES[verb].includes(status)) return `Your ${noun} was taken. In the end it was ${ENDED[status]}.`;
  return verb === 'reject'
    ? 'Rejected. The agent may not do it.'
    : `${status === 'modified' ? 'Approved with changes' : 'Approved'}. The agent may go on.`;
};

/** Why a reply by code or mail is none, and how to write it. */
export const UNCLEAR: Readonly<Record<'no_code' | 'look_alike' | 'words_after_approve', string>> = {
  no_code: 'Nothing was decided. Write A and the code to approve, or R, the code and your reason to reject.',
  look_alike: 'Nothing was decided. Codes have no 0, O, 1, I or L in them; look at the code again.',
  words_after_approve: 'Nothing was decided. Approving takes no further words; to change something, open the console.',
};
export const WRONG_CODE = 'Nothing was decided. This is none of your open codes; look at the newest message, or decide in the console.';
