import { categoryOf, idOf, streamOf, type Event, type EventMetadata } from '@holdpoint/contracts';
import type { MasterKey, Sealer } from '@holdpoint/sealing';
import { EventErased } from './errors.ts';
import { blockIdOf, type KeyBlock, type KeyBlocks } from './key-blocks.ts';
import type { AppendOptions, EventLog } from './log-types.ts';

/** Which key seals what is written about which approval. */
export type DataKeys = {
  /**
   * What seals the private parts of these events in `stream`: an approval's data key, or the master key where they are about none. An erased
   * approval takes no more of them, but what has no private part.
   * @throws EventErased when the key is destroyed; LogUnavailable
   */
  sealerFor(
    stream: string,
    events: readonly Event[],
    options: Pick<AppendOptions, 'expectedRevision' | 'tenant'>,
  ): Sealer | Promise<Sealer>;
  /** Remembers what seals these approvals from their events, and fetches the keys to open them. @returns null when all are at hand */
  fetchFor(events: readonly Sealed[]): Promise<void> | null;
  /** @returns how many data keys the approval's events name; all of them are destroyed. @throws LogUnavailable */
  destroyFor(approvalId: string): Promise<number>;
};

/** As much of an event as tells its key. */
export type Sealed = { stream: string; metadata: EventMetadata };

/** Streams of one approval: all that is written about it stands in them, sealed by its key. */
const CATEGORIES = ['approval', 'context', 'notification', 'callback'] as const;
const CATEGORY: ReadonlySet<string> = new Set(CATEGORIES);
/** Approvals whose key is remembered; any other one's is read from the log. */
const SUBJECTS_MAX = 8_192;

type Deps = { blocks: KeyBlocks; masterKey: MasterKey; log: Pick<EventLog, 'loadRaw'> };

export const openDataKeys = ({ blocks, masterKey, log }: Deps): DataKeys => {
  const keyIds = youngAndOld(SUBJECTS_MAX);
  const pools = new Map<string, Pool>();

  const take = (tenant: string, subject: string): Sealer | Promise<Sealer> => {
    const pool = pools.get(tenant) ?? { block: null, used: 0, spare: null, making: null };
    pools.set(tenant, pool);
    const key = nextOf(pool, () => blocks.make(tenant));
    if (key === null) return pool.making!.then(() => take(tenant, subject));
    keyIds.set(subject, key.keyId);
    return key;
  };
  const keyAt = async (keyId: string, stream: string): Promise<Sealer> => {
    await blocks.fetch([blockIdOf(keyId)]);
    return alive(blocks.at(keyId) ?? null, stream);
  };
  /** Where the approval began, its key stands; a context may come before it. */
  const find = async (subject: string, stream: string): Promise<Sealer> => {
    for (const first of [streamOf.approval(subject), streamOf.context(subject)]) {
      const { events } = await log.loadRaw(first, { maxCount: 1 });
      const keyId = events[0]?.metadata.sealedBy;
      if (keyId === undefined) continue;
      keyIds.set(subject, keyId);
      return isDataKey(keyId) ? keyAt(keyId, stream) : masterKey;
    }
    return masterKey;
  };

  return {
    sealerFor: (stream, events, { expectedRevision, tenant }) => {
      const category = categoryOf(stream);
      const subject = idOf(stream);
      if (!CATEGORY.has(category) || !subject.startsWith('apr_') || !events.some(({ data }) => 'private' in data)) return masterKey;
      const keyId = keyIds.get(subject);
      if (keyId !== undefined) {
        const key = isDataKey(keyId) ? blocks.at(keyId) : masterKey;
        return key === undefined ? keyAt(keyId, stream) : alive(key, stream);
      }
      const begins = expectedRevision === 'none' && (category === 'approval' || category === 'context');
      return begins ? take(tenant, subject) : find(subject, stream);
    },
    fetchFor: events => {
      let missing: Set<string> | null = null;
      for (const { stream, metadata } of events) {
        const keyId = metadata?.sealedBy;
        if (keyId === undefined || !isDataKey(keyId)) continue;
        keyIds.add(idOf(stream), keyId);
        const blockId = blockIdOf(keyId);
        if (!blocks.isAtHand(blockId)) (missing ??= new Set()).add(blockId);
      }
      return missing === null ? null : blocks.fetch(missing);
    },
    destroyFor: async approvalId => {
      const found = new Set<string>();
      for (const category of CATEGORIES) {
        const { events } = await log.loadRaw(streamOf[category](approvalId));
        for (const { metadata } of events)
          if (metadata.sealedBy !== undefined && isDataKey(metadata.sealedBy)) found.add(metadata.sealedBy);
      }
      await blocks.destroy(found);
      return found.size;
    },
  };
};

/** Ids of data keys have a dot, ids of master keys have none. */
export const isDataKey = (keyId: string): boolean => keyId.includes('.');

const alive = (key: Sealer | null, stream: string): Sealer => {
  if (key === null) throw new EventErased(stream, -1, 'An event that is to be written');
  return key;
};

/** Keys that nobody uses yet: the rest of a block, and the next block once half of that is used. */
type Pool = { block: KeyBlock | null; used: number; spare: KeyBlock | null; making: Promise<void> | null };

/** @returns null when there is none before `pool.making` is done */
const nextOf = (pool: Pool, make: () => Promise<KeyBlock>): Sealer | null => {
  if (pool.block === null || pool.used === pool.block.keys.length) {
    pool.block = pool.spare;
    pool.spare = null;
    pool.used = 0;
  }
  if (pool.spare === null && (pool.block === null || pool.used >= pool.block.keys.length / 2)) refill(pool, make);
  return pool.block === null ? null : pool.block.keys[pool.used++]!;
};

const refill = (pool: Pool, make: () => Promise<KeyBlock>): void => {
  if (pool.making !== null) return;
  pool.making = make()
    .then(block => void (pool.spare = block))
    .finally(() => (pool.making = null));
  // Whoever waits for it hears of a failure; the next one to need a key tries again.
  pool.making.catch(() => undefined);
};

/** A map that forgets: when its younger half is full, the older one is let go as a whole. */
const youngAndOld = (max: number) => {
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  const get = (name: string): string | undefined => young.get(name) ?? old.get(name);
  const set = (name: string, value: string): void => {
    if (young.size >= max / 2) {
      old = young;
      young = new Map();
    }
    young.set(name, value);
  };
  return {
    get,
    set,
    add: (name: string, value: string): void => {
      if (get(name) === undefined) set(name, value);
    },
  };
};
