import type { ApprovalEvent } from '@holdpoint/contracts';
import type { EraseApproval, PlaceHold, ReleaseHold } from './commands.ts';
import { isAdmin, nameOf, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, Closed, KnownApproval } from './state.ts';
import { assertKnown, assertNotErased } from './terminal.ts';

/**
 * Orders that what the agent and people wrote is made unreadable. Twice is once. Retention comes when the time is over, people when they are asked
 * to; a legal hold stands in the way of both.
 * @throws Refused `still_open`, `legal_hold`, `not_eligible`, `reason_required`.
 */
export const erase = (command: EraseApproval, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status === 'closed' && state.erasure !== null) return [];
  const { ground, now } = command;
  if (ground === 'retention') {
    const { decidedAt } = assertErasable(state).end.decision;
    if (decidedAt >= command.endedBefore)
      throw new Refused('still_open', `It ended at ${decidedAt}; what it says is kept until its time is over.`);
    const by = { kind: 'rule', id: 'retention' } as const;
    return [{ type: 'ErasureOrdered', data: { ground, reason: command.reason, by, at: now } }];
  }
  permitErase(command.by, state);
  return [
    { type: 'ErasureOrdered', data: { ground, reason: said(command.reason, 'why it is erased'), by: signatureOf(command.by), at: now } },
  ];
};

/** @throws Refused when this person may not have it erased now. */
export const permitErase = (by: Person, state: ApprovalState): Closed => {
  assertAdministers(by);
  assertKnown(state);
  return assertErasable(state);
};

const assertErasable = (state: KnownApproval): Closed => {
  if (state.status !== 'closed') throw new Refused('still_open', 'It is still open; decide or withdraw it first.');
  assertNotErased(state);
  const { legalHold } = state;
  if (legalHold !== null)
    throw new Refused('legal_hold', `${nameOf(legalHold.by)} put it on legal hold at ${legalHold.at}; release that first.`, legalHold);
  return state;
};

/** Keeps it from being erased. On hold already: nothing to do. @throws Refused `not_eligible`, `reason_required`, `erased`. */
export const placeHold = ({ by, reason, now }: PlaceHold, state: ApprovalState): ApprovalEvent[] => {
  const { legalHold } = permitPlaceHold(by, state);
  const data = { by: signatureOf(by), at: now, private: { reason: said(reason, 'what it is evidence for') } };
  return legalHold === null ? [{ type: 'LegalHoldPlaced', data }] : [];
};

/** @throws Refused when this person may not put it on legal hold now. */
export const permitPlaceHold = (by: Person, state: ApprovalState): KnownApproval => {
  assertAdministers(by);
  assertKnown(state);
  assertNotErased(state);
  return state;
};

/** @throws Refused `not_on_hold`, `not_eligible`, `reason_required`. */
export const releaseHold = ({ by, reason, now }: ReleaseHold, state: ApprovalState): ApprovalEvent[] => {
  permitReleaseHold(by, state);
  return [{ type: 'LegalHoldReleased', data: { by: signatureOf(by), at: now, private: { reason: said(reason, 'why it may go') } } }];
};

/** @throws Refused when this person may not release its legal hold now. */
export const permitReleaseHold = (by: Person, state: ApprovalState): void => {
  assertAdministers(by);
  assertKnown(state);
  if (state.legalHold === null) throw new Refused('not_on_hold', 'It is not on legal hold.');
};

const assertAdministers = (by: Person): void => {
  if (!isAdmin(by)) throw new Refused('not_eligible', 'Only an owner or an admin may.');
};

const said = (reason: string, what: string): string => {
  if (reason.trim() === '') throw new Refused('reason_required', `Say in \`note\` ${what}.`);
  return reason;
};
