import type { StreamingRead } from '@eventstore/db-client';
import { OutOfTime } from './out-of-time.ts';

/**
 * Collects what a read of the client brings. The client gives reads no deadline, so one that brings nothing for `stallMs` is cancelled.
 * @throws OutOfTime, and what the client throws
 */
export const drainRead = async <T>(read: StreamingRead<T>, stallMs: number): Promise<T[]> => {
  // The client may emit an error after the loop below has ended; without a listener that would end the process.
  read.on('error', () => undefined);
  const stalled = setTimeout(() => {
    read.cancel().catch(() => undefined);
    read.destroy(new OutOfTime(`no answer within ${stallMs} ms`));
  }, stallMs);
  const events: T[] = [];
  try {
    for await (const event of read as AsyncIterable<T>) {
      stalled.refresh();
      events.push(event);
    }
    return events;
  } finally {
    clearTimeout(stalled);
  }
};
