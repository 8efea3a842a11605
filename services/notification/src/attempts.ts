import type { AlertChannel, Event, EventData, MessageHandle } from '@holdpoint/contracts';
import { derivedId } from '@holdpoint/sealing';

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
  /** Why it waits, where it was kept back and did not fail. */
  heldFor: EventData<'NotificationHeld'>['reason'] | null;
  /** What may be pressed or answered in it. */
  handles: readonly MessageHandle[];
  shownRevision: number | null;
  /** Names the message to its provider, where it can be changed and was not yet. */
  ref: string | null;
  /** How far it came, as the provider says. */
  receipt: 'sent' | 'delivered' | 'read' | null;
};
/** One alert to one address is one attempt, however often it is rung. */
export const attemptIdOf = ({ eventId }: { eventId: string }, to: Pick<Attempt, 'operatorId' | 'channel' | 'address'>): string =>
  derivedId('ntf', eventId, to.operatorId, to.channel, to.address ?? '');

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
    case 'NotificationHeld':
      return put(attempts, revision, attemptAfter(attempts.byId.get(event.data.attemptId), event));
    case 'NotificationUpdated': {
      const known = attempts.byId.get(event.data.attemptId);
      if (known === undefined) return { ...attempts, revision };
      const { outcome, nextAttemptAt } = event.data;
      return put(attempts, revision, { ...known, nextAttemptAt, ref: outcome === 'failed' && nextAttemptAt !== null ? known.ref : null });
    }
    case 'NotificationDelivered':
    case 'NotificationSeen': {
      const known = attempts.byId.get(event.data.attemptId ?? '');
      const receipt = event.type === 'NotificationSeen' ? 'read' : 'delivered';
      return known === undefined ? { ...attempts, revision } : put(attempts, revision, { ...known, receipt });
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

const put = (attempts: Attempts, revision: number, attempt: Attempt): Attempts => ({
  ...attempts,
  revision,
  byId: new Map(attempts.byId).set(attempt.attemptId, attempt),
});

const attemptAfter = (
  before: Attempt | undefined,
  event: Event<'NotificationSent' | 'NotificationFailed' | 'NotificationHeld'>,
): Attempt => {
  const { attemptId, stepIndex, level, cause, operatorId, channel, private: hidden } = event.data;
  const failed = event.type === 'NotificationFailed';
  const made = { attemptId, stepIndex, level, cause, operatorId, channel, address: hidden.address };
  const failures = (before?.failures ?? 0) + (failed ? 1 : 0);
  if (event.type !== 'NotificationSent')
    return {
      ...made,
      failures,
      // What a receipt says failed did not arrive after all.
      sent: false,
      nextAttemptAt: event.data.nextAttemptAt,
      heldFor: event.type === 'NotificationHeld' ? event.data.reason : null,
      handles: [],
      shownRevision: null,
      ref: null,
      receipt: null,
    };
  const { handles = [], shownRevision = null } = event.data;
  const ref = event.data.private.ref ?? null;
  return { ...made, failures, sent: true, nextAttemptAt: null, heldFor: null, handles, shownRevision, ref, receipt: 'sent' };
};

/** A timer may ring a little early when the relay's clock is ahead of ours, milliseconds. */
const CLOCK_SKEW_MS = 1_000;

/** Failed and held attempts whose time has come. */
export const dueAgain = (attempts: Attempts, nowMs: number): Attempt[] =>
  [...attempts.byId.values()].filter(
    ({ sent, nextAttemptAt }) => !sent && nextAttemptAt !== null && Date.parse(nextAttemptAt) <= nowMs + CLOCK_SKEW_MS,
  );
