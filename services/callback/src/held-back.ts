/** What waits behind a breaker, as far as this process knows it: all of it is in the log too, with a time at which the relay asks again. */
export type HeldBack = {
  /** Remembers that `id` waits for the receiver of this lane. */
  add(lane: string, id: string): void;
  /** The receiver answers again: some of what waits for it goes now, before its time. */
  answered(lane: string): void;
};

/** Remembered in all; what is more waits for its time. */
const HELD_MAX = 20_000;
/** Each answer lets so many more go, so that who comes back is met by one, then two, then four, and by none as soon as it fails again. */
const PER_ANSWER = 2;

/** @param send starts sending, and handles what goes wrong */
export const openHeldBack = (send: (id: string) => void): HeldBack => {
  const lanes = new Map<string, Set<string>>();
  let held = 0;
  return {
    add: (lane, id) => {
      const ids = lanes.get(lane) ?? new Set();
      if (ids.has(id) || held >= HELD_MAX) return;
      lanes.set(lane, ids.add(id));
      held += 1;
    },
    answered: lane => {
      const ids = lanes.size === 0 ? undefined : lanes.get(lane);
      if (ids === undefined) return;
      const next = [...ids].slice(0, PER_ANSWER);
      for (const id of next) ids.delete(id);
      held -= next.length;
      if (ids.size === 0) lanes.delete(lane);
      next.forEach(send);
    },
  };
};
