import type { ApprovalStatus, DecidedBy, DecisionVerb, RiskLevel, Verdict } from '@holdpoint/contracts';

/** The contract's words as a person reads them. */
export const riskWords = (level: RiskLevel): string => ({ low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' })[level];

export const decidedWords = (status: ApprovalStatus): string =>
  ({
    pending: 'Waiting',
    approved: 'Approved',
    rejected: 'Rejected',
    modified: 'Approved with changes',
    expired: 'Expired',
    withdrawn: 'Withdrawn',
  })[status];

export const verdictWords = (verdict: Verdict): string =>
  ({
    APPROVE_AUTOMATICALLY: 'Approved by a rule',
    HUMAN_REVIEW: 'A person must look',
    LIKELY_REJECT: 'Likely reject: a person still decides',
    ESCALATE_SENIOR: 'A senior must decide',
    REJECT_AUTOMATICALLY: 'Rejected by a rule',
  })[verdict];

export const verbWords = (verb: DecisionVerb): string =>
  ({
    claim: 'Claim',
    release: 'Release claim',
    approve: 'Approve',
    reject: 'Reject',
    modify: 'Modify',
    comment: 'Comment',
    ask: 'Ask the agent',
    delegate: 'Delegate',
    reassign: 'Reassign',
    snooze: 'Snooze',
    extend: 'Extend the deadline',
    escalate: 'Escalate now',
    bypass: 'Break glass',
    review: 'Review afterwards',
    placeHold: 'Place a legal hold',
    releaseHold: 'Release the legal hold',
    erase: 'Erase',
  })[verb];

/** The name to show for whoever decided or holds a claim. */
export const personName = (by: DecidedBy): string => {
  if (by.display !== undefined && by.display !== '') return by.display;
  if (by.kind === 'timeout') return 'nobody in time';
  if (by.kind === 'rule') return `rule ${by.id}`;
  return by.id;
};

/** Reasons offered for a rejection; the code goes into the record, the words to the agent's app with the note. */
export const REJECT_REASONS: readonly { code: string; words: string }[] = [
  { code: 'wrong_details', words: 'Details are wrong' },
  { code: 'against_policy', words: 'Against policy' },
  { code: 'needs_information', words: 'Not enough information' },
  { code: 'duplicate', words: 'Already done' },
  { code: 'suspicious', words: 'Looks suspicious' },
];
