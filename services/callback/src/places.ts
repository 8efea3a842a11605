/**
 * Places per key: at most `perKey` calls under way for one address, the others wait in order. A slow receiver so fills its own places
 * and nobody else's.
 */
export type Places = {
  /** Runs `work` when a place is free. @returns null at once when too many wait already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> | null;
};

/** Calls that may wait for one address. What does not fit is left to the relay, which rings unfinished work again. */
const WAITING_PER_KEY_MAX = 2_000;

export const openPlaces = (perKey: number): Places => {
  const keys = new Map<string, { busy: number; waiting: (() => void)[] }>();
  const leave = (key: string) => {
    const places = keys.get(key);
    if (places === undefined) return;
    const next = places.waiting.shift();
    if (next !== undefined) return next();
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
    return waiting.length >= WAITING_PER_KEY_MAX ? null : new Promise(resolve => waiting.push(resolve));
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
