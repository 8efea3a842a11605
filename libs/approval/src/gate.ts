import type { ApprovalEvent } from '@holdpoint/contracts';
import { withinUpstream } from './clock.ts';
import type { ApplyGate } from './commands.ts';
import { expired } from './end.ts';
import { openSteps } from './opening.ts';
import type { ApprovalState, Gate, Gating } from './state.ts';
import { gateEvaluated, openedBy } from './step.ts';
import { assertKnown, end } from './terminal.ts';
import { msOf, reached } from './time.ts';

/**
 * What the gate's verdict means: done at once, or the first step of its route opens. A request that was gated before, or is over, is left
 * alone: the same work may be rung twice. Past the deadline nothing is approved, whatever the rules say.
 */
export const applyGate = (command: ApplyGate, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'gating') return [];
  const { evaluation, now } = command;
  if (reached(now, state.expiresAt)) {
    const said = gateEvaluated(evaluation, now);
    return [said, ...shadows(command), expired({ ...state, gate: said.data }, now)];
  }
  switch (evaluation.verdict) {
    case 'APPROVE_AUTOMATICALLY':
      return mayPassUnseen(command, state) ? automatically(command, state, 'approved') : reviewed(command, state);
    case 'REJECT_AUTOMATICALLY':
      return automatically(command, state, 'rejected');
    case 'HUMAN_REVIEW':
    case 'LIKELY_REJECT':
    case 'ESCALATE_SENIOR':
      return reviewed(command, state);
    default:
      return never(evaluation.verdict);
  }
};

/** A problem, a kill switch, or an agent that does not accept a plain approval, takes the request to a person. */
const mayPassUnseen = ({ evaluation, hold }: ApplyGate, { requested }: Gating): boolean =>
  hold === null && evaluation.problems.length === 0 && requested.allowedDecisions.includes('approve');

const shadows = ({ shadows = [] }: ApplyGate): ApprovalEvent[] => shadows.map(data => ({ type: 'ShadowEvaluated', data }));

const reviewed = (command: ApplyGate, state: Gating): ApprovalEvent[] => {
  const { evaluation, now, people } = command;
  const expiresAt = deadlineOf(command, state);
  const opened = openedBy(evaluation, 0, { now, expiresAt, people });
  const said = gateEvaluated(evaluation, now, opened.unreachable);
  const gate: Gate = said.data;
  return [
    said,
    ...shadows(command),
    ...moved(state, expiresAt, command),
    ...openSteps({ ...state, expiresAt, gate }, opened, evaluation.verdict, command).events,
  ];
};

/** The route's own end of waiting; never later than the paused run allows. One that is over before people were asked is none. */
const deadlineOf = ({ routeDeadline, now }: ApplyGate, { requested, expiresAt }: Gating): string => {
  if (routeDeadline === undefined) return expiresAt;
  const wished = withinUpstream(routeDeadline.expiresAt, requested);
  return reached(now, wished) ? expiresAt : wished;
};

const moved = ({ expiresAt: previous }: Gating, expiresAt: string, { routeDeadline, now }: ApplyGate): ApprovalEvent[] =>
  routeDeadline === undefined || msOf(previous) === msOf(expiresAt)
    ? []
    : [{ type: 'DeadlineChanged', data: { expiresAt, previous, reason: routeDeadline.reason, by: null, at: now } }];

const automatically = (command: ApplyGate, state: Gating, decision: 'approved' | 'rejected'): ApprovalEvent[] => {
  const { evaluation, now } = command;
  const said = gateEvaluated(evaluation, now);
  const over = end(
    { ...state, gate: said.data },
    {
      type: decision === 'approved' ? 'ApprovalGrantedAutomatically' : 'ApprovalRejectedAutomatically',
      decision,
      by: { kind: 'rule', id: evaluation.policy.rule },
      channel: 'api',
      note: evaluation.explanation,
      now,
    },
  );
  const looked: ApprovalEvent[] =
    decision === 'approved' && evaluation.sampled === true ? [{ type: 'AfterReviewOpened', data: { kind: 'sample', at: now } }] : [];
  return [said, ...shadows(command), over, ...looked];
};

const never = (verdict: never): never => {
  throw new TypeError(`unknown verdict ${String(verdict)}`);
};
