import { idOf } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import type { Kysely } from 'kysely';
import { afterReviewsProjection } from './after-reviews.projection.ts';
import { approvalsProjection } from './approvals.projection.ts';
import { changesProjection } from './changes.projection.ts';
import { deliveriesProjection } from './deliveries.projection.ts';
import { metricsProjection } from './metrics.projection.ts';
import { eraseRows, erasedIn } from './erasure.ts';
import { legalHoldsProjection } from './legal-holds.projection.ts';
import { openPostgresStore } from './postgres-store.ts';
import type { OpenEvent, Projection } from './projection.ts';
import { snoozesProjection } from './snoozes.projection.ts';
import { plainPosition, sortablePosition, type ReadModelTables } from './schema.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { TableSet } from './table-store.ts';

/** One built set of tables, with its own connection for reading so that a page never waits for a batch being written. */
export type ReadModel = {
  read: Kysely<ReadModelTables>;
  /** Last log position whose rows are committed; null before the first. */
  position(): string | null;
  /**
   * Folds events, in log order, into every projection in one transaction with the checkpoint. What lies at or before the checkpoint is
   * skipped, so an event that comes twice counts once.
   * @returns the events that were new to this console.
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

/** A page that began on the replaced read model may still read this long, ms; then it is closed and removed. */
const GRACE_MS = 1_000;
const CHECKPOINT = 'read-model';

/**
 * Opens the read model: in SQLite files in `<dataDir>/read-model`, or in a PostgreSQL database. Tables of an older schema generation, and
 * those whose building was cut short, are removed: everything in them is in the log.
 * @param databaseUrl `postgres://…`; a secret
 */
export const openReadModels = async (dataDir: string, open: OpenEvent, databaseUrl?: string): Promise<ReadModels> => {
  const store = databaseUrl === undefined ? await openSqliteStore(dataDir) : await openPostgresStore(databaseUrl);
  let current = await openReadModel(await store.open(), open);
  const building = new WeakMap<ReadModel, TableSet>();
  const retired = new Map<ReadModel, NodeJS.Timeout>();
  /** Removals and changes of place, one after the other: a removal beside a change of place could take the tables that are just getting their name. Closing waits for them. */
  let removing: Promise<void> = Promise.resolve();
  const removeOld = () => (removing = removing.then(() => store.removeOld()).catch(() => undefined));
  const promote = (tables: TableSet): Promise<TableSet> => {
    const promoted = removing.then(() => store.promote(tables));
    removing = promoted.then(
      () => undefined,
      () => undefined,
    );
    return promoted;
  };
  const retire = (model: ReadModel) => {
    const timer = setTimeout(() => {
      retired.delete(model);
      removing = removing.then(() => model.close());
      void removeOld();
    }, GRACE_MS);
    timer.unref();
    retired.set(model, timer);
  };
  return {
    current: () => current,
    openNext: async () => {
      const tables = await store.build();
      const next = await openReadModel(tables, open);
      building.set(next, tables);
      return next;
    },
    swap: async next => {
      const tables = building.get(next);
      if (tables === undefined) throw new Error('only a read model that was opened as the next one can take the place of the current one');
      const old = current;
      current = await openReadModel(await promote(tables), open);
      retire(old);
    },
    close: async () => {
      for (const [model, timer] of retired) {
        clearTimeout(timer);
        await model.close();
      }
      await current.close();
      await removeOld();
      await store.close();
    },
  };
};

const openReadModel = async (tables: TableSet, open: OpenEvent): Promise<ReadModel> => {
  const { read, write } = tables;
  const projections: readonly Projection[] = [
    approvalsProjection,
    deliveriesProjection,
    afterReviewsProjection,
    snoozesProjection,
    legalHoldsProjection,
    metricsProjection,
    changesProjection(),
  ];
  let checkpoint =
    (await read.selectFrom('checkpoints').select('position').where('name', '=', CHECKPOINT).executeTakeFirst())?.position ?? null;
  return {
    read,
    position: () => (checkpoint === null ? null : plainPosition(checkpoint)),
    apply: async events => {
      const fresh = after(checkpoint, events);
      const last = fresh.at(-1);
      if (!last) return [];
      const position = sortablePosition(last.position);
      await write.transaction().execute(async tx => {
        // Another console may have written them already.
        const missing = tables.claim === undefined ? fresh : after(await tables.claim(tx), fresh);
        if (missing.length === 0) return;
        const erased = await erasedIn(missing, tx);
        const kept = erased.size === 0 ? missing : missing.filter(event => !erased.has(idOf(event.stream)));
        for (const projection of projections) await projection.handle(projection.erasedToo ? missing : kept, tx, open);
        await eraseRows(missing, erased, tx);
        await tx
          .insertInto('checkpoints')
          .values({ name: CHECKPOINT, position })
          .onConflict(conflict => conflict.column('name').doUpdateSet({ position }))
          .execute();
      });
      checkpoint = position;
      return fresh;
    },
    close: () => tables.close(),
  };
};

const after = (checkpoint: string | null, events: readonly LoggedEvent[]): readonly LoggedEvent[] =>
  checkpoint === null ? events : events.filter(event => sortablePosition(event.position) > checkpoint);
