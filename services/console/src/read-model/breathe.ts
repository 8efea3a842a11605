/**
 * Longest stretch of writing before others get their turn, ms. A batch of 400 events takes 10 ms in one piece and a large one 30; requests that come
 * meanwhile would wait that long, and several times that long on a busy loop. In stretches it takes no longer in all.
 */
const HOLD_MS = 2;

let sinceMs = 0;

/** Lets the event loop turn when the read model has held it for {@link HOLD_MS}. To be awaited between statements; the transaction stays open. */
export const breathe = (): Promise<void> | undefined => {
  if (performance.now() - sinceMs < HOLD_MS) return undefined;
  return new Promise(resolve => {
    setImmediate(() => {
      sinceMs = performance.now();
      resolve();
    });
  });
};
