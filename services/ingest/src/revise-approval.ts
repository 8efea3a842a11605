import { decide } from '@holdpoint/approval';
import type { ReviseBody } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import type { AcceptApproval, Acceptance, Envelope } from './accept-approval.ts';
import type { Caller } from './approval-requested.ts';
import { loadApproval } from './read-approval.ts';
import { contextIn, replacementKey, requestWith, sameDeadline } from './replace-request.ts';
import { agentOf, refusalsAsProblems, type SettleApproval } from './settle-approval.ts';

export type ReviseDeps = {
  eventLog: Pick<EventLog, 'load' | 'loadRaw'>;
  accept: AcceptApproval;
  settle: SettleApproval;
  now: () => string;
};

/**
 * The agent changes its proposal: a new request that names the old one goes through the gate, and the old one ends without an answer of its
 * own. The new one is on record before the old one ends, so breaking off between the two loses nothing, and the same revision again finds
 * both as they are.
 * @throws ProblemError 403 for another agent's request, 409 `already_decided`, 422 for what is not acceptable; LogUnavailable
 */
export const reviseApproval =
  ({ eventLog, accept, settle, now }: ReviseDeps) =>
  async (id: string, caller: Caller, changes: ReviseBody, envelope: Envelope): Promise<Acceptance> => {
    const { state, events } = await loadApproval(eventLog, id, caller);
    if (state.requested.agent.id !== caller.agentId)
      throw new ProblemError('not_your_request', 403, 'Only the agent that asked can revise a request.');
    refusalsAsProblems(() => decide({ type: 'Revise', by: agentOf(caller), revisedBy: id, now: now() }, state));

    const acceptance = await accept(requestWith(state.requested, contextIn(events), changes), caller, {
      ...envelope,
      replaces: {
        approvalId: id,
        key: replacementKey('revise', id, changes, caller),
        deadline: sameDeadline(state),
        contextRef: changes.context === undefined ? state.requested.contextRef : null,
      },
    });
    const revisedBy = acceptance.reply.id;
    try {
      await settle(id, caller, at => ({ type: 'Revise', by: agentOf(caller), revisedBy, now: at }), envelope.traceparent);
    } catch (error) {
      // Somebody decided the old one meanwhile: its answer stands, and the new one was never needed.
      if (error instanceof ProblemError && acceptance.outcome === 'accepted')
        await settle(revisedBy, caller, at => ({ type: 'Withdraw', by: agentOf(caller), now: at }), envelope.traceparent);
      throw error;
    }
    return acceptance;
  };

export type ReviseApproval = ReturnType<typeof reviseApproval>;
