import { ErrorCode, type KV, type NatsConnection, NatsError, StorageType } from 'nats';
import type { Lease, MessagingLog } from './messaging.ts';

const BUCKET = 'HOLDPOINT_LEASES';
/** How often a waiting process looks at the lease: a tenth of its time, within these bounds, ms. */
const LOOK_MS = { min: 50, max: 500 };
/** Looks in a row at which nobody may answer for the holder: one that has just connected may not be known to every server of a cluster yet. */
const ABSENT_LOOKS = 2;
/** Whoever has the lease, or waits for it, answers here for as long as its process lives. */
const presenceOf = (name: string, holder: string): string => `hp.lease.${name}.${holder}`;

/**
 * Leases in JetStream's key-value store. The entry's revision is the lease: its holder changes it every third of the time, and who sees
 * the same revision for the whole time, by its own monotonic clock, takes it over by compare-and-set. No clocks are compared between
 * machines, and no per-key expiry is needed (nats-server 2.9 has none).
 *
 * That whole time is for a holder that hangs or is cut off. One whose process died is known sooner: the broker ended its connection, and says that
 * nobody answers there. What this mistakes for dead (a holder that is just reconnecting) sees the new revision at its next renewal and has lost.
 */
export const openLeases = (connection: NatsConnection, store: { storage: 'memory' | 'file'; replicas: number }, log: MessagingLog) => {
  const abandoned = new AbortController();
  const here = new Set<string>();
  const openBucket = (): Promise<KV> =>
    connection.jetstream().views.kv(BUCKET, {
      history: 1,
      replicas: store.replicas,
      storage: store.storage === 'file' ? StorageType.File : StorageType.Memory,
    });

  /** The revision under which the lease is ours now, or null while another has it. */
  const attempt = async (name: string, holder: string, seen: Seen, ttlMs: number): Promise<number | null> => {
    const bucket = await openBucket();
    const entry = await bucket.get(name);
    if (entry === null || entry.operation !== 'PUT') return bucket.create(name, holder);
    if (seen.revision !== entry.revision) Object.assign(seen, { revision: entry.revision, sinceMs: performance.now(), absent: 0 });
    if (performance.now() - seen.sinceMs < ttlMs) {
      seen.absent = (await isThere(name, entry.string(), holder)) ? 0 : seen.absent + 1;
      if (seen.absent < ABSENT_LOOKS) return null;
    }
    return bucket.update(name, holder, entry.revision);
  };

  /** Whether somebody may still live who holds the lease; false only when the broker knows of nobody. Silence says nothing. */
  const isThere = async (name: string, other: string, holder: string): Promise<boolean> => {
    // The connection does not echo: whoever else of this process holds it could not be heard. What we held ourselves we have lost.
    if (here.has(presenceOf(name, other))) return other !== holder;
    try {
      await connection.request(presenceOf(name, other), '', { timeout: LOOK_MS.max });
      return true;
    } catch (error) {
      return !(error instanceof NatsError && error.code === ErrorCode.NoResponders);
    }
  };

  /** Answers for a holder. @returns how that ends */
  const present = (name: string, holder: string): (() => void) => {
    const subject = presenceOf(name, holder);
    here.add(subject);
    const subscription = connection.subscribe(subject, { callback: (error, message) => void (error ?? message.respond()) });
    return () => {
      here.delete(subject);
      if (!connection.isClosed()) subscription.unsubscribe();
    };
  };

  const acquire = async (name: string, holder: string, ttlMs: number, signal?: AbortSignal): Promise<Lease> => {
    const seen: Seen = { revision: 0, sinceMs: 0, absent: 0 };
    const lookMs = Math.min(Math.max(ttlMs / 10, LOOK_MS.min), LOOK_MS.max);
    const leave = present(name, holder);
    try {
      for (;;) {
        signal?.throwIfAborted();
        abandoned.signal.throwIfAborted();
        const startedMs = performance.now();
        // A failed attempt means another was faster, or the broker is away: look again.
        const revision = await attempt(name, holder, seen, ttlMs).catch(() => null);
        if (revision !== null) return keep({ name, holder, ttlMs, revision, renewedMs: startedMs, leave });
        await new Promise(resolve => setTimeout(resolve, seen.absent > 0 ? LOOK_MS.min : lookMs));
      }
    } catch (error) {
      leave();
      throw error;
    }
  };

  const keep = (own: Own): Lease => {
    const listeners: (() => void)[] = [];
    let over = false;
    const end = (): void => {
      over = true;
      clearInterval(timer);
      own.leave();
    };
    const lose = (): void => {
      if (over) return;
      end();
      log('warn', `lost the lease ${own.name}`);
      for (const listener of listeners) listener();
    };
    const timer = setInterval(() => {
      if (performance.now() - own.renewedMs >= own.ttlMs) lose();
      else if (abandoned.signal.aborted) clearInterval(timer);
      else void renew(own).then(still => (still ? undefined : lose()));
    }, own.ttlMs / 3);
    timer.unref();
    return {
      held: () => !over && performance.now() - own.renewedMs < own.ttlMs,
      onLost: listener => void listeners.push(listener),
      release: async () => {
        if (over) return;
        end();
        // If the broker is away the lease runs out by itself.
        await openBucket()
          .then(bucket => bucket.delete(own.name, { previousSeq: own.revision }))
          .catch(() => undefined);
      },
    };
  };

  /** False when another has it. An unreachable broker says nothing: the time decides. A wiped one forgot all holders: first come, first served. */
  const renew = async (own: Own): Promise<boolean> => {
    const startedMs = performance.now();
    try {
      const bucket = await openBucket();
      const entry = await bucket.get(own.name);
      if (entry !== null && entry.operation === 'PUT' && entry.revision !== own.revision && entry.string() !== own.holder) return false;
      own.revision =
        entry === null || entry.operation !== 'PUT'
          ? await bucket.create(own.name, own.holder)
          : await bucket.update(own.name, own.holder, entry.revision);
      own.renewedMs = startedMs;
    } catch (error) {
      log('warn', `could not renew the lease ${own.name}`, { error: String(error) });
    }
    return true;
  };

  return { acquire, abandon: () => abandoned.abort(new Error('this process is closing')) };
};

type Seen = { revision: number; sinceMs: number; absent: number };
type Own = { name: string; holder: string; ttlMs: number; revision: number; renewedMs: number; leave: () => void };
