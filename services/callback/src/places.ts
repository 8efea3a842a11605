/**
 * Places per key: at most `perKey` calls under way for one receiver, the others wait in order. A slow receiver so fills its own places
 * and nobody else's.
 */
export type Places = {
  /** Runs `work` when a place is free. @returns null at once when too many wait already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> | null;
};

/** Calls that may wait for one key, and for all. What does not fit comes again later, by the log. */
const WAITING_PER_KEY_MAX = 2_000;
const WAITING_MAX = 20_000;

export const openPlaces = (perKey: number): Places => {
  const keys = new Map<string, { busy: number; waiting: (() => void)[] }>();
  let waitingInAll = 0;
  const leave = (key: string) => {
    const places = keys.get(key);
    if (places === undefined) return;
    const next = places.waiting.shift();
    if (next !== undefined) {
      waitingInAll -= 1;
      return next();
    }
    places.busy -= 1;
    if (places.busy === 0) keys.delete(key);
  };
  /** @returns true with a place, a promise of one, or null when too many wait. */
  const enter = (key: string): true | Promise<void> | null => {
    let places = keys.get(key);
    if (places === undefined) keys.set(key, (places = { busy: 0, waiting: [] }));
    if (places.busy < perKey) {
      places.busy += 1;
      return true;
    }
    const { waiting } = places;
    if (waiting.length >= WAITING_PER_KEY_MAX || waitingInAll >= WAITING_MAX) return null;
    waitingInAll += 1;
    return new Promise(resolve => waiting.push(resolve));
  };
  const workAt = async <T>(key: string, place: true | Promise<void>, work: () => Promise<T>): Promise<T> => {
    try {
      if (place !== true) await place;
      return await work();
    } finally {
      leave(key);
    }
  };
  return {
    run: (key, work) => {
      const place = enter(key);
      return place === null ? null : workAt(key, place, work);
    },
  };
};
