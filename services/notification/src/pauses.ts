import type { Failure } from './channels/channel.ts';

/** Providers that asked us to slow down, or refuse our credentials: for a while nothing is sent there, so that it gets no worse. */
export type Pauses = {
  /** Why nothing is to be sent there now; null when it may be. */
  of(key: string): Failure | null;
  /** Learns from a failure. */
  after(key: string, failure: Failure): void;
};

/** How long a channel rests when its provider does not say, milliseconds. */
const THROTTLED_MS = 5_000;
/** How long wrong credentials are not tried again: an administrator has to act, and each try is another wrong sign-in, milliseconds. */
const MISCONFIGURED_MS = 30_000;
/** Longest rest that a provider may ask for, milliseconds: alerts are urgent, and other channels are there. */
const PAUSE_MS_MAX = 300_000;

export const openPauses = (nowMs: () => number): Pauses => {
  const until = new Map<string, { ms: number; failure: Failure }>();
  return {
    of: key => {
      const pause = until.get(key);
      if (pause === undefined) return null;
      const leftMs = pause.ms - nowMs();
      if (leftMs > 0) return pause.failure.class === 'config' ? pause.failure : { ...pause.failure, retryAfterMs: leftMs };
      until.delete(key);
      return null;
    },
    after: (key, failure) => {
      if (failure.class === 'throttled')
        until.set(key, { ms: nowMs() + Math.min(failure.retryAfterMs ?? THROTTLED_MS, PAUSE_MS_MAX), failure });
      if (failure.class === 'config') until.set(key, { ms: nowMs() + MISCONFIGURED_MS, failure });
    },
  };
};
