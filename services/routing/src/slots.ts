/** Runs at most so many pieces of work at a time, in the order they came. */
export type Slots = { run<T>(work: () => Promise<T>): Promise<T> };

export const openSlots = (inFlightMax: number): Slots => {
  let running = 0;
  const waiting: (() => void)[] = [];
  let head = 0;
  const next = (): void => {
    const start = waiting[head];
    if (start === undefined) {
      running -= 1;
      return;
    }
    head += 1;
    if (head === waiting.length) {
      waiting.length = 0;
      head = 0;
    }
    start();
  };
  const place = (): Promise<void> | undefined => {
    if (running < inFlightMax) {
      running += 1;
      return undefined;
    }
    return new Promise(resolve => waiting.push(resolve));
  };
  return {
    run: async work => {
      await place();
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
};
