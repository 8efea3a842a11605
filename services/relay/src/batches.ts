import { LIMITS, type WorkItem } from '@holdpoint/contracts';

/** What an item takes beside its sealed part, bytes: a guess. Where it is wrong the messaging refuses and the batch is halved. */
const ITEM_BYTES = 1_024;

/** Cuts items, in order, into messages within the limits: a single one when idle, up to 128 items or 512 KiB under load. */
export const batchesOf = <T extends { item: WorkItem }>(rings: readonly T[]): T[][] => {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const ring of rings) {
    const size = bytesOf(ring.item);
    if (batch.length > 0 && (batch.length >= LIMITS.workItemsMax || bytes + size > LIMITS.workBytesMax)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(ring);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
};

/** About how many bytes the item takes in a message. */
export const bytesOf = ({ data }: Pick<WorkItem, 'data'>): number => ITEM_BYTES + sealedBytes(data);

/** Length of the sealed part, nearly all of a large event. */
export const sealedBytes = (data: unknown): number => {
  const sealed = (data as { private?: unknown } | undefined)?.private;
  return typeof sealed === 'string' ? sealed.length : 0;
};
