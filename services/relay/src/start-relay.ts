import { randomUUID } from 'node:crypto';
import type { Worker } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent, LogLogger, Subscription } from '@holdpoint/event-log';
import type { Lease, Messaging } from '@holdpoint/messaging';
import { openAlarm } from './alarm.ts';
import { openFreshEvents } from './fresh-events.ts';
import { liveMessagesOf } from './live-changes.ts';
import { openApprovals, type OpenApprovals } from './open-approvals.ts';
import { AT_ONCE } from './open-work.ts';
import { PACE, type Pace } from './pace.ts';
import { openParking } from './park.ts';
import { openRinger } from './ring.ts';
import { openSnapshots } from './snapshot.ts';
import { openTelling } from './tell-workers.ts';

export type RelayDeps = {
  eventLog: Pick<EventLog, 'append' | 'handle' | 'loadRaw' | 'setMaxCount' | 'subscribe'>;
  messaging: Messaging;
  now(): string;
  logger: LogLogger;
  leaseMs: number;
  /** A snapshot after so many events, and at the end. */
  snapshotEvents: number;
  pace?: Partial<Pace>;
  seen?: Partial<RelaySeen>;
};

/** What others may count. */
export type RelaySeen = {
  rung(worker: Worker, items: number, again: number): void;
  parked(worker: Worker): void;
};

export type RelayStatus = {
  /** Whether this relay rings; others follow and wait. */
  active: boolean;
  /** Whether it has read the log up to its end. */
  caughtUp: boolean;
  position: string;
  approvals: number;
  workers: ReturnType<OpenApprovals['counts']>;
};

export type Relay = {
  status(): RelayStatus;
  /** Stops ringing, writes a snapshot and gives the lease back. */
  close(): Promise<void>;
};

const PREFIXES = ['approval-', 'notification-', 'callback-'];
/** Wait before looking again at what was not to be had: the snapshot, the lease, ms. */
const RETRY_MS = 500;
/** A clock set back further than this would hold up what was rung by relative times, ms. */
const CLOCK_BACK_MS_MAX = 1_000;

/**
 * Follows the log and rings the workers: fresh events at once, what comes due at its time, what stays unanswered again. Returns at once; it begins
 * as soon as it has the lease. Nothing that fails here loses work: the log knows what is open, and all of it is rung again.
 */
export const startRelay = (deps: RelayDeps): Relay => {
  const { messaging, logger, now } = deps;
  const relayId = randomUUID();
  const pace: Pace = { ...PACE, ...deps.pace };
  const nowMs = (): number => Date.parse(now());
  const ringers = {
    routing: openRinger('routing', pace),
    notification: openRinger('notification', pace),
    callback: openRinger('callback', pace),
  };
  const approvals = openApprovals(ringers);
  const fresh = openFreshEvents();
  const snapshots = openSnapshots(deps.eventLog, now);
  const alarm = openAlarm(nowMs, () => ring());
  const parking = openParking({
    eventLog: deps.eventLog,
    now,
    onParked: ({ data }) => {
      logger.error({ ...data }, 'nobody answers for this work; it is parked and rung on slowly');
      deps.seen?.parked?.(data.consumer as Worker);
    },
    onFailed: error => logger.warn({ error: String(error) }, 'parked work could not be recorded yet'),
  });
  const telling = openTelling({
    messaging,
    ringers,
    fresh,
    pace,
    relayId,
    nowMs,
    onRung: (worker, items, again) => deps.seen?.rung?.(worker, items, again),
    onOverdue: wait => parking.park(wait),
    onChanged: () => arm(),
  });

  const closing = new AbortController();
  let lease: Lease | undefined;
  let subscription: Subscription | undefined;
  let caughtUp = false;
  let lastMs = 0;
  let sinceSnapshot = 0;
  let writing: Promise<void> | undefined;

  const active = (): boolean => caughtUp && lease?.held() === true && !closing.signal.aborted;
  const arm = (): void => {
    const at = nowMs();
    alarm.set(Math.min(...Object.values(ringers).map(ringer => ringer.nextMs(at))));
  };
  const ring = (): void => {
    const at = nowMs();
    // A lease renewed late is ours again without another word: look again soon.
    if (!active()) return alarm.set(at + RETRY_MS);
    if (at < lastMs - CLOCK_BACK_MS_MAX) ringAgain('the clock was set back');
    lastMs = at;
    telling.ringAll(now());
    arm();
  };
  const ringAgain = (why: string): void => {
    logger.info({ approvals: approvals.size() }, `ringing again what is unanswered: ${why}`);
    // What the log has said meanwhile may have been rung by another relay: nothing of it is fresh.
    fresh.clear();
    for (const ringer of Object.values(ringers)) ringer.again(nowMs());
  };

  const keeping = {
    begun: (wait: Parameters<typeof fresh.keep>[0], event: LoggedEvent): void => {
      if (wait.dueMs === AT_ONCE) fresh.keep(wait, event);
    },
    ended: fresh.take,
  };
  const following = { begun: (): void => undefined, ended: fresh.take };

  const onEvents = (events: LoggedEvent[]): void => {
    const at = nowMs();
    const ringing = active();
    for (const event of events) approvals.take(event, at, ringing ? keeping : following);
    sinceSnapshot += events.length;
    ring();
    if (!ringing) return;
    for (const { tenant, message } of liveMessagesOf(events)) messaging.publishLive(tenant, message);
    if (sinceSnapshot >= deps.snapshotEvents) void snapshot();
  };

  const snapshot = (): Promise<void> => {
    const position = subscription?.position() ?? 'start';
    if (writing !== undefined || position === 'start') return writing ?? Promise.resolve();
    sinceSnapshot = 0;
    const { routing, notification, callback } = approvals.counts();
    const count = [routing, notification, callback].reduce((sum, { ready, later }) => sum + ready + later, 0);
    writing = snapshots
      .write(position, approvals.waits(), count)
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'could not write a snapshot; the next start reads more of the log'))
      .finally(() => (writing = undefined));
    return writing;
  };

  const hold = async (): Promise<void> => {
    const held = await messaging.lease('relay', relayId, deps.leaseMs, closing.signal);
    lease = held;
    held.onLost(() => {
      logger.warn({}, 'another relay may ring now; waiting for the lease');
      hold().then(
        () => {
          ringAgain('the lease is back');
          ring();
        },
        () => undefined,
      );
    });
  };
  const restore = async (): Promise<string> => {
    while (!closing.signal.aborted) {
      try {
        const taken = await snapshots.read();
        for (const { wait, atMs } of taken?.waits ?? []) approvals.restore(wait, atMs);
        logger.info({ position: taken?.position ?? 'start', waits: taken?.waits.length ?? 0 }, 'following the log');
        return taken?.position ?? 'start';
      } catch (error) {
        logger.warn({ error: String(error) }, 'the log cannot give the snapshot yet');
        await new Promise(resolve => setTimeout(resolve, RETRY_MS));
      }
    }
    return 'start';
  };
  const begin = async (): Promise<void> => {
    await hold();
    const from = await restore();
    closing.signal.throwIfAborted();
    const onCaughtUp = (): void => {
      if (caughtUp) return;
      caughtUp = true;
      logger.info({ approvals: approvals.size() }, 'caught up; ringing');
      ringAgain('this relay has just begun');
      ring();
    };
    subscription = deps.eventLog.subscribe({ name: 'relay', from, prefixes: PREFIXES, onEvents, onCaughtUp });
  };
  const stopWatching = messaging.onReset(() => {
    ringAgain('the broker was reset');
    ring();
  });
  const begun = begin().catch((error: unknown) => {
    if (!closing.signal.aborted) logger.error({ error: String(error) }, 'the relay could not begin');
  });

  return {
    status: () => ({
      active: active(),
      caughtUp,
      position: subscription?.position() ?? 'start',
      approvals: approvals.size(),
      workers: approvals.counts(),
    }),
    close: async () => {
      closing.abort(new Error('the relay is closing'));
      stopWatching();
      alarm.close();
      await begun;
      await subscription?.close();
      if (sinceSnapshot > 0 && caughtUp) {
        await writing;
        await snapshot();
      }
      await parking.settled();
      await lease?.release();
    },
  };
};
