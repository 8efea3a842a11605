import type { RiskLevel } from '@holdpoint/contracts';

/**
 * What channels add to a message in sentences of their own: how to answer, which keys there are. They are kept in the languages that organisations
 * write their words in most, so that nobody is told in one language and asked in another; elsewhere they are English.
 */
export type Sentences = {
  /** BCP 47 without a country: the language these are in. */
  language: string;
  /** Before when, in words. */
  by(deadline: string): string;
  /** How a text message is answered: `A` and the code, `R`, the code and a reason. */
  replyEither(code: string): string;
  replyReject(code: string): string;
  lookInConsole: string;
  /** How a call begins, and how a text ends that is too long to be said. */
  calls(organization: string): string;
  restInConsole: string;
  /** Keys of a call. */
  key: { heard: string; takeOn: string; again: string; reject: string; decide: string };
  /** @param code digit by digit */
  enterCode(code: string, verbs: { approve: boolean; reject: boolean }): string;
  /** What a call says after a key, of its own: nothing was decided by it. `received`: it was sent on, and nobody knows yet what became of it. */
  call: {
    goodbye: string;
    thanks: string;
    nothingPressed: string;
    cannotPassOn: string;
    unknownKey: string;
    notTheCode: string;
    received: string;
  };
  /** How a mail ends: which request it is about, and what is not to be expected of it. */
  mail: { request: string; risk: Readonly<Record<RiskLevel, string>>; decidesNothing: string; notRead: string };
};

/** Of several ways those that are open, with a word between them. */
export const either = (
  first: string,
  second: string,
  between: string,
  { approve, reject }: { approve: boolean; reject: boolean },
): string => [...(approve ? [first] : []), ...(reject ? [second] : [])].join(between);
