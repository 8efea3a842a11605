import type { NotificationEvent, RecordedEvent } from '@holdpoint/contracts';
import type { Attempts } from './attempts.ts';
import { isAlarm, type Round } from './round.ts';

/** What a person does who has heard of a request. */
const ACTED = new Set<string>([
  'ApprovalClaimed',
  'ApprovalDelegated',
  'ApprovalSnoozed',
  'CommentAdded',
  'QuestionAsked',
  'ReviewerAssigned',
  'StepApproved',
  'StepRejected',
]);

/**
 * Whether anybody who may decide a step has heard of it: a channel accepted an alert, or a person did something. The inbox that is left to
 * somebody whose addresses all failed does not count: nobody was told.
 */
export const wasReached = (attempts: Attempts, history: readonly RecordedEvent[], stepIndex: number): boolean => {
  const ofStep = [...attempts.byId.values()].filter(attempt => attempt.stepIndex === stepIndex && !isAlarm(attempt.cause));
  const failed = new Set(ofStep.filter(({ channel, sent }) => channel !== 'inbox' && !sent).map(({ operatorId }) => operatorId));
  if (ofStep.some(({ sent, channel, operatorId }) => sent && (channel !== 'inbox' || !failed.has(operatorId)))) return true;
  const opened = history.findLastIndex(event => event.type === 'ReviewStepOpened' && event.data.step.index === stepIndex);
  return history
    .slice(opened + 1)
    .some(event => ACTED.has(event.type) || (event.type === 'ApprovalEscalated' && event.data.reason === 'manual'));
};

/** Whether these outcomes leave nobody told and nothing to be tried again before the step moves on by itself. */
export const isHopeless = (events: readonly NotificationEvent[], { kind, escalateAt, expiresAt }: Round): boolean => {
  if ((kind !== 'request' && kind !== 'escalation') || escalateAt !== null) return false;
  const failed = new Set(events.flatMap(event => (event.type === 'NotificationFailed' ? [event.data.operatorId] : [])));
  return events.every(event => {
    switch (event.type) {
      case 'NotificationSent':
        return event.data.channel === 'inbox' && failed.has(event.data.operatorId);
      case 'NotificationFailed':
      case 'NotificationHeld':
        return event.data.nextAttemptAt === null || event.data.nextAttemptAt >= expiresAt;
      default:
        return true;
    }
  });
};

/** Whether somebody else has taken the step on: whoever else was to be told need not be. */
export const isClaimedByOther = (history: readonly RecordedEvent[], operatorId: string, now: string): boolean => {
  const holder = claimHolder(history, now);
  return holder !== null && holder !== operatorId;
};

/** Whether this person has taken the step on. */
export const isClaimedBy = (history: readonly RecordedEvent[], operatorId: string, now: string): boolean =>
  claimHolder(history, now) === operatorId;

const claimHolder = (history: readonly RecordedEvent[], now: string): string | null => {
  const last = history.findLast(({ type }) => type === 'ApprovalClaimed' || type === 'ClaimReleased' || type === 'ReviewStepOpened');
  return last?.type === 'ApprovalClaimed' && Date.parse(last.data.claimExpiresAt) > Date.parse(now) ? last.data.by.id : null;
};
