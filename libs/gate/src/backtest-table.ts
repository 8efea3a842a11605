import { VERDICTS, type EventData, type TerminalType, type Verdict } from '@holdpoint/contracts';

/** What became of a past request. `expired`: nobody decided in time. `automatic`: the rules did, either way. `open`: still waiting. */
export const PAST_OUTCOMES = ['approved', 'modified', 'rejected', 'expired', 'withdrawn', 'automatic', 'open'] as const;
export type PastOutcome = (typeof PAST_OUTCOMES)[number];

/** Counts of requests: what the candidate says of them (rows), what became of them (columns). */
export type ConfusionTable = Record<Verdict, Record<PastOutcome, number>>;

export const emptyTable = (): ConfusionTable =>
  Object.fromEntries(VERDICTS.map(verdict => [verdict, Object.fromEntries(PAST_OUTCOMES.map(outcome => [outcome, 0]))])) as ConfusionTable;

export const copyOfTable = (table: ConfusionTable): ConfusionTable =>
  Object.fromEntries(VERDICTS.map(verdict => [verdict, { ...table[verdict] }])) as ConfusionTable;

/** What became of a request, by the event that ended it. A rejection that no person spoke is nobody's decision. */
export const outcomeOf = (type: TerminalType, { by, decision }: EventData<TerminalType>['decision']): PastOutcome => {
  if (type === 'ApprovalGrantedAutomatically' || type === 'ApprovalRejectedAutomatically') return 'automatic';
  return by.kind === 'operator' || by.kind === 'agent' ? decision : 'expired';
};

const MINUTE_MS = 60_000;

/** Minutes of people's time, from what was measured. */
export type Minutes = {
  /** Longest time counted for one decision, minutes: whoever took longer was not looking all the while. */
  capMin: number;
  /** Decisions of people whose time is known, and their mean in minutes; 0 when there are none. */
  measured: number;
  mean: number;
  /** Of requests that a person decided and the candidate would not have shown to anybody. */
  saved: number;
  /** Of requests that passed by themselves and the candidate would show to a person, at the mean of the measured ones. */
  added: number;
};

/** Adds up minutes between the opening of a step and the decision, each capped. */
export const openMinutes = (capMin: number) => {
  let measured = 0;
  let total = 0;
  let saved = 0;
  let moreReviews = 0;
  return {
    decided: (openedAt: string | null, decidedAt: string, isSaved: boolean): void => {
      if (openedAt === null) return;
      const minutes = Math.min(capMin, Math.max(0, Date.parse(decidedAt) - Date.parse(openedAt)) / MINUTE_MS);
      measured += 1;
      total += minutes;
      if (isSaved) saved += minutes;
    },
    oneMoreReview: (): void => {
      moreReviews += 1;
    },
    sum: (): Minutes => {
      const mean = measured === 0 ? 0 : total / measured;
      return { capMin, measured, mean, saved, added: moreReviews * mean };
    },
  };
};
