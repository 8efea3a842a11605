import type { DecidedBy, Erasure, ErasureGround, EventData } from '@holdpoint/contracts';
import { nameOf } from './people.ts';

/**
 * Whose order it was to erase an approval, why and when. It reads open parts only, so that what is erased can still say so.
 * @param events of `approval-<id>`, opened or as stored
 * @returns null where nobody ordered it
 */
export const erasureOf = (events: readonly { type: string; data?: unknown }[]): Erasure | null => {
  const order = events.find(({ type }) => type === 'ErasureOrdered')?.data as EventData<'ErasureOrdered'> | undefined;
  if (order === undefined) return null;
  const done = events.find(({ type }) => type === 'ApprovalErased')?.data as EventData<'ApprovalErased'> | undefined;
  const { ground, by, reason, at } = order;
  return { ground, by, reason, erasedAt: at, keysDestroyedAt: done?.at ?? null };
};

/** Since when it is erased and why, in words for whoever asks for it. */
export const erasedWords = ({ ground, by, erasedAt }: { ground: ErasureGround; by: DecidedBy; erasedAt: string }): string =>
  `What it said was erased at ${erasedAt}, because ${ground === 'retention' ? 'its time was over' : `${nameOf(by)} ordered it`}.`;
