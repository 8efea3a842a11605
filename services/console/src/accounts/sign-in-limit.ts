/** Wrong passwords before further attempts have to wait: for one address, and from one network address (an office shares it). */
export const SIGN_IN_LIMITS = { perEmail: 10, perAddress: 100, windowSec: 900, keysMax: 20_000 } as const;

type Failures = { count: number; since: number };

/**
 * Counts failed sign-ins per key in a fixed window. Kept per process: with k consoles the limit is k-fold, and a restart forgets it;
 * argon2 and 144-bit passwords carry the weight, this stops guessing at people's own passwords.
 */
export const openSignInLimit = (
  nowMs: () => number,
  { perEmail, perAddress }: { perEmail: number; perAddress: number } = SIGN_IN_LIMITS,
) => {
  const failures = new Map<string, Failures>();
  const live = (key: string): Failures | undefined => {
    const found = failures.get(key);
    return found && nowMs() - found.since < SIGN_IN_LIMITS.windowSec * 1_000 ? found : undefined;
  };
  const keysOf = (email: string, address: string) =>
    [
      [`email:${email.toLowerCase()}`, perEmail],
      [`address:${address}`, perAddress],
    ] as const;
  return {
    /** Seconds to wait before another attempt, 0 when one may be made now. */
    waitSec: (email: string, address: string): number =>
      Math.max(
        ...keysOf(email, address).map(([key, max]) => {
          const found = live(key);
          return found && found.count >= max ? Math.ceil(SIGN_IN_LIMITS.windowSec - (nowMs() - found.since) / 1_000) : 0;
        }),
      ),
    failed: (email: string, address: string): void => {
      for (const [key] of keysOf(email, address)) {
        const found = live(key);
        if (found) found.count += 1;
        else failures.set(key, { count: 1, since: nowMs() });
      }
      // The oldest entries go first: a Map keeps the order of insertion.
      for (const key of failures.keys()) {
        if (failures.size <= SIGN_IN_LIMITS.keysMax) break;
        failures.delete(key);
      }
    },
    succeeded: (email: string): void => void failures.delete(`email:${email.toLowerCase()}`),
  };
};
export type SignInLimit = ReturnType<typeof openSignInLimit>;
