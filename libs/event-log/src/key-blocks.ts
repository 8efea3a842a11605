import { streamOf, type EventData } from '@holdpoint/contracts';
import { DATA_KEY_BYTES, dataKeyOf, newId, type Sealer } from '@holdpoint/sealing';
import { randomBytes } from 'node:crypto';
import { RevisionConflict, StreamGone } from './errors.ts';
import type { EventLog } from './log-types.ts';

/** Data keys made at a time: an accept is to cost one append, and its key a small part of one. */
export const BLOCK_KEYS = 128;
/** How long a block that was read stays in memory, milliseconds: so long at most a process may still open what another one erased. */
const KEPT_MS = 10 * 60_000;
/** A block older than this is read anew when it is asked for: what was fetched can then be opened for a minute at least, however busy the process is. */
const FRESH_MS = 8 * 60_000;
const SWEEP_MS = 60_000;
/** Attempts to destroy keys of one block; each further one means that somebody destroyed another of its keys in between. */
const ROUNDS_MAX = 10;
const WRITER = 'service:event-log';

/** Keys of one stream `key-<id>` in order; null where one was destroyed. */
export type KeyBlock = { id: string; keys: (Sealer | null)[] };

/** The data keys that are kept in the log, in blocks: one event has all keys of a block that are left. */
export type KeyBlocks = {
  /** Makes a block and has it on record before it returns. @throws LogUnavailable */
  make(tenant: string): Promise<KeyBlock>;
  /** The key, null once it was destroyed; undefined while its block is not in memory. */
  at(keyId: string): Sealer | null | undefined;
  /** Whether a block is in memory and stays there for a minute at least. */
  isAtHand(blockId: string): boolean;
  /** Brings blocks into memory, where they are not at hand. @throws LogUnavailable */
  fetch(blockIds: Iterable<string>): Promise<void>;
  /** Destroys keys. What is destroyed already stays so. @throws LogUnavailable */
  destroy(keyIds: Iterable<string>): Promise<void>;
  close(): void;
};

type Log = Pick<EventLog, 'append' | 'load' | 'setMaxCount'>;

/** `<block>.<index>` → block. */
export const blockIdOf = (keyId: string): string => keyId.slice(0, keyId.indexOf('.'));
const indexOf = (keyId: string): number => Number(keyId.slice(keyId.indexOf('.') + 1));

export const openKeyBlocks = (log: Log): KeyBlocks => {
  const known = new Map<string, KeyBlock & { readMs: number }>();
  const reading = new Map<string, Promise<void>>();
  let sweeping: NodeJS.Timeout | null = null;

  const keep = (block: KeyBlock): KeyBlock => {
    known.set(block.id, { ...block, readMs: performance.now() });
    sweeping ??= setInterval(sweep, SWEEP_MS).unref();
    return block;
  };
  const sweep = (): void => {
    const oldestMs = performance.now() - KEPT_MS;
    for (const [id, { readMs }] of known) if (readMs < oldestMs) known.delete(id);
    if (known.size > 0 || sweeping === null) return;
    clearInterval(sweeping);
    sweeping = null;
  };
  const isAtHand = (id: string): boolean => (known.get(id)?.readMs ?? Number.NEGATIVE_INFINITY) > performance.now() - FRESH_MS;
  const read = (id: string): Promise<void> => {
    const underWay = reading.get(id);
    if (underWay) return underWay;
    const done = newest(log, id)
      .then(({ keys }) => void keep({ id, keys: keys.map((key, index) => sealerOf(id, index, key)) }))
      .finally(() => reading.delete(id));
    reading.set(id, done);
    return done;
  };

  return {
    make: async tenant => {
      const id = newId('dk');
      const keys = Array.from({ length: BLOCK_KEYS }, () => randomBytes(DATA_KEY_BYTES).toString('base64'));
      await store(log, id, keys, { tenant, expectedRevision: 'none' });
      return keep({ id, keys: keys.map((key, index) => sealerOf(id, index, key)) });
    },
    at: keyId => {
      const block = known.get(blockIdOf(keyId));
      return block === undefined ? undefined : (block.keys[indexOf(keyId)] ?? null);
    },
    isAtHand,
    fetch: async blockIds => void (await Promise.all([...blockIds].map(id => (isAtHand(id) ? undefined : read(id))))),
    destroy: async keyIds => {
      const byBlock = Map.groupBy(keyIds, blockIdOf);
      for (const [id, ids] of byBlock) {
        await destroyIn(log, id, new Set(ids.map(indexOf)));
        known.delete(id);
      }
    },
    close: () => clearInterval(sweeping ?? undefined),
  };
};

const sealerOf = (id: string, index: number, key: string | null): Sealer | null =>
  key === null ? null : dataKeyOf(Buffer.from(key, 'base64'), `${id}.${index}`);

type Newest = { keys: (string | null)[]; revision: number; tenant: string };

/** A block whose stream is gone has no keys: somebody deleted all of them at once. */
const newest = async (log: Pick<Log, 'load'>, id: string): Promise<Newest> => {
  try {
    const { events, revision } = await log.load(streamOf.key(id));
    const last = events.at(-1);
    return last?.type === 'DataKeysStored'
      ? { keys: last.data.private.keys, revision, tenant: last.metadata.tenant }
      : { keys: [], revision, tenant: '' };
  } catch (error) {
    if (error instanceof StreamGone) return { keys: [], revision: -1, tenant: '' };
    throw error;
  }
};

/** First the block without the keys, then an end to all that came before: only with the second are the keys gone, so it comes in any case. */
const destroyIn = async (log: Log, id: string, indexes: ReadonlySet<number>): Promise<void> => {
  for (let round = 1; ; round++) {
    const { keys, revision, tenant } = await newest(log, id);
    if (keys.length === 0) return;
    try {
      const isLeft = [...indexes].some(index => keys[index] !== null && keys[index] !== undefined);
      const left = keys.map((key, index) => (indexes.has(index) ? null : key));
      if (isLeft) await store(log, id, left, { tenant, expectedRevision: revision });
      return await log.setMaxCount(streamOf.key(id), 1);
    } catch (error) {
      if (!(error instanceof RevisionConflict) || round === ROUNDS_MAX) throw error;
    }
  }
};

const store = async (
  log: Pick<Log, 'append'>,
  id: string,
  keys: (string | null)[],
  { tenant, expectedRevision }: { tenant: string; expectedRevision: number | 'none' },
): Promise<void> => {
  const left = keys.filter(key => key !== null).length;
  const data: EventData<'DataKeysStored'> = { keys: left, destroyed: keys.length - left, private: { keys } };
  await log.append(streamOf.key(id), [{ type: 'DataKeysStored', data }], {
    tenant,
    expectedRevision,
    commandId: newId('cmd'),
    actor: WRITER,
    recordedAt: new Date().toISOString(),
  });
};
