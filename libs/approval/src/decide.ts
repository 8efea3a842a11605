import type { ApprovalEvent } from '@holdpoint/contracts';
import { review } from './after-review.ts';
import { bypass } from './bypass.ts';
import { claim, release, releaseExpiredClaim } from './claim.ts';
import type { ApprovalCommand } from './commands.ts';
import { comment, recordRefusal } from './comment.ts';
import { consume, reportExecution } from './consume.ts';
import { extend, snooze } from './deadline.ts';
import { delegate, reassign } from './delegate.ts';
import { escalateNow, escalateStep } from './escalate.ts';
import { erase, placeHold, releaseHold } from './erase.ts';
import { expire, revise, withdraw } from './end.ts';
import { applyGate } from './gate.ts';
import { modify } from './modify.ts';
import { answer, ask } from './question.ts';
import { request } from './request.ts';
import type { ApprovalState } from './state.ts';
import { approve, reject } from './vote.ts';

type CommandOf<T extends ApprovalCommand['type']> = Extract<ApprovalCommand, { type: T }>;
type Deciders = { readonly [T in ApprovalCommand['type']]: (command: CommandOf<T>, state: ApprovalState) => ApprovalEvent[] };

const DECIDERS: Deciders = {
  RequestApproval: request,
  ApplyGate: applyGate,
  EscalateStep: escalateStep,
  ExpireApproval: expire,
  ReleaseExpiredClaim: releaseExpiredClaim,
  Claim: claim,
  Release: release,
  Approve: approve,
  Reject: reject,
  Modify: modify,
  Bypass: bypass,
  Review: review,
  Comment: comment,
  Ask: ask,
  Answer: answer,
  Delegate: delegate,
  Reassign: reassign,
  Snooze: snooze,
  Extend: extend,
  EscalateNow: escalateNow,
  Withdraw: withdraw,
  Revise: revise,
  Consume: consume,
  ReportExecution: reportExecution,
  PlaceHold: placeHold,
  ReleaseHold: releaseHold,
  EraseApproval: erase,
  RecordRefusal: recordRefusal,
};

/**
 * The one place where an approval's life is decided, whichever way a command came in.
 * @returns the events to append, in order; `[]` when there is nothing (left) to do. Terminal events carry an empty `receipt`: the shell
 *   signs them where the decision is made.
 * @throws Refused when a rule forbids it or somebody was faster.
 */
export const decide = (command: ApprovalCommand, state: ApprovalState): ApprovalEvent[] =>
  (DECIDERS[command.type] as (command: ApprovalCommand, state: ApprovalState) => ApprovalEvent[])(command, state);
