import { decisionOfState } from '@holdpoint/approval';
import { GATEWAY_TIMEOUT_SEC_MAX, type Action, type Decision, type EventData } from '@holdpoint/contracts';
import type { Loaded } from '../../read-approval.ts';

/** After a call was begun its result may still come for this long, whichever process began it, milliseconds. */
const RUNNING_MS = (GATEWAY_TIMEOUT_SEC_MAX + 10) * 1_000;

/** How it stands with a call. */
export type Standing =
  | { kind: 'pending' }
  /** Approved, in time, and not begun. */
  | { kind: 'ready'; action: Action; hash: string }
  /** Begun a moment ago. */
  | { kind: 'running' }
  /** Begun, and nobody can say what became of it. */
  | { kind: 'unknown'; since: string }
  | { kind: 'done'; report: EventData<'ExecutionReported'>; action: Action }
  /** Not approved, or not any more; `fell`: what it took for granted changed. */
  | { kind: 'ended'; decision: Decision; fell: boolean };

/** Where a call stands, from the events of its approval. @param nowMs the clock, milliseconds since 1970 */
export const standingOf = ({ state, events }: Pick<Loaded, 'state' | 'events'>, nowMs: number): Standing => {
  const decision = decisionOfState(state);
  if (state.status !== 'closed' || decision === null) return { kind: 'pending' };
  const { approvedAction, approvedUntil, approved, binding } = decision;
  const fell = state.voided !== null;
  if (!approved || approvedAction === null || fell) return { kind: 'ended', decision, fell };
  if (state.consumed !== null) {
    const report = events.findLast(event => event.type === 'ExecutionReported' && event.data.matchesApproval);
    if (report?.type === 'ExecutionReported' && report.data.outcome !== 'unknown')
      return { kind: 'done', report: report.data, action: approvedAction };
    if (report === undefined && Date.parse(state.consumed.at) + RUNNING_MS > nowMs) return { kind: 'running' };
    return { kind: 'unknown', since: state.consumed.at };
  }
  if (approvedUntil !== null && Date.parse(approvedUntil) <= nowMs) return { kind: 'ended', decision, fell: true };
  return { kind: 'ready', action: approvedAction, hash: binding.approvedActionHash! };
};
