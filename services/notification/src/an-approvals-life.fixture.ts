import type { EventData, EventType, NotificationEvent, RecordedEvent } from '@holdpoint/contracts';
import { evolve, NOBODY_ALERTED, type Attempts } from './attempts.ts';

export const ID = 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
export const NOON = '2026-11-23T12:00:00.000Z';
export const noonPlus = (sec: number): string => new Date(Date.parse(NOON) + sec * 1_000).toISOString();

const TEXT = { contextSummary: 'why', proposedAction: 'what', entityId: 'A-1', actionName: 'issue_refund' };
const BY = { kind: 'operator' as const, id: 'ada' };

export type Said = { [T in EventType]: { type: T; data: EventData<T> } }[EventType];
const said = <T extends EventType>(type: T, data: EventData<T>): Said => ({ type, data }) as unknown as Said;

/** The approval's events as the log has them; the n-th has the id `e<n>`. */
export const life = (...events: readonly Said[]): RecordedEvent[] =>
  events.map((event, revision) => ({
    ...(event as RecordedEvent),
    stream: `approval-${ID}`,
    revision,
    id: `e${revision}`,
    metadata: { tenant: 'org_x', actor: 'service:spec', schemaVersion: 1, recordedAt: NOON },
  }));

type Step = EventData<'ReviewStepOpened'>['step'];
export const opened = (index = 0, step: Partial<Step> = {}, escalateAt: string | null = noonPlus(300)): Said =>
  said('ReviewStepOpened', {
    step: {
      index,
      name: 'review',
      approvers: { roles: ['operator'], operators: [] },
      approveCount: 1,
      rejectCount: 1,
      excludeRequester: false,
      seniorOnly: false,
      escalateAfterSec: 300,
      backups: [],
      ...step,
    },
    verdict: 'HUMAN_REVIEW',
    riskLevel: 'medium',
    openedAt: NOON,
    expiresAt: noonPlus(3_600),
    escalateAt,
    private: { alert: TEXT },
  });

const beside = { stepIndex: 0, riskLevel: 'medium' as const, at: noonPlus(60), expiresAt: noonPlus(3_600) };
export const escalated = (level: number, more: Partial<EventData<'ApprovalEscalated'>> = {}): Said =>
  said('ApprovalEscalated', {
    stepIndex: 0,
    level,
    approvers: { roles: ['senior'], operators: [] },
    riskLevel: 'medium',
    reason: 'timeout',
    by: null,
    escalatedAt: noonPlus(300),
    expiresAt: noonPlus(3_600),
    escalateAt: null,
    private: { alert: TEXT },
    ...more,
  });
export const exhausted = (level: number): Said => said('EscalationExhausted', { stepIndex: 0, level, at: noonPlus(600) });
export const assigned = (...operators: string[]): Said =>
  said('ReviewerAssigned', { ...beside, operators, by: BY, private: { alert: TEXT } });
export const delegated = (to: string): Said => said('ApprovalDelegated', { ...beside, from: BY, to, private: { alert: TEXT, note: null } });
export const asked = (questionId: string, id: string): Said =>
  said('QuestionAsked', { questionId, by: { kind: 'operator', id }, at: noonPlus(10), pausesDeadline: false, private: { text: 'why?' } });
export const answered = (questionId: string): Said =>
  said('QuestionAnswered', { questionId, by: { kind: 'agent', id: 'agt_x' }, at: noonPlus(20), private: { text: 'so' } });
export const claimed = (id: string, claimExpiresAt = noonPlus(300)): Said =>
  said('ApprovalClaimed', { by: { kind: 'operator', id }, claimedAt: NOON, claimExpiresAt });
export const released = said('ClaimReleased', { by: null, reason: 'expired', at: noonPlus(300) });
export const approvedBy = (stepIndex: number, satisfied?: true): Said =>
  said('StepApproved', {
    stepIndex,
    by: BY,
    channel: 'console',
    at: noonPlus(30),
    actionHash: 'a'.repeat(64),
    ...(satisfied === undefined ? {} : { satisfied }),
    private: { note: null },
  });

const attempt = (operatorId: string, channel: 'email' | 'inbox', attemptId: string) => ({
  approvalId: ID,
  attemptId,
  stepIndex: 0,
  level: 0,
  operatorId,
  channel,
  at: NOON,
  private: { address: null },
});
export const sent = (operatorId: string, channel: 'email' | 'inbox' = 'email', cause?: string): NotificationEvent => ({
  type: 'NotificationSent',
  data: { ...attempt(operatorId, channel, `${operatorId} ${channel}`), providerMessageId: null, ...(cause === undefined ? {} : { cause }) },
});
export const failed = (operatorId: string, nextAttemptAt: string | null = null): NotificationEvent => ({
  type: 'NotificationFailed',
  data: {
    ...attempt(operatorId, 'email', `${operatorId} email`),
    errorClass: 'retryable',
    code: 'x',
    permanent: nextAttemptAt === null,
    nextAttemptAt,
  },
});
export const held = (operatorId: string, nextAttemptAt: string): NotificationEvent => ({
  type: 'NotificationHeld',
  data: { ...attempt(operatorId, 'email', `${operatorId} email`), reason: 'quietHours', nextAttemptAt },
});

export const attemptsAfter = (...events: readonly NotificationEvent[]): Attempts =>
  events.reduce((attempts, event, revision) => evolve(attempts, event, revision), NOBODY_ALERTED);
