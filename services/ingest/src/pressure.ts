import { gauge, ProblemError, watchLoopLag } from '@holdpoint/service-kit';

/** Seconds after which a refused write may be repeated: a full queue of 2 048 appends drains in less. */
const RETRY_AFTER_SEC = 1;

export type Pressure = {
  /** Refuses a write while too much is waiting already. @throws ProblemError 503 `overloaded` with `retry-after` */
  admitWrite(): void;
  /** Counts a write until it has its answer from the log. */
  during<T>(write: () => Promise<T>): Promise<T>;
  close(): void;
};

/**
 * Sheds writes on what a caller would feel, the wait for the log and the lateness of the event loop, and not on CPU. Refusing early
 * keeps the answers of those already admitted prompt.
 */
export const watchPressure = ({ writesMax, lagMsMax }: { writesMax: number; lagMsMax: number }): Pressure => {
  const loop = watchLoopLag();
  let writes = 0;
  gauge('holdpoint_ingest_writes_waiting', 'Writes that wait for the event log', [], it => it.set(writes));
  return {
    admitWrite: () => {
      if (writes < writesMax && loop.lagMs() < lagMsMax) return;
      throw new ProblemError('overloaded', 503, 'More requests arrive than can be recorded; repeat this one after retry-after seconds.', {
        headers: { 'retry-after': String(RETRY_AFTER_SEC) },
      });
    },
    during: async write => {
      writes += 1;
      try {
        return await write();
      } finally {
        writes -= 1;
      }
    },
    close: () => loop.close(),
  };
};
