import type { ApprovalEvent } from '@holdpoint/contracts';
import type { Consume, ReportExecution } from './commands.ts';
import { EXECUTIONS_RECORDED_MAX } from './limits.ts';
import { changedIn } from './preconditions.ts';
import { Refused } from './refused.ts';
import type { ApprovalState } from './state.ts';
import { assertKnown, assertNotErased, assertNotHeld } from './terminal.ts';
import { reached } from './time.ts';

/**
 * Spends an approval, once, for exactly the approved action and within its time. When the executor sees another world than the one it was
 * approved for, the approval is void instead: `ApprovalVoided`, and nothing is spent.
 * @throws Refused `not_approved`, `action_mismatch`, `already_consumed` (naming when), `approval_expired`, `held`, `erased`.
 */
export const consume = (command: Consume, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'closed') throw new Refused('not_approved', 'It is still pending: do not act.');
  assertNotErased(state);
  const { decision } = state.end;
  if (!decision.approved || decision.approvedUntil === null)
    throw new Refused('not_approved', `It ended as ${decision.decision}: do not act.`);
  if (state.voided !== null)
    throw new Refused(
      'not_approved',
      `It fell at ${state.voided.at}, when ${state.voided.changed.join(', ')} changed: do not act.`,
      state.voided,
    );
  if (command.actionHash !== decision.binding.approvedActionHash)
    throw new Refused('action_mismatch', 'This is not the action that was approved: do not act, ask again.');
  if (state.consumed !== null)
    throw new Refused('already_consumed', `It was spent at ${state.consumed.at}; ask again for another run.`, state.consumed);
  if (reached(command.now, decision.approvedUntil))
    throw new Refused('approval_expired', `It could be spent until ${decision.approvedUntil}; ask again.`, { at: decision.approvedUntil });
  assertNotHeld(command.hold);
  const changed = changedIn(state.preconditions, command.observed);
  if (changed.length > 0)
    return [{ type: 'ApprovalVoided', data: { reason: 'preconditionsChanged', changed, again: command.again ?? null, at: command.now } }];
  return [{ type: 'ApprovalConsumed', data: { actionHash: command.actionHash, consumedAt: command.now, by: command.by } }];
};

/**
 * Records what ran. Anything that was not approved, or is not what was approved, is recorded as such and raises the alarm; it is never
 * refused, since it has already happened. After `EXECUTIONS_RECORDED_MAX` reports nothing more is recorded.
 * @throws Refused `erased`: nothing is left to compare it with.
 */
export const reportExecution = (command: ReportExecution, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  assertNotErased(state);
  if (state.executions >= EXECUTIONS_RECORDED_MAX) return [];
  const approvedHash = state.status === 'closed' ? state.end.decision.binding.approvedActionHash : null;
  const isVoid = state.status === 'closed' && state.voided !== null;
  return [
    {
      type: 'ExecutionReported',
      data: {
        actionHash: command.actionHash,
        outcome: command.outcome,
        matchesApproval: command.actionHash === approvedHash && !isVoid,
        ...(command.result !== undefined && { result: command.result }),
        reportedAt: command.now,
        private: { detail: command.detail ?? null },
      },
    },
  ];
};
