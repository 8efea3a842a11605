import { Worker } from 'node:worker_threads';
import type { Batch, WriterData, Written } from './sqlite-writer.worker.ts';

/** A thread that writes to one SQLite file. */
export type WriterThread = {
  /** Resolves when the batch is committed. @throws Error when it was not; nothing of it is in the file then */
  write(batch: Batch): Promise<void>;
  /** Closes the file. Everything written before is done first. */
  close(): Promise<void>;
};

/** Heap of the thread, MiB: it holds one batch at a time. A small young generation keeps it from taking memory it does not need. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 };

/** The worker's file beside this one: TypeScript source in the repository, JavaScript in a bundle. */
const workerUrl = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? './sqlite-writer.worker.ts' : './sqlite-writer.worker.js', import.meta.url);

type Waiting = { resolve(): void; reject(error: Error): void };

/** Starts the thread with the first batch, and another one should it ever die: whoever waited is told, and repeats what was lost. */
export const openWriterThread = (path: string): WriterThread => {
  const waiting: Waiting[] = [];
  let worker: Worker | null = null;

  const start = (): Worker => {
    const started = new Worker(workerUrl(), { workerData: { path } satisfies WriterData, resourceLimits: HEAP });
    let reason = 'it ended';
    started.on('message', ({ failure }: Written) => {
      const first = waiting.shift();
      if (waiting.length === 0) started.unref();
      if (failure === null) first?.resolve();
      else first?.reject(new Error(failure));
    });
    started.on('error', error => (reason = (error as Error).message));
    started.on('exit', () => {
      if (worker === started) worker = null;
      for (const { reject } of waiting.splice(0)) reject(new Error(`the thread that writes ${path} is gone: ${reason}`));
    });
    return started;
  };

  return {
    write: batch =>
      new Promise((resolve, reject) => {
        worker ??= start();
        // The process may end while nothing is being written, and only then.
        worker.ref();
        waiting.push({ resolve, reject });
        worker.postMessage(batch, []);
      }),
    close: async () => {
      const last = worker;
      if (last === null) return;
      const gone = new Promise(resolve => last.once('exit', resolve));
      last.ref();
      last.postMessage('close', []);
      await gone;
    },
  };
};
