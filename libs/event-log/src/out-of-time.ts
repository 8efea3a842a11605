/** Our own clock ran out before the client settled: it sets no deadline of its own on batch appends, reads and subscriptions. */
export class OutOfTime extends Error {}

/** Resolves after `ms` milliseconds. */
export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
