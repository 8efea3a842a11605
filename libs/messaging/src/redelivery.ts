/** Longest wait before a batch is delivered again, ms: the relay rings unfinished work on its own clock, so longer would be pointless. */
const REDELIVER_AFTER_MS_MAX = 30_000;

/** Wait before the next delivery after `deliveries` failed ones, ms: doubles from `firstMs`. */
export const redeliveryDelayMs = (deliveries: number, firstMs: number): number =>
  Math.min(firstMs * 2 ** Math.max(0, deliveries - 1), REDELIVER_AFTER_MS_MAX);
