/** Whose fault it is that a push service refuses our key for one subscription: one refusal alone does not show it. */
export type Fault = 'unclear' | 'subscription' | 'keys';

/** Alerts that went out together are refused together: what comes sooner than this after the first refusal is the same one, milliseconds. */
const AGAIN_MS_MIN = 1_000;
/** Subscriptions that are kept in mind; whoever falls out is unclear once more. */
const REFUSED_MAX = 1_000;

/**
 * Remembers, for one pair of keys, what push services refuse and take. A service that refuses one subscription again, and took another one in between,
 * takes our keys: the subscription was made with others. One that took none refuses the keys, their contact or our clock, and nobody loses
 * an address over it.
 */
export const openRefusals = () => {
  const refused = new Map<string, { turn: number; atMs: number }>();
  const takenAt = new Map<string, number>();
  let turn = 0;
  return {
    /** A push service took a message for this endpoint. */
    taken: (endpoint: string): void => {
      refused.delete(endpoint);
      takenAt.set(new URL(endpoint).origin, ++turn);
    },
    /**
     * A push service refused our key for this endpoint (401 or 403).
     * @param ours whether it is on record that the browser subscribed with our key
     */
    refused: (endpoint: string, ours: boolean, nowMs: number): Fault => {
      const before = refused.get(endpoint);
      if (before === undefined) {
        if (refused.size >= REFUSED_MAX) refused.delete(refused.keys().next().value!);
        refused.set(endpoint, { turn: ++turn, atMs: nowMs });
        return 'unclear';
      }
      if (nowMs - before.atMs < AGAIN_MS_MIN) return 'unclear';
      return !ours || (takenAt.get(new URL(endpoint).origin) ?? 0) > before.turn ? 'subscription' : 'keys';
    },
  };
};
