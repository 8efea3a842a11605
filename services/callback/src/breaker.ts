/**
 * Keeps callbacks from a receiver that answers nobody: after so many failures in a row nothing is sent to it for a while, then one call
 * tries it. What waits meanwhile uses up no attempt. A healthy receiver has no entry here, so it costs one lookup; all of it may be
 * forgotten at a restart, and is learnt again from the next failures.
 */
export type Breakers = {
  /** Asks to send. @returns 0 for yes, else how long to wait, milliseconds. Who got a yes says what came of it. */
  enter(lane: string): number;
  /** The receiver is there, whatever it said. */
  answered(lane: string): void;
  /** It is not, or it is overwhelmed. @param retryAfterMs what it asked for, 0 when nothing */
  failed(lane: string, retryAfterMs: number): void;
};

export type BreakerRules = {
  /** Failures in a row that open it (Convoy's consecutive-failure threshold). */
  failuresMax: number;
  /** First and longest pause, milliseconds; it doubles with every try that fails. */
  pauseMs: number;
  pauseMsMax: number;
};
/** Long enough to spare a receiver that restarts, short enough that an agent which waits for the answer is not forgotten. */
export const BREAKER: BreakerRules = { failuresMax: 10, pauseMs: 15_000, pauseMsMax: 300_000 };

/** Lanes with failures that are remembered; the oldest is forgotten, which means that it is tried. */
const LANES_MAX = 10_000;
/** How long one call may take to try the receiver, milliseconds: its time limit, and a little. */
const TRIAL_MS = 16_000;
/** While it does, the others look again after this long, milliseconds: most answers come at once, and then nobody should wait out the limit. */
const TRIAL_LOOK_MS = 2_000;

type Lane = { failures: number; pauseMs: number; openUntilMs: number; trialUntilMs: number };

export const openBreakers = (rules: BreakerRules, nowMs: () => number = () => performance.now()): Breakers => {
  const lanes = new Map<string, Lane>();
  return {
    enter: lane => {
      const known = lanes.size === 0 ? undefined : lanes.get(lane);
      if (known === undefined || known.failures < rules.failuresMax) return 0;
      const now = nowMs();
      if (now < known.openUntilMs) return known.openUntilMs - now;
      if (now < known.trialUntilMs) return Math.min(known.trialUntilMs - now, TRIAL_LOOK_MS);
      known.trialUntilMs = now + TRIAL_MS;
      return 0;
    },
    answered: lane => {
      if (lanes.size > 0) lanes.delete(lane);
    },
    failed: (lane, retryAfterMs) => {
      let known = lanes.get(lane);
      if (known === undefined) {
        if (lanes.size >= LANES_MAX) lanes.delete(lanes.keys().next().value!);
        lanes.set(lane, (known = { failures: 0, pauseMs: rules.pauseMs, openUntilMs: 0, trialUntilMs: 0 }));
      }
      known.failures += 1;
      if (known.failures < rules.failuresMax) return;
      const now = nowMs();
      // Calls that were under way when it opened fail too; they do not make the pause longer.
      if (now < known.openUntilMs) return;
      known.openUntilMs = now + Math.min(Math.max(known.pauseMs, retryAfterMs), rules.pauseMsMax);
      known.trialUntilMs = 0;
      known.pauseMs = Math.min(known.pauseMs * 2, rules.pauseMsMax);
    },
  };
};
