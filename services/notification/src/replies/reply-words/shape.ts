import type { ApprovalStatus, REPLY_REFUSALS, VerifyAddressReply } from '@holdpoint/contracts';

export type ReplyRefusal = (typeof REPLY_REFUSALS)[number];
/** What comes of an enrolment that is none; no code is typed in here, so none is wrong. */
type EnrolmentRefusal = Exclude<Extract<VerifyAddressReply, { outcome: 'refused' }>['code'], 'wrong_code'>;
type Decided = Exclude<ApprovalStatus, 'pending'>;

/** What somebody who answered is told, in one language. Each fits into one text message, with whose it is in front. */
export type ReplyWords = {
  /** BCP 47 without a country. */
  language: string;
  /** Why an answer was not taken and what to do about it. */
  refusals: Readonly<Record<ReplyRefusal, string>>;
  /** Where the reason has no name. */
  notTaken: string;
  /** @param since in words: from when a new address may approve */
  tooEarly(since: string): string;
  erased: string;
  whyRejected: string;
  tryAgain: string;
  taken: {
    claim: string;
    /** Others have to answer too. */
    counts: Readonly<Record<'approve' | 'reject', string>>;
    approved: string;
    modified: string;
    rejected: string;
    /** It was taken, and `ended` says that it came out otherwise. */
    noted: Readonly<Record<'approve' | 'reject', string>>;
    ended: Readonly<Record<Decided, string>>;
  };
  /** Why a reply by code or mail is none, and how to write it. */
  unclear: Readonly<Record<'no_code' | 'look_alike' | 'words_after_approve', string>>;
  wrongCode: string;
  /** An account was to be proved as somebody's. */
  enrolment: { refusals: Readonly<Record<EnrolmentRefusal, string>>; linked(name: string): string };
};
