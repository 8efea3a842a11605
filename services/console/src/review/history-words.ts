import type { Approvers, DecidedBy, RecordedEvent } from '@holdpoint/contracts';
import { inWords } from '@holdpoint/approval';

/** Names of operators by id, for sentences. */
export type NameOf = (operatorId: string) => string;

/** One sentence about an event of an approval's life, for people. Quotes nothing the agent wrote but names of tools and steps. */
export const historyWords = (event: RecordedEvent, nameOf: NameOf): string => {
  switch (event.type) {
    case 'ApprovalRequested':
      return `The agent ${event.data.agent.name ?? event.data.agent.id} asked to run ${event.data.toolName} and stopped.`;
    case 'GateEvaluated':
      return `Rule ${event.data.policy.rule} of ${event.data.policy.id} version ${event.data.policy.version} said ${event.data.verdict}.`;
    case 'ReviewStepOpened':
      return `Step "${event.data.step.name}" opened for ${asked([event.data.step.approvers])}.`;
    case 'ApprovalEscalated':
      return event.data.reason === 'timeout'
        ? `Nobody decided in time: ${asked([event.data.approvers])} may decide too (level ${event.data.level}).`
        : `${personIn(event.data.by, nameOf)} asked ${asked([event.data.approvers])} at once (level ${event.data.level}).`;
    case 'EscalationExhausted':
      return 'Nobody decided and there is no further level to ask; it waits for its deadline.';
    case 'ApprovalClaimed':
      return `${personIn(event.data.by, nameOf)} claimed it until ${event.data.claimExpiresAt}.`;
    case 'ClaimReleased':
      return event.data.reason === 'expired' ? 'The claim ran out.' : `${personIn(event.data.by, nameOf)} released it.`;
    case 'CommentAdded':
      return `${personIn(event.data.by, nameOf)} commented.`;
    case 'StepApproved':
      return `${personIn(event.data.by, nameOf)} approved by ${event.data.channel}.`;
    case 'StepRejected':
      return `${personIn(event.data.by, nameOf)} rejected by ${event.data.channel}.`;
    case 'ActionModified':
      return `${personIn(event.data.by, nameOf)} changed the action; it went through the gate again.`;
    case 'ApprovalGrantedAutomatically':
      return `Approved by the rule ${event.data.decision.by.id}; nobody was asked.`;
    case 'ApprovalRejectedAutomatically':
      return `Rejected by the rule ${event.data.decision.by.id}; nobody was asked.`;
    case 'ApprovalGranted':
      return `Approved by ${personIn(event.data.decision.by, nameOf)}${until(event.data.decision.approvedUntil)}.`;
    case 'ApprovalGrantedWithChanges':
      return `Approved with changes by ${personIn(event.data.decision.by, nameOf)}${until(event.data.decision.approvedUntil)}.`;
    case 'ApprovalRejected':
      return `Rejected by ${personIn(event.data.decision.by, nameOf)}.`;
    case 'ApprovalExpired':
      return 'Nobody decided before the deadline: not approved.';
    case 'ApprovalWithdrawn':
      return 'The agent withdrew the request.';
    case 'DecisionRefused':
      return `${personIn(event.data.by, nameOf)} tried to ${event.data.verb} and was refused: ${event.data.detail}`;
    case 'ApprovalConsumed':
      return 'The approval was spent: the action was about to run.';
    case 'ExecutionReported':
      return event.data.matchesApproval
        ? `The app reported that the action ${event.data.outcome}.`
        : `The app reported an action that is not the approved one (${event.data.outcome}).`;
    default:
      return deliveryWords(event, nameOf);
  }
};

const deliveryWords = (event: RecordedEvent, nameOf: NameOf): string => {
  switch (event.type) {
    case 'NotificationPlanned':
      return `${event.data.recipients} people are to be alerted.`;
    case 'NotificationSent':
      return `${nameOf(event.data.operatorId)} was alerted by ${event.data.channel}.`;
    case 'NotificationFailed':
      return `Alerting ${nameOf(event.data.operatorId)} by ${event.data.channel} failed (${event.data.errorClass})${again(event.data.nextAttemptAt)}.`;
    case 'NotificationDelivered':
      return `The alert to ${nameOf(event.data.operatorId)} by ${event.data.channel} arrived.`;
    case 'NotificationSeen':
      return `${nameOf(event.data.operatorId)} saw the alert by ${event.data.channel}.`;
    case 'NobodyReachable':
      return `Nobody could be alerted: ${event.data.reason}`;
    case 'CallbackScheduled':
      return `The callback is to be sent at ${event.data.nextAttemptAt}.`;
    case 'CallbackAttemptFailed':
      return `Callback attempt ${event.data.attempt} failed (${event.data.status ?? event.data.errorClass})${again(event.data.nextAttemptAt)}.`;
    case 'CallbackDelivered':
      return `The app took the callback at attempt ${event.data.attempt} (${event.data.status}).`;
    case 'CallbackExhausted':
      return `The callback was given up after ${event.data.attempts} attempts (${event.data.lastErrorClass}).`;
    case 'ResumeAttempted':
      return `Resuming the run, attempt ${event.data.attempt}: ${event.data.outcome}${again(event.data.nextAttemptAt)}.`;
    case 'RunResumed':
      return `The run went on at attempt ${event.data.attempt} (${event.data.how}).`;
    case 'ResumeImpossible':
      return `The run cannot be resumed: ${event.data.reason}`;
    default:
      return event.type;
  }
};

const asked = (groups: readonly Approvers[]): string => inWords(groups);
const until = (instant: string | null): string => (instant === null ? '' : `, to be used before ${instant}`);
const again = (instant: string | null): string => (instant === null ? '; it is not tried again' : `; next attempt ${instant}`);

const personIn = (by: DecidedBy | null, nameOf: NameOf): string => {
  if (by === null) return 'Somebody';
  const name = by.display ?? (by.kind === 'operator' ? nameOf(by.id) : by.id);
  return by.role === undefined ? name : `${name} (${by.role})`;
};
