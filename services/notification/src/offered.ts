import type { Offer } from './offer.ts';
import type { OpenCode } from './reply-codes.ts';

/**
 * Handles and codes that went out from this process and may not be on record yet: a round is recorded when its slowest address has answered. Whoever
 * answers with one of them is worth waiting for, and its code is not a wrong one.
 */
export type Offered = {
  /** They are about to go out. */
  note(offer: Offer, message: OpenCode): void;
  /** The message that a handle or code, by its hash, is in; null where nothing is known of it here. */
  in(hash: string): OpenCode | null;
};

/** Longer than the slowest address takes, milliseconds: by then the round is on record. */
const KEPT_MS = 60_000;

/** @param nowMs the clock, milliseconds since 1970 */
export const openOffered = (nowMs: () => number): Offered => {
  /** In the order they went out. */
  const byHash = new Map<string, OpenCode & { atMs: number }>();
  const forgetOld = (): void => {
    for (const [hash, { atMs }] of byHash) {
      if (atMs > nowMs() - KEPT_MS) return;
      byHash.delete(hash);
    }
  };
  return {
    note: ({ handles }, { approvalId, attemptId }) => {
      forgetOld();
      for (const { hash } of handles) {
        byHash.delete(hash);
        byHash.set(hash, { approvalId, attemptId, atMs: nowMs() });
      }
    },
    in: hash => {
      forgetOld();
      return byHash.get(hash) ?? null;
    },
  };
};
