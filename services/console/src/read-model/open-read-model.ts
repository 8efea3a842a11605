import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Kysely } from 'kysely';
import { afterReviewsProjection } from './after-reviews.projection.ts';
import { approvalsProjection } from './approvals.projection.ts';
import { changesProjection } from './changes.projection.ts';
import { deliveriesProjection } from './deliveries.projection.ts';
import { metricsProjection } from './metrics.projection.ts';
import type { OpenEvent, Projection } from './projection.ts';
import { snoozesProjection } from './snoozes.projection.ts';
import { SCHEMA_GENERATION, createTables, plainPosition, sortablePosition, type ReadModelTables } from './schema.ts';
import { openSqlite } from '../sqlite.ts';
import { openWriteBehind } from '../write-behind.ts';

/** One built set of tables, with its own connection for reading so that a page never waits for a batch being written. */
export type ReadModel = {
  read: Kysely<ReadModelTables>;
  /** Last log position whose rows are committed; null before the first. */
  position(): string | null;
  /**
   * Folds events, in log order, into every projection in one transaction with the checkpoint. What lies at or before the checkpoint is
   * skipped, so an event that comes twice counts once.
   * @returns the events that were new.
   */
  apply(events: readonly LoggedEvent[]): Promise<readonly LoggedEvent[]>;
  close(): Promise<void>;
};

/** The read model that serves now, and the one that is being built to take its place. */
export type ReadModels = {
  current(): ReadModel;
  /** An empty read model beside the current one. Nothing reads it before {@link ReadModels.swap}. */
  openNext(): Promise<ReadModel>;
  /** Makes the next one current and removes the old. The caller stops `apply` on both meanwhile. */
  swap(next: ReadModel): Promise<void>;
  close(): Promise<void>;
};

/** A page that began on the replaced read model may still read this long, ms; then its file is closed. */
const GRACE_MS = 1_000;
const CHECKPOINT = 'read-model';
const SUFFIX = '.sqlite';
const BUILDING = '.building';

/**
 * Opens the read model in `<dataDir>/read-model`. A file of an older schema generation, or one whose building was cut short, is
 * removed: everything in it is in the log.
 */
export const openReadModels = async (dataDir: string, open: OpenEvent): Promise<ReadModels> => {
  const folder = join(dataDir, 'read-model');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let number = await keepNewest(folder);
  const fileOf = (of: number) => join(folder, `${SCHEMA_GENERATION}-${of}${SUFFIX}`);
  let current = await openReadModel(fileOf(number), open);
  const retired = new Map<ReadModel, NodeJS.Timeout>();
  const retire = (model: ReadModel) => {
    const timer = setTimeout(() => {
      retired.delete(model);
      void model.close();
    }, GRACE_MS);
    timer.unref();
    retired.set(model, timer);
  };
  return {
    current: () => current,
    openNext: async () => {
      await removeDatabase(fileOf(number + 1) + BUILDING);
      return openReadModel(fileOf(number + 1) + BUILDING, open);
    },
    swap: async next => {
      // Closing folds the write-ahead log into the file, which then is alone and can be renamed.
      await next.close();
      await rename(fileOf(number + 1) + BUILDING, fileOf(number + 1));
      const old = current;
      current = await openReadModel(fileOf(number + 1), open);
      number += 1;
      retire(old);
      await removeDatabase(fileOf(number - 1));
    },
    close: async () => {
      for (const [model, timer] of retired) {
        clearTimeout(timer);
        await model.close();
      }
      await current.close();
    },
  };
};

/** Removes what is not the newest complete file of this schema generation, and returns its number (0 when there is none). */
const keepNewest = async (folder: string): Promise<number> => {
  const names = await readdir(folder);
  const numbers = names
    .map(name => new RegExp(`^${SCHEMA_GENERATION}-(\\d+)\\${SUFFIX}$`).exec(name)?.[1])
    .filter(found => found !== undefined)
    .map(Number);
  const newest = Math.max(0, ...numbers);
  const kept = `${SCHEMA_GENERATION}-${newest}${SUFFIX}`;
  for (const name of names) if (![kept, `${kept}-wal`, `${kept}-shm`].includes(name)) await rm(join(folder, name), { force: true });
  return newest;
};

const removeDatabase = async (path: string): Promise<void> => {
  for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
};

const openReadModel = async (path: string, open: OpenEvent): Promise<ReadModel> => {
  const first = openSqlite<ReadModelTables>(path, { synchronous: 'NORMAL' });
  await createTables(first);
  await first.destroy();
  const read = openSqlite<ReadModelTables>(path, { synchronous: 'NORMAL', readOnly: true });
  const write = openWriteBehind(path, read);
  const projections: readonly Projection[] = [
    approvalsProjection,
    deliveriesProjection,
    afterReviewsProjection,
    snoozesProjection,
    metricsProjection,
    changesProjection(),
  ];
  let checkpoint =
    (await read.selectFrom('checkpoints').select('position').where('name', '=', CHECKPOINT).executeTakeFirst())?.position ?? null;
  return {
    read,
    position: () => (checkpoint === null ? null : plainPosition(checkpoint)),
    apply: async events => {
      const after = checkpoint;
      const fresh = after === null ? events : events.filter(event => sortablePosition(event.position) > after);
      const last = fresh.at(-1);
      if (!last) return [];
      const position = sortablePosition(last.position);
      await write.transaction().execute(async tx => {
        for (const projection of projections) await projection.handle(fresh, tx, open);
        await tx
          .insertInto('checkpoints')
          .values({ name: CHECKPOINT, position })
          .onConflict(conflict => conflict.column('name').doUpdateSet({ position }))
          .execute();
      });
      checkpoint = position;
      return fresh;
    },
    close: async () => {
      // Whoever closes last folds the write-ahead log into the file, and a reader cannot.
      await read.destroy();
      await write.destroy();
    },
  };
};
