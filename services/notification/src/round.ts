import { SENIOR_ROLES, type AlertText, type Approvers, type RecordedEvent, type RiskLevel, type Role } from '@holdpoint/contracts';
import type { Alert } from './channels/channel.ts';

/** One round of alerts: who is asked, about what, because of which event. */
export type Round = {
  /** The event that asks for it; attempts are named after it, so that one alert is one alert however often it is rung. */
  eventId: string;
  kind: Alert['kind'];
  stepIndex: number;
  level: number;
  approvers: Approvers;
  riskLevel: RiskLevel;
  text: AlertText;
  askedAt: string;
  expiresAt: string;
  escalateAt: string | null;
};

const seniors = new Set<Role>(SENIOR_ROLES);

/** Who is told when a request stalls. */
const ADMINISTRATORS: Approvers = { roles: ['owner', 'admin'], operators: [] };

/**
 * Reads a round from the event that asks for one. An exhausted escalation says neither what it is about nor until when, so its
 * approval's earlier events are needed.
 * @param history the approval's events up to this one; only looked at for an exhausted escalation
 * @returns null for an event that alerts nobody, or when its history does not say what it is about
 */
export const roundOf = (event: RecordedEvent, history: readonly RecordedEvent[] = []): Round | null => {
  switch (event.type) {
    case 'ReviewStepOpened': {
      const { step, riskLevel, openedAt: askedAt, expiresAt, escalateAt, private: hidden } = event.data;
      const approvers = step.seniorOnly
        ? { ...step.approvers, roles: step.approvers.roles.filter(role => seniors.has(role)) }
        : step.approvers;
      return {
        eventId: event.id,
        kind: 'request',
        stepIndex: step.index,
        level: 0,
        approvers,
        riskLevel,
        text: hidden.alert,
        askedAt,
        expiresAt,
        escalateAt,
      };
    }
    case 'ApprovalEscalated': {
      const { stepIndex, level, approvers, riskLevel, escalatedAt: askedAt, expiresAt, escalateAt, private: hidden } = event.data;
      return {
        eventId: event.id,
        kind: 'escalation',
        stepIndex,
        level,
        approvers,
        riskLevel,
        text: hidden.alert,
        askedAt,
        expiresAt,
        escalateAt,
      };
    }
    case 'EscalationExhausted': {
      const asked = history.findLast(({ type }) => type === 'ReviewStepOpened' || type === 'ApprovalEscalated');
      const round = asked === undefined ? null : roundOf(asked);
      if (round === null) return null;
      // Its own level, one above the last that was asked, keeps its alerts apart from theirs.
      return {
        ...round,
        eventId: event.id,
        kind: 'stalled',
        askedAt: event.data.at,
        level: event.data.level + 1,
        approvers: ADMINISTRATORS,
        escalateAt: null,
      };
    }
    default:
      return null;
  }
};
