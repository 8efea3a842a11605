import type { AlertChannel, Event } from '@holdpoint/contracts';

/** What became of one alert to one address. */
export type Attempt = {
  attemptId: string;
  stepIndex: number;
  level: number;
  cause: string | undefined;
  operatorId: string;
  channel: AlertChannel;
  address: string | null;
  failures: number;
  sent: boolean;
  nextAttemptAt: string | null;
};
/** The alerts of one approval, folded from `notification-<id>`. */
export type Attempts = {
  revision: number;
  byId: ReadonlyMap<string, Attempt>;
  /** When a round, by {@link roundKey}, found nobody to alert. */
  nobody: ReadonlyMap<string, string>;
  /** Steps about which admins and owners were told that nobody was reached. */
  alarmed: ReadonlySet<number>;
};

/** Before the stream exists. */
export const NOBODY_ALERTED: Attempts = { revision: -1, byId: new Map(), nobody: new Map(), alarmed: new Set() };

export const roundKey = ({ stepIndex, level, cause }: { stepIndex: number; level: number; cause?: string | undefined }): string =>
  cause ?? `${stepIndex}/${level}`;

/** Folds one event of `notification-<id>`; other types only move the revision. */
export const evolve = (attempts: Attempts, event: Event, revision: number): Attempts => {
  switch (event.type) {
    case 'NotificationSent':
    case 'NotificationFailed':
    case 'NotificationHeld': {
      const { attemptId, stepIndex, level, cause, operatorId, channel, private: hidden } = event.data;
      const before = attempts.byId.get(attemptId);
      const sent = event.type === 'NotificationSent';
      const attempt: Attempt = {
        attemptId,
        stepIndex,
        level,
        cause,
        operatorId,
        channel,
        address: hidden.address,
        failures: (before?.failures ?? 0) + (event.type === 'NotificationFailed' ? 1 : 0),
        sent: sent || before?.sent === true,
        nextAttemptAt: event.type === 'NotificationSent' ? null : event.data.nextAttemptAt,
      };
      return { ...attempts, revision, byId: new Map(attempts.byId).set(attemptId, attempt) };
    }
    case 'NobodyReachable':
    case 'NotificationPlanned': {
      const nobody = new Map(attempts.nobody).set(roundKey(event.data), event.data.at);
      const alarmed = event.type === 'NobodyReachable' ? new Set(attempts.alarmed).add(event.data.stepIndex) : attempts.alarmed;
      return { ...attempts, revision, nobody, alarmed };
    }
    default:
      return { ...attempts, revision };
  }
};

/** A timer may ring a little early when the relay's clock is ahead of ours, milliseconds. */
const CLOCK_SKEW_MS = 1_000;

/** Failed and held attempts whose time has come. */
export const dueAgain = (attempts: Attempts, nowMs: number): Attempt[] =>
  [...attempts.byId.values()].filter(
    ({ sent, nextAttemptAt }) => !sent && nextAttemptAt !== null && Date.parse(nextAttemptAt) <= nowMs + CLOCK_SKEW_MS,
  );
