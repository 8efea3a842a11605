/** How often the loop is asked, milliseconds: often enough to see a stall within one request's patience, rare enough to cost nothing. */
const SAMPLE_MS = 20;
/** Samples looked back on: 10 × 20 ms. One garbage collection is forgotten after 200 ms. */
const SAMPLES = 10;

export type LoopLag = {
  /** How late a timer fires at the moment, milliseconds, as the mean of the last 200 ms. */
  lagMs(): number;
  close(): void;
};

/** Watches how late this process's event loop runs. A service sheds load on this rather than on CPU: it is what a caller feels. */
export const watchLoopLag = (): LoopLag => {
  const samples = new Float64Array(SAMPLES);
  let next = 0;
  let sum = 0;
  let due = performance.now() + SAMPLE_MS;
  const timer = setInterval(() => {
    const at = performance.now();
    const lag = Math.max(0, at - due);
    due = at + SAMPLE_MS;
    sum += lag - samples[next]!;
    samples[next] = lag;
    next = (next + 1) % SAMPLES;
  }, SAMPLE_MS);
  timer.unref();
  return { lagMs: () => sum / SAMPLES, close: () => clearInterval(timer) };
};
