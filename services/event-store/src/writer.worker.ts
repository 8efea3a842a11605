import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { BUSY_TIMEOUT_MS, WRITER_CACHE_KIB } from './limits.ts';
import { configureWriter, markAuditCategories, prepareSchema } from './schema.ts';
import { openGroupWriter } from './write-group.ts';
import { serveMailbox, type Mailbox } from './writer-mailbox.ts';

/** How long the writer must be idle before it folds the write-ahead log by itself. */
const IDLE_CHECKPOINT_MS = 2_000;

/** What the protocol thread hands over at the start. */
export type WriterData = { file: string; auditCategories: string[]; mailbox: Mailbox };

/** The writer's first message: ready, or why it cannot start. */
export type WriterReady = { ready: true } | { ready: false; message: string; code: string | undefined };

/**
 * The writer thread: SQLite's COMMIT waits for the disk, and only this thread waits with it. It takes one packed group at a
 * time from its mailbox, and answers after the commit.
 */
const run = (): void => {
  const port = parentPort;
  if (port === null) throw new Error('the writer runs only as a worker thread');
  const { file, auditCategories, mailbox } = workerData as WriterData;
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
  const writer = openGroupWriter(db, auditCategories, Date.now, randomUUID);
  port.postMessage({ ready: true } satisfies WriterReady);
  serveMailbox(mailbox, writer.write, { afterMs: IDLE_CHECKPOINT_MS, run: writer.checkpoint });
  db.close();
};

run();
