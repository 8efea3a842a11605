import { randomUUID } from 'node:crypto';
import type { Worker } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent, LogLogger, Subscription } from '@holdpoint/event-log';
import type { Lease, Messaging } from '@holdpoint/messaging';
import { type Bell, openBell } from './bell.ts';
import type { OpenApprovals } from './open-approvals.ts';
import type { Pace } from './pace.ts';
import { openSnapshots } from './snapshot.ts';

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
  parked(worker: string): void;
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

/** `gatePolicy-` and `organization-` for what admins and owners are told about the gate itself, and about endpoints that are gone. */
const PREFIXES = ['approval-', 'notification-', 'callback-', 'gatePolicy-', 'organization-'];
/** Wait before the log is asked again for the snapshot it could not give, ms. */
const RETRY_MS = 500;

/**
 * Follows the log and rings the workers: fresh events at once, what comes due at its time, what stays unanswered again. Returns at once; it rings
 * as soon as it has caught up and has the lease. Nothing that fails here loses work: the log knows what is open, and all of it is rung again.
 */
export const startRelay = (deps: RelayDeps): Relay => {
  const { messaging, logger } = deps;
  const closing = new AbortController();
  let subscription: Subscription | undefined;
  let caughtUp = false;

  const mayRing = (): boolean => caughtUp && lease.held() && !closing.signal.aborted;
  const bell = openBell(deps, mayRing);
  const lease = keepLease(deps, closing.signal, () => bell.ringAgain('the lease is back'));
  const snapshots = takeSnapshots(deps, bell, () => subscription?.position() ?? 'start');
  const stopWatching = messaging.onReset(() => bell.ringAgain('the broker was reset'));

  const begin = async (): Promise<void> => {
    // It catches up while it waits for the lease: whoever takes over from a relay that died rings at once.
    const leased = lease.hold().then(() => caughtUp && bell.ringAgain('the lease is ours'));
    const from = await snapshots.restore(closing.signal);
    closing.signal.throwIfAborted();
    const onEvents = (events: LoggedEvent[]): void => {
      bell.hear(events);
      snapshots.count(events.length, mayRing());
    };
    const onCaughtUp = (): void => {
      if (caughtUp) return;
      caughtUp = true;
      logger.info({ approvals: bell.approvals.size() }, `caught up; ${lease.held() ? 'ringing' : 'waiting for the lease'}`);
      bell.ringAgain('this relay has just begun');
    };
    subscription = deps.eventLog.subscribe({ name: 'relay', from, prefixes: PREFIXES, onEvents, onCaughtUp });
    await leased;
  };
  const begun = begin().catch((error: unknown) => {
    if (!closing.signal.aborted) logger.error({ error: String(error) }, 'the relay could not begin');
  });

  return {
    status: () => ({
      active: mayRing(),
      caughtUp,
      position: subscription?.position() ?? 'start',
      approvals: bell.approvals.size(),
      workers: bell.approvals.counts(),
    }),
    close: async () => {
      closing.abort(new Error('the relay is closing'));
      stopWatching();
      await begun;
      await subscription?.close();
      if (caughtUp) await snapshots.last();
      await bell.close();
      await lease.release();
    },
  };
};

/** Gets the lease, and gets it again when it was lost. */
const keepLease = ({ messaging, logger, leaseMs }: RelayDeps, signal: AbortSignal, onBack: () => void) => {
  const holder = randomUUID();
  let lease: Lease | undefined;
  const hold = async (): Promise<void> => {
    lease = await messaging.lease('relay', holder, leaseMs, signal);
    lease.onLost(() => {
      logger.warn({}, 'another relay may ring now; waiting for the lease');
      // Rejects only when the relay closes.
      hold().then(onBack, () => undefined);
    });
  };
  return { hold, held: () => lease?.held() === true, release: async () => lease?.release() };
};

/** Begins from the newest snapshot and takes new ones: after so many events, and a last one. */
const takeSnapshots = ({ eventLog, logger, now, snapshotEvents }: RelayDeps, { approvals }: Bell, position: () => string) => {
  const snapshots = openSnapshots(eventLog, now);
  let since = 0;
  let writing: Promise<void> | undefined;

  const take = async (): Promise<void> => {
    // Rows may be newer than this position, never older.
    const from = position();
    if (from === 'start') return;
    since = 0;
    const waits = Object.values(approvals.counts()).reduce((sum, { ready, later }) => sum + ready + later, 0);
    try {
      await snapshots.write(from, approvals.waits(), waits);
    } catch (error) {
      logger.warn({ error: String(error) }, 'could not write a snapshot; the next start reads more of the log');
    }
  };
  return {
    /** The position to follow from. Waits for a log that is away; a snapshot that is missing or broken only means a longer way. */
    restore: async (signal: AbortSignal): Promise<string> => {
      for (;;) {
        signal.throwIfAborted();
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
    },
    count: (events: number, ringing: boolean): void => {
      since += events;
      if (!ringing || since < snapshotEvents) return;
      writing ??= take().finally(() => (writing = undefined));
    },
    last: async (): Promise<void> => {
      await writing;
      if (since > 0) await take();
    },
  };
};
