import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { unpackGroup } from './group-wire.ts';
import { BUSY_TIMEOUT_MS, WRITER_CACHE_KIB } from './limits.ts';
import { configureWriter, markAuditCategories, prepareSchema } from './schema.ts';
import { openGroupWriter } from './write-group.ts';

/** How long the writer must be idle before it folds the write-ahead log by itself. */
const IDLE_CHECKPOINT_MS = 2_000;

/** What the protocol thread hands over at the start. */
export type WriterData = { file: string; auditCategories: string[] };

/** The writer's first message: ready, or why it cannot start. */
export type WriterReady = { ready: true } | { ready: false; message: string; code: string | undefined };

/**
 * The writer thread: SQLite's COMMIT waits for the disk, and only this thread waits with it. It takes one packed group at a
 * time from its mailbox, and answers after the commit. `null` asks it to stop.
 */
const run = (): void => {
  const port = parentPort;
  if (port === null) throw new Error('the writer runs only as a worker thread');
  const { file, auditCategories } = workerData as WriterData;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    configureWriter(db, WRITER_CACHE_KIB);
    prepareSchema(db);
    markAuditCategories(db, auditCategories);
  } catch (error) {
    db?.close();
    const { message, code } = error as Error & { code?: string };
    port.postMessage({ ready: false, message, code } satisfies WriterReady);
    return;
  }
  const open = db;
  const writer = openGroupWriter(open, auditCategories, Date.now, randomUUID);
  const idle = setTimeout(() => writer.checkpoint(), IDLE_CHECKPOINT_MS);
  idle.unref();
  port.on('message', (group: ArrayBuffer | null) => {
    if (group === null) {
      open.close();
      port.close();
      return;
    }
    const answer = writer.write(unpackGroup(group));
    port.postMessage(answer, [answer.answers.buffer as ArrayBuffer]);
    idle.refresh();
  });
  port.postMessage({ ready: true } satisfies WriterReady);
};

run();
