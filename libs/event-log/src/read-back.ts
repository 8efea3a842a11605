import type { EventStoreDBClient } from '@eventstore/db-client';
import { drainRead } from './drain-read.ts';
import type { Appended } from './log-types.ts';

/** What stands behind the expected revision: our events, someone else's, or nothing that could be read. */
export type ReadBack = { state: 'ours'; appended: Appended } | { state: 'others'; actual: number } | { state: 'unknown' };

/** Reads the events that follow `expected` (−1: from the start) and compares their ids with ours. */
export const readBack = async (
  client: EventStoreDBClient,
  stream: string,
  expected: number,
  ids: string[],
  limitMs: number,
): Promise<ReadBack> => {
  const read = client.readStream(stream, { fromRevision: BigInt(expected + 1), maxCount: ids.length });
  try {
    const events = await drainRead(read, limitMs);
    const last = events.at(-1)?.event;
    if (!last) return { state: 'unknown' };
    const ours = events.length === ids.length && events.every(({ event }, index) => event?.id === ids[index]);
    if (!ours) return { state: 'others', actual: Number(last.revision) };
    return { state: 'ours', appended: { revision: Number(last.revision), position: String(last.position!.commit) } };
  } catch {
    // No stream, or still no connection: either way nothing of ours was seen.
    return { state: 'unknown' };
  }
};
