import type { ApprovalEvent, DecidedBy, DecisionChannel, DecisionOutcome, TerminalData, TerminalType } from '@holdpoint/contracts';
import type { Hold } from './commands.ts';
import { erasedWords } from './erasure-of.ts';
import { nameOf } from './people.ts';
import { Refused } from './refused.ts';
import {
  isSatisfied,
  type ApprovalState,
  type Closed,
  type InReview,
  type KnownApproval,
  type OpenApproval,
  type OpenStep,
  type StepOutcome,
} from './state.ts';
import { later, reached } from './time.ts';

export type Ending = {
  type: TerminalType;
  decision: DecisionOutcome;
  by: DecidedBy;
  onBehalfOf?: DecidedBy | undefined;
  channel: DecisionChannel;
  reasonCode?: string | undefined;
  note: string | null;
  now: string;
};

/** Whether an outcome lets the action run. */
export const isApproval = (decision: DecisionOutcome): boolean => decision === 'approved' || decision === 'modified';

/**
 * Builds the terminal event of an open approval. It carries all that the callback and the receipt need, so nobody reads the stream again.
 * Approved outcomes bind to the current action's hash and live `approvalValidSec` of the gate that let them through.
 */
export const end = (state: OpenApproval, ending: Ending): ApprovalEvent => {
  const { requested, action, gate } = state;
  const approved = isApproval(ending.decision);
  const asked = requested.private;
  const data: TerminalData = {
    decision: {
      version: 1,
      approvalId: requested.approvalId,
      decision: ending.decision,
      approved,
      final: true,
      by: ending.by,
      ...(ending.onBehalfOf === undefined ? {} : { onBehalfOf: ending.onBehalfOf }),
      channel: ending.channel,
      ...(ending.reasonCode === undefined ? {} : { reasonCode: ending.reasonCode }),
      decidedAt: ending.now,
      approvedUntil: approved && gate !== null ? later(ending.now, gate.approvalValidSec) : null,
      policy: gate?.policy ?? null,
      steps: state.status === 'review' ? [...state.passed, ...state.open.map(open => outcomeAtEnd(open, ending))] : [],
      binding: { ...requested.binding, approvedActionHash: approved ? action.hash : null },
      threadId: requested.threadId,
      runId: requested.runId,
      toolCallId: requested.toolCallId,
    },
    delivery: requested.delivery,
    receipt: '',
    private: {
      note: ending.note,
      approvedAction: approved ? action.action : null,
      ...(approved && action.diff !== null ? { diff: action.diff } : {}),
      state: asked.state,
      callback: asked.callback,
      ...(asked.siblingOutputs === undefined ? {} : { siblingOutputs: asked.siblingOutputs }),
      ...(asked.resumeUrl === undefined ? {} : { resumeUrl: asked.resumeUrl }),
    },
  };
  return { type: ending.type, data };
};

/** A step that was not satisfied when the action was let through was passed over: by break-glass, or because nobody was left to ask. */
const outcomeAtEnd = (open: OpenStep, ending: Ending): StepOutcome => {
  const { name, rejectCount } = open.step;
  if (isSatisfied(open)) return { name, outcome: 'approved', by: [...open.approvals], at: ending.now };
  if (open.rejections.length >= rejectCount) return { name, outcome: 'rejected', by: [...open.rejections], at: ending.now };
  return { name, outcome: isApproval(ending.decision) ? 'skipped' : 'open', by: [...open.approvals], at: null };
};

/** `already_decided`, naming the winner. */
export const alreadyDecided = (state: Closed): Refused => {
  const { decision, by, decidedAt } = state.end.decision;
  const who = by.kind === 'timeout' ? 'the deadline' : by.kind === 'rule' ? `rule ${by.id}` : nameOf(by);
  return new Refused('already_decided', `It is already ${decision}, by ${who} at ${decidedAt}.`, { by, at: decidedAt });
};

/** Whether what would run is no longer what the agent asked for. */
export const isEdited = ({ action, requested }: OpenApproval): boolean => action.hash !== requested.binding.actionHash;

/** @throws Refused `not_found` when there is no such approval. */
export const assertKnown: (state: ApprovalState) => asserts state is KnownApproval = state => {
  if (state.status === 'none') throw new Refused('not_found', 'There is no such approval.');
};

/** @throws Refused `not_found`, or `already_decided` naming the winner. */
export const assertOpen: (state: ApprovalState) => asserts state is OpenApproval = state => {
  assertKnown(state);
  if (state.status === 'closed') throw alreadyDecided(state);
};

/** @throws Refused `not_found`, `already_decided`, or `not_yet_gated` while the rules have not spoken. */
export const assertInReview: (state: ApprovalState) => asserts state is InReview = state => {
  assertOpen(state);
  if (state.status === 'gating') throw new Refused('not_yet_gated', 'The rules have not spoken yet; try again in a second.');
};

/** @throws Refused `approval_expired` from the deadline on. */
export const assertInTime = ({ expiresAt }: OpenApproval, now: string): void => {
  if (!reached(now, expiresAt)) return;
  throw new Refused('approval_expired', `The deadline ${expiresAt} has passed; it ends as not approved.`, {
    by: { kind: 'timeout', id: 'deadline' },
    at: expiresAt,
  });
};

/** @throws Refused `held` while a kill switch is engaged. */
export const assertNotHeld = (hold: Hold | null): void => {
  if (hold === null) return;
  throw new Refused('held', `A kill switch holds it since ${hold.at}: ${hold.reason}. It can be rejected; nothing is approved or spent.`, {
    by: { kind: 'operator', id: hold.by },
    at: hold.at,
  });
};

/** What was erased takes no more words. @throws Refused `erased`, naming whose order it was. */
export const assertNotErased = (state: ApprovalState): void => {
  if (state.status !== 'closed' || state.erasure === null) return;
  const { by, at, ground } = state.erasure;
  throw new Refused('erased', `${erasedWords({ ground, by, erasedAt: at })} Who decided what and when is still in the log.`, { by, at });
};
