import { LIMITS, type WorkBatch } from '@holdpoint/contracts';
import { WorkTooLarge } from './errors.ts';

/** Throws {@link WorkTooLarge} when a batch of these many items and encoded bytes does not fit one message. */
export const refuseLargeWork = (items: number, bytes: number): void => {
  if (items <= LIMITS.workItemsMax && bytes <= LIMITS.workBytesMax) return;
  throw new WorkTooLarge(items, bytes, LIMITS.workItemsMax, LIMITS.workBytesMax);
};

/**
 * Bytes of a batch as JSON, for a transport that does not encode: the sealed parts are nearly all of it, so they are added up, and only
 * a batch that could be near the limit is really encoded.
 */
export const workBytes = (batch: WorkBatch): number => {
  let sealed = 0;
  for (const item of batch.items) sealed += sealedLength(item.data);
  return sealed > LIMITS.workBytesMax / 2 ? Buffer.byteLength(JSON.stringify(batch)) : sealed;
};

const sealedLength = (data: unknown): number => {
  const sealed = (data as { private?: unknown } | undefined)?.private;
  return typeof sealed === 'string' ? sealed.length : 0;
};

/** The batch as it comes a second time: whoever gets it must look at its stream before acting. */
export const asRedelivered = (batch: WorkBatch): WorkBatch => ({ items: batch.items.map(item => ({ ...item, fresh: false })) });
