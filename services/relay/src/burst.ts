import type { Pace } from './pace.ts';

/** The rate is taken over this long, ms, in slots: long enough that a crowd that asks in one moment looks like what it is on average. */
export const BURST_SPAN_MS = 200;
const SLOTS = 5;
const SLOT_MS = BURST_SPAN_MS / SLOTS;
/** In a burst at least so many requests come for each one that is decided. Below it the gate is part of what agents wait for, and nobody goes first. */
const PER_DECISION_MIN = 2;

/**
 * Whether requests come in faster than anybody decides them: then accepting them comes first, and the rules a moment later. Told by the rate of the
 * last {@link BURST_SPAN_MS}, not by a backlog: a worker that keeps up takes half of the machine from the accepts and never has one.
 */
export const openBurst = ({ burstPerSec }: Pick<Pace, 'burstPerSec'>) => {
  const accepted = new Float64Array(SLOTS);
  const decided = new Float64Array(SLOTS);
  const burstItems = (burstPerSec * BURST_SPAN_MS) / 1_000;
  let slot = Number.NEGATIVE_INFINITY;
  let on = false;

  /** Empties the slots that time has passed over. A clock that was set back starts anew. */
  const turnTo = (nowMs: number): number => {
    const now = Math.floor(nowMs / SLOT_MS);
    if (now !== slot) {
      const first = now > slot && now - slot < SLOTS ? slot + 1 : now - SLOTS + 1;
      for (let passed = first; passed <= now; passed += 1) accepted[passed % SLOTS] = decided[passed % SLOTS] = 0;
      slot = now;
    }
    return now % SLOTS;
  };

  return {
    accepted: (nowMs: number): void => void (accepted[turnTo(nowMs)]! += 1),
    decided: (nowMs: number): void => void (decided[turnTo(nowMs)]! += 1),
    isOn: (nowMs: number): boolean => {
      turnTo(nowMs);
      const accepts = sum(accepted);
      // It ends at half the rate that begins it: at its edge it would come and go, and each time the work put off would get in the way of the accepts.
      on = accepts >= (on ? burstItems / 2 : burstItems) && accepts >= PER_DECISION_MIN * sum(decided);
      return on;
    },
    /** A burst that goes on until here is over by then if nothing more is accepted, milliseconds since 1970. */
    overByMs: (nowMs: number): number => (Math.floor(nowMs / SLOT_MS) + 1) * SLOT_MS,
  };
};

const sum = (counts: Float64Array): number => {
  let total = 0;
  for (const count of counts) total += count;
  return total;
};
