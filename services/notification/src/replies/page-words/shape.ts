import type { ApprovalStatus, MessageHandle } from '@holdpoint/contracts';

export type Decided = Exclude<ApprovalStatus, 'pending'>;
type Said = { title: string; line: string };

/** What the pages say that links in messages lead to, in one language. What came of an answer is in `ReplyWords`, the risk in `Sentences`. */
export type PageWords = {
  /** BCP 47 without a country: the `lang` of the page. */
  language: string;
  openConsole: string;
  wholeInConsole: string;
  /** Around what the agent wrote. */
  agent: { heading: string; proposal: string; about: string; summary: string; cut: string };
  verbs: Readonly<Record<MessageHandle['verb'], string>>;
  /** Over the field for a reason. */
  reason: string;
  /** What is asked, and of whom. */
  asks: { who(name: string, organization: string): string; until(deadline: string, left: string): string; approveElsewhere: string };
  openTooLong: string;
  unknown: Said;
  /** Nothing is left to decide: how it ended, and by whom where it was a person. */
  over: {
    title: string;
    isOver: string;
    ended: Readonly<Record<Decided, string>>;
    by(how: string, name: string): string;
    nothingLeft: string;
    addressGone: string;
  };
  /** Somebody else is signed in to the console in this browser. */
  elses: { title(theirs: string): string; line(yours: string, theirs: string): string };
  /** A form was sent. */
  sent: { taken: string; notTaken: string; notLikeThat: Said };
  /** The page that proves an address. */
  confirm: {
    title(name: string): string;
    wants(name: string, organization: string): string;
    notYou: string;
    yes: string;
    done: Said;
    not: string;
    over: Said;
  };
};
