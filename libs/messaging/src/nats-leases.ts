import { type KV, type NatsConnection, StorageType } from 'nats';
import type { Lease, MessagingLog } from './messaging.ts';

const BUCKET = 'HOLDPOINT_LEASES';
/** How often a waiting process looks at the lease: a tenth of its time, within these bounds, ms. */
const LOOK_MS = { min: 50, max: 500 };

/**
 * Leases in JetStream's key-value store. The entry's revision is the lease: its holder changes it every third of the time, and who sees
 * the same revision for the whole time, by its own monotonic clock, takes it over by compare-and-set. No clocks are compared between
 * machines, and no per-key expiry is needed (nats-server 2.9 has none).
 */
export const openLeases = (connection: NatsConnection, store: { storage: 'memory' | 'file'; replicas: number }, log: MessagingLog) => {
  const abandoned = new AbortController();
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
    if (seen.revision !== entry.revision) {
      seen.revision = entry.revision;
      seen.sinceMs = performance.now();
      return null;
    }
    if (performance.now() - seen.sinceMs < ttlMs) return null;
    return bucket.update(name, holder, entry.revision);
  };

  const acquire = async (name: string, holder: string, ttlMs: number, signal?: AbortSignal): Promise<Lease> => {
    const seen: Seen = { revision: 0, sinceMs: 0 };
    const lookMs = Math.min(Math.max(ttlMs / 10, LOOK_MS.min), LOOK_MS.max);
    for (;;) {
      signal?.throwIfAborted();
      abandoned.signal.throwIfAborted();
      const startedMs = performance.now();
      // A failed attempt means another was faster, or the broker is away: look again.
      const revision = await attempt(name, holder, seen, ttlMs).catch(() => null);
      if (revision !== null) return keep({ name, holder, ttlMs, revision, renewedMs: startedMs });
      await new Promise(resolve => setTimeout(resolve, lookMs));
    }
  };

  const keep = (own: Own): Lease => {
    const listeners: (() => void)[] = [];
    let over = false;
    const end = (): void => {
      over = true;
      clearInterval(timer);
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

type Seen = { revision: number; sinceMs: number };
type Own = { name: string; holder: string; ttlMs: number; revision: number; renewedMs: number };
