import { describe, expect, it } from 'vitest';
import { watchLoopLag } from './loop-lag.ts';

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const block = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('the lag of the event loop', () => {
  it('shows a loop that is held up, and forgets it', async () => {
    const lag = watchLoopLag();
    await pause(50);
    block(400);
    await pause(30);
    expect(lag.lagMs()).toBeGreaterThan(30);
    await expect.poll(() => lag.lagMs(), { timeout: 10_000 }).toBeLessThan(15);
    lag.close();
  });
});
