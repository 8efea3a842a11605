/** Our own clock ran out before the client settled. */
export class OutOfTime extends Error {}

/**
 * Waits for a promise no longer than `limitMs`. The client sets no deadline of its own on batch appends, reads and subscriptions: a server
 * that accepts and never answers would be waited for without end.
 * @throws OutOfTime
 */
export const within = async <T>(limitMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTime(`no answer within ${limitMs} ms`)), Math.max(0, limitMs));
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
