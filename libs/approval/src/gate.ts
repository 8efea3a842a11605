import type { ApprovalEvent } from '@holdpoint/contracts';
import type { ApplyGate } from './commands.ts';
import { expired } from './end.ts';
import type { ApprovalState, Gating } from './state.ts';
import { firstStepOf, gateEvaluated, stepOpened } from './step.ts';
import { assertKnown, end } from './terminal.ts';
import { reached } from './time.ts';

/**
 * What the gate's verdict means: done at once, or the first step of its route opens. A request that was gated before, or is over, is left
 * alone: the same work may be rung twice. Past the deadline nothing is approved, whatever the rules say.
 */
export const applyGate = (command: ApplyGate, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'gating') return [];
  const { evaluation, now } = command;
  const evaluated = gateEvaluated(evaluation, now);
  const gated: Gating = { ...state, gate: evaluated.data };
  if (reached(now, state.requested.expiresAt)) return [evaluated, expired(gated, now)];
  switch (evaluation.verdict) {
    case 'APPROVE_AUTOMATICALLY':
      return mayPassUnseen(command, gated) ? [evaluated, automatically(gated, command, 'approved')] : [evaluated, opened(gated, command)];
    case 'REJECT_AUTOMATICALLY':
      return [evaluated, automatically(gated, command, 'rejected')];
    case 'HUMAN_REVIEW':
    case 'LIKELY_REJECT':
    case 'ESCALATE_SENIOR':
      return [evaluated, opened(gated, command)];
    default:
      return never(evaluation.verdict);
  }
};

/** A problem, or an agent that does not accept a plain approval, takes the request to a person. */
const mayPassUnseen = ({ evaluation }: ApplyGate, { requested }: Gating): boolean =>
  evaluation.problems.length === 0 && requested.allowedDecisions.includes('approve');

const opened = (gated: Gating, { evaluation, now }: ApplyGate): ApprovalEvent =>
  stepOpened(gated.requested, gated.action, firstStepOf(evaluation, 0), evaluation.verdict, now);

const automatically = (gated: Gating, { evaluation, now }: ApplyGate, decision: 'approved' | 'rejected'): ApprovalEvent =>
  end(gated, {
    type: decision === 'approved' ? 'ApprovalGrantedAutomatically' : 'ApprovalRejectedAutomatically',
    decision,
    by: { kind: 'rule', id: evaluation.policy.rule },
    channel: 'api',
    note: evaluation.explanation,
    now,
  });

const never = (verdict: never): never => {
  throw new TypeError(`unknown verdict ${String(verdict)}`);
};
