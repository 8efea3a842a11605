import { Worker } from 'node:worker_threads';
import type { FolderData } from './fold-log.worker.ts';
import { FOLD_PAGES } from './limits.ts';

/** Folds the write-ahead log into the file while the writer goes on writing. */
export type LogFolder = {
  /** Tells of a commit with so many events. */
  wrote(events: number): void;
  /** Resolves when the file is closed. Afterwards nothing is folded. */
  close(): Promise<void>;
};

/** What a commit writes beside a page for each event, about: pages of indexes, and the last page once more. */
const PAGES_PER_COMMIT = 3;
/** Heap of the thread, MiB: it holds nothing. */
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/** The worker's file beside this one: TypeScript source in the repository, JavaScript in a bundle. */
const workerUrl = (): URL => new URL(import.meta.url.endsWith('.ts') ? './fold-log.worker.ts' : './fold-log.worker.js', import.meta.url);

/**
 * The writer folds by itself when the write-ahead log has reached its size, within the commit that found it so, and every append waits: 25 ms
 * of copying and a large fsync, once a second under load. Here a thread of its own keeps up, a little at a time, so that hardly anything is left
 * to the writer. The thread starts when there is something to fold; should it die, the writer does it all, as it would without.
 * @param onDied told once, with the reason
 */
export const openLogFolder = (file: string, onDied: (reason: Error) => void): LogFolder => {
  let worker: Worker | null = null;
  let over = false;
  let folding = false;
  let pages = 0;

  const start = (): Worker => {
    const started = new Worker(workerUrl(), { workerData: { file } satisfies FolderData, resourceLimits: HEAP });
    started.unref();
    started.on('message', () => (folding = false));
    started.on('error', error => {
      over = true;
      worker = null;
      onDied(error as Error);
    });
    return started;
  };

  return {
    wrote: events => {
      pages += events + PAGES_PER_COMMIT;
      if (pages < FOLD_PAGES || folding || over) return;
      pages = 0;
      folding = true;
      worker ??= start();
      worker.postMessage('fold', []);
    },
    close: async () => {
      over = true;
      const last = worker;
      if (last === null) return;
      const gone = new Promise(resolve => last.once('exit', resolve));
      last.ref();
      last.postMessage('close', []);
      await gone;
    },
  };
};
