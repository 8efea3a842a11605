/** Whose fault it is that a push service refuses our key for one subscription: one refusal alone does not show it. */
export type Fault = 'unclear' | 'subscription' | 'keys';

/** Alerts that went out together are refused together: what comes sooner than this after the first refusal is the same one, milliseconds. */
const AGAIN_MS_MIN = 1_000;
/** Subscriptions that are kept in mind; whoever falls out is unclear once more. */
const REFUSED_MAX = 1_000;

/** The first refusal of a subscription since it was last taken. `ours`: it is on record that it was made with our key. */
type Refused = { turn: number; atMs: number; ours: boolean };

/**
 * Remembers, for one pair of keys, what push services refuse and take. The keys, their contact and our clock are the same for every browser, so what
 * is wrong with them shows at more than one: at two subscriptions made with our key, of which neither one's service took any other since. Then nobody
 * loses an address. A subscription that is refused again and alone is itself at fault, as far as anybody can tell: its person subscribes anew, which
 * mends it or, where it was the keys after all, is the second refusal that shows it.
 */
export const openRefusals = () => {
  const refused = new Map<string, Refused>();
  const takenAt = new Map<string, number>();
  let turn = 0;
  /** Whether a push service still takes nothing that would show its refusal of this one to be that one's own. */
  const standsForKeys = ([endpoint, { ours, turn: at }]: [string, Refused]): boolean =>
    ours && (takenAt.get(new URL(endpoint).origin) ?? 0) < at;
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
        refused.set(endpoint, { turn: ++turn, atMs: nowMs, ours });
        return 'unclear';
      }
      if (nowMs - before.atMs < AGAIN_MS_MIN) return 'unclear';
      if (!standsForKeys([endpoint, before])) return 'subscription';
      return [...refused].some(other => other[0] !== endpoint && standsForKeys(other)) ? 'keys' : 'subscription';
    },
  };
};
