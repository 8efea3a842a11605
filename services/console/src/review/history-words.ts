import type { Approvers, DecidedBy, EventData, RecordedEvent, StepUpFact } from '@holdpoint/contracts';
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
    case 'ShadowEvaluated':
      return `${event.data.policy.id} version ${event.data.policy.version}, which is only tried out, would have said ${event.data.verdict}${event.data.agrees ? ' too' : ''}.`;
    case 'ReviewStepOpened':
      return `Step "${event.data.step.name}" opened for ${asked([event.data.step.approvers])}.`;
    case 'ApprovalEscalated':
      return escalationWords(event.data, nameOf);
    case 'EscalationExhausted':
      return `Nobody decided and there is no further level to ask; ${EXHAUSTED[event.data.action ?? 'expire']}.`;
    case 'ReviewerAssigned':
      return `${personIn(event.data.by, nameOf)} put ${event.data.operators.map(nameOf).join(', ')} on it.`;
    case 'ApprovalDelegated':
      return `${personIn(event.data.from, nameOf)} asked ${nameOf(event.data.to)} to decide instead.`;
    case 'ApprovalSnoozed':
      return `${personIn(event.data.by, nameOf)} put it off until ${event.data.until}.`;
    case 'QuestionAsked':
      return `${personIn(event.data.by, nameOf)} asked the agent${event.data.pausesDeadline ? '; the clock stands still until it answers' : ''}.`;
    case 'QuestionAnswered':
      return 'The agent answered.';
    case 'DeadlineChanged':
      return deadlineWords(event.data, nameOf);
    case 'PreconditionsChanged':
      return `The world changed (${event.data.changed.join(', ')}): all votes fell away.`;
    case 'GateBypassed':
      return `${personIn(event.data.by, nameOf)} set the rules aside.`;
    case 'AfterReviewOpened':
      return event.data.kind === 'sample'
        ? 'Drawn as a sample: somebody looks at it afterwards.'
        : 'Somebody else has to look at it afterwards.';
    case 'AfterReviewed':
      return `${personIn(event.data.by, nameOf)} looked at it afterwards and ${event.data.agreed ? 'agreed' : 'did not agree'}.`;
    case 'ApprovalRevised':
      return `The agent asked again in other words: ${event.data.revisedBy}.`;
    case 'ApprovalVoided':
      return `The approval fell: ${event.data.changed.join(', ')} changed before it was used${event.data.again === null ? '' : `; asked again as ${event.data.again}`}.`;
    case 'ApprovalClaimed':
      return `${personIn(event.data.by, nameOf)} claimed it until ${event.data.claimExpiresAt}.`;
    case 'ClaimReleased':
      return event.data.reason === 'expired' ? 'The claim ran out.' : `${personIn(event.data.by, nameOf)} released it.`;
    case 'CommentAdded':
      return `${personIn(event.data.by, nameOf)} commented.`;
    case 'StepApproved':
      return `${personIn(event.data.by, nameOf)} approved by ${event.data.channel}${inPlaceOf(event.data.onBehalfOf, nameOf)}${event.data.solo ? ', being the requester (solo mode)' : ''}${provedBy(event.data.stepUp)}.`;
    case 'StepRejected':
      return `${personIn(event.data.by, nameOf)} rejected by ${event.data.channel}${inPlaceOf(event.data.onBehalfOf, nameOf)}.`;
    case 'ActionModified':
      return `${personIn(event.data.by, nameOf)} changed the action${provedBy(event.data.stepUp)}; it went through the gate again.`;
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
      if (event.data.matchesApproval && event.data.outcome === 'unknown')
        return 'The action was begun, and what became of it is not known.';
      if (event.data.result !== undefined) return `The gateway ran the action: it ${event.data.outcome}.`;
      return event.data.matchesApproval
        ? `The app reported that the action ${event.data.outcome}.`
        : `The app reported an action that is not the approved one (${event.data.outcome}).`;
    case 'LegalHoldPlaced':
      return `${personIn(event.data.by, nameOf)} put it on legal hold: nothing erases it.`;
    case 'LegalHoldReleased':
      return `${personIn(event.data.by, nameOf)} released it from legal hold.`;
    case 'ErasureOrdered':
      return event.data.ground === 'retention'
        ? `Its time was over, so what was written is erased: ${event.data.reason}`
        : `${personIn(event.data.by, nameOf)} had what was written erased: ${event.data.reason}`;
    case 'ApprovalErased':
      return event.data.keys === 0
        ? 'What was written is out of every view. It was sealed before approvals had keys of their own.'
        : 'What was written is erased: the keys that opened it are destroyed.';
    default:
      return deliveryWords(event, nameOf);
  }
};

const EXHAUSTED = {
  expire: 'it waits for its deadline',
  hold: 'it waits for its deadline, and the admins know',
  reject: 'it counts as rejected',
  approveLowRisk: 'as it is low risk, the policy lets it pass and nobody looked',
} as const;

const escalationWords = ({ reason, by, approvers, level, skipped }: EventData<'ApprovalEscalated'>, nameOf: NameOf): string => {
  const who = asked([approvers]);
  const passed = skipped === undefined ? '' : ` Nobody stood on level ${skipped.join(', ')}.`;
  switch (reason) {
    case 'timeout':
      return `Nobody decided in time: ${who} may decide too (level ${level}).${passed}`;
    case 'asleep':
      return `Everybody asked so far has quiet hours, so ${who} may decide too, at once (level ${level}).${passed}`;
    case 'empty':
      return `Nobody stood on the step, so ${who} may decide at once (level ${level}).${passed}`;
    default:
      return `${personIn(by, nameOf)} asked ${who} at once (level ${level}).${passed}`;
  }
};

const deadlineWords = ({ reason, by, expiresAt }: EventData<'DeadlineChanged'>, nameOf: NameOf): string => {
  if (reason === 'extended') return `${personIn(by, nameOf)} extended the deadline to ${expiresAt}.`;
  if (reason === 'question') return `With the question, the deadline is now ${expiresAt}.`;
  return reason === 'route' ? `By its route, the deadline is ${expiresAt}.` : `Counted in working hours, the deadline is ${expiresAt}.`;
};

const inPlaceOf = (by: DecidedBy | undefined, nameOf: NameOf): string => (by === undefined ? '' : ` in place of ${personIn(by, nameOf)}`);

const deliveryWords = (event: RecordedEvent, nameOf: NameOf): string => {
  switch (event.type) {
    case 'NotificationPlanned':
      return event.data.recipients === 0 ? 'There was nobody to alert.' : `${event.data.recipients} people are to be alerted.`;
    case 'NotificationSent':
      return `${nameOf(event.data.operatorId)} was alerted by ${event.data.channel}.`;
    case 'NotificationFailed':
      return `Alerting ${nameOf(event.data.operatorId)} by ${event.data.channel} failed (${event.data.errorClass})${again(event.data.nextAttemptAt)}.`;
    case 'NotificationHeld':
      return `${nameOf(event.data.operatorId)} has quiet hours until ${event.data.nextAttemptAt}; the alert by ${event.data.channel} waits for their end.`;
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
      return event.data.how === 'newRunOnThread'
        ? `The run was over; a new one on its thread began with the answer at attempt ${event.data.attempt}.`
        : `The run went on at attempt ${event.data.attempt} (${event.data.how}).`;
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

const provedBy = (stepUp: StepUpFact | undefined): string =>
  stepUp === undefined ? '' : stepUp.method === 'passkey' ? ', confirmed with a passkey' : ', confirmed with a code';
