import {
  SENIOR_ROLES,
  type AlertChannel,
  type AlertText,
  type Approvers,
  type RecordedEvent,
  type RiskLevel,
  type Role,
} from '@holdpoint/contracts';
import type { MessageKind } from './channels/channel.ts';

/** One round of alerts: who is asked, about what, because of which event. */
export type Round = {
  /** The event that asks for it; attempts are named after it, so that one alert is one alert however often it is rung. */
  eventId: string;
  kind: MessageKind;
  stepIndex: number;
  level: number;
  /** Recorded with each alert, where step and level do not tell this round from another. */
  cause?: string;
  approvers: Approvers;
  /** Exactly these, where the event says who: `approvers` are then those who are asked next when these are not to be disturbed. */
  people?: readonly string[];
  /** Only whoever holds a senior role may decide, so only they are asked. */
  seniorOnly?: true;
  /** Ignores quiet hours. */
  important: boolean;
  /** On every address a person has at once, whatever their own rules say: alarms, and what is told once. */
  everywhere?: true;
  /** Revision of the event that asks, where something may be decided: what is pressed later decides about nothing newer. */
  shownRevision?: number;
  channels?: readonly AlertChannel[];
  riskLevel: RiskLevel;
  text: AlertText;
  /** What happened, in our words, where nothing is to be decided. */
  notice?: string;
  askedAt: string;
  expiresAt: string;
  escalateAt: string | null;
};

const seniors = new Set<Role>(SENIOR_ROLES);
export const isSenior = ({ roles }: { roles: readonly Role[] }): boolean => roles.some(role => seniors.has(role));

const NOBODY: Approvers = { roles: [], operators: [] };
/** Who is told when a request stalls, or nobody can be reached. */
export const ADMINISTRATORS: Approvers = { roles: ['owner', 'admin'], operators: [] };

type Asks = Extract<RecordedEvent, { type: 'ReviewStepOpened' | 'ApprovalEscalated' | 'ReviewerAssigned' | 'ApprovalDelegated' }>;

/**
 * Reads a round from the event that asks for one. An answer, an exhausted escalation and the gate's word do not say what they are about nor until
 * when, so their approval's earlier events are needed.
 * @param history the approval's events up to this one
 * @returns null for an event that alerts nobody, or when its history does not say what it is about
 */
export const roundOf = (event: RecordedEvent, history: readonly RecordedEvent[] = []): Round | null => {
  switch (event.type) {
    case 'ReviewStepOpened':
    case 'ApprovalEscalated':
    case 'ReviewerAssigned':
    case 'ApprovalDelegated':
      return asking(event);
    case 'QuestionAnswered':
      return answered(event, history);
    case 'EscalationExhausted': {
      const about = lastAsked(history);
      // Its own level, one above the last that was asked, keeps its alerts apart from theirs.
      return about === null
        ? null
        : {
            ...about,
            eventId: event.id,
            kind: 'stalled',
            level: event.data.level + 1,
            approvers: ADMINISTRATORS,
            important: false,
            everywhere: true,
            askedAt: event.data.at,
            escalateAt: null,
          };
    }
    case 'GateEvaluated': {
      const requested = history.find(({ type }) => type === 'ApprovalRequested');
      return event.data.reachable?.ok !== false || requested?.type !== 'ApprovalRequested' ? null : unanswerable(event, requested);
    }
    default:
      return null;
  }
};

const asking = (event: Asks): Round => {
  const { riskLevel, expiresAt, private: hidden } = event.data;
  const about = { eventId: event.id, shownRevision: event.revision, riskLevel, expiresAt, text: hidden.alert, important: false };
  switch (event.type) {
    case 'ReviewStepOpened': {
      const { step, openedAt: askedAt, escalateAt } = event.data;
      return {
        ...about,
        kind: 'request',
        stepIndex: step.index,
        level: 0,
        approvers: step.approvers,
        ...(step.assigned === undefined ? {} : { people: step.assigned }),
        ...(step.seniorOnly ? { seniorOnly: true as const } : {}),
        askedAt,
        escalateAt,
      };
    }
    case 'ApprovalEscalated': {
      const { stepIndex, level, approvers, assigned, seniorOnly, importance, channels, escalatedAt: askedAt, escalateAt } = event.data;
      return {
        ...about,
        kind: 'escalation',
        stepIndex,
        level,
        approvers,
        ...(assigned === undefined ? {} : { people: assigned }),
        ...(seniorOnly === undefined ? {} : { seniorOnly }),
        ...(channels === undefined ? {} : { channels }),
        important: importance === 'important',
        askedAt,
        escalateAt,
      };
    }
    default: {
      const people = event.type === 'ReviewerAssigned' ? event.data.operators : [event.data.to];
      const { stepIndex, at: askedAt } = event.data;
      return { ...about, ...told(event), kind: 'assigned', stepIndex, level: 0, approvers: NOBODY, people, askedAt };
    }
  }
};

/** What is told once, to certain people, beside the ladder. */
const told = ({ id }: RecordedEvent) => ({ eventId: id, cause: id, important: false, escalateAt: null });

/** Whoever asked is told of the answer. */
const answered = (event: Extract<RecordedEvent, { type: 'QuestionAnswered' }>, history: readonly RecordedEvent[]): Round | null => {
  const { questionId, at: askedAt } = event.data;
  const question = history.find(({ type, data }) => type === 'QuestionAsked' && (data as { questionId: string }).questionId === questionId);
  const about = lastAsked(history);
  if (question?.type !== 'QuestionAsked' || about === null) return null;
  return { ...about, ...told(event), kind: 'answered', approvers: NOBODY, people: [question.data.by.id], askedAt };
};

/** The gate found that nobody can answer in time. */
const unanswerable = (
  event: Extract<RecordedEvent, { type: 'GateEvaluated' }>,
  { data }: Extract<RecordedEvent, { type: 'ApprovalRequested' }>,
): Round => {
  const { contextSummary, proposedAction, entityId } = data.private.arguments;
  return {
    ...told(event),
    kind: 'unreached',
    stepIndex: 0,
    level: 0,
    approvers: ADMINISTRATORS,
    important: true,
    everywhere: true,
    riskLevel: data.riskLevel,
    text: { contextSummary, proposedAction, entityId, actionName: data.private.action?.name ?? data.toolName },
    askedAt: event.data.evaluatedAt,
    expiresAt: data.expiresAt,
  };
};

/** What is added to an event's id to name the alarm that nobody heard of it. */
const UNREACHED = '/unreached';
export const isAlarm = (cause: string | undefined): boolean => cause?.endsWith(UNREACHED) === true;

/** The same told to admins and owners, because nobody who may decide has heard of it. */
export const alarmOf = ({ people: _people, channels: _channels, seniorOnly: _senior, shownRevision: _shown, ...round }: Round): Round => ({
  ...round,
  eventId: `${round.eventId}${UNREACHED}`,
  cause: `${round.eventId}${UNREACHED}`,
  kind: 'unreached',
  approvers: ADMINISTRATORS,
  important: true,
  everywhere: true,
  escalateAt: null,
});

/** Whether a step still waits for people: it was opened last, or together with the one that was, and has not all it needs. */
export const isOpen = (history: readonly RecordedEvent[], stepIndex: number): boolean => {
  const last = history.findLast(({ type }) => type === 'ReviewStepOpened');
  if (last?.type !== 'ReviewStepOpened') return false;
  const { index, parallel } = last.data.step;
  const first = parallel?.first ?? index;
  const done = history.some(event => event.type === 'StepApproved' && event.data.stepIndex === stepIndex && event.data.satisfied === true);
  return stepIndex >= first && stepIndex <= index && !done;
};

/** What the last people were asked, without how they were chosen. */
const lastAsked = (history: readonly RecordedEvent[]): Round | null => {
  const event = history.findLast(({ type }) => type === 'ReviewStepOpened' || type === 'ApprovalEscalated');
  if (event?.type !== 'ReviewStepOpened' && event?.type !== 'ApprovalEscalated') return null;
  const { people: _people, channels: _channels, seniorOnly: _senior, shownRevision: _shown, ...round } = asking(event);
  return round;
};
