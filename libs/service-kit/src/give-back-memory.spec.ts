import { getHeapSpaceStatistics } from 'node:v8';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { giveBackMemory } from './give-back-memory.ts';

const later = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const youngMiB = () => getHeapSpaceStatistics().find(space => space.space_name === 'new_space')!.space_size / 2 ** 20;
const WINDOW_MS = 50;
const work = (ms: number) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe('giving back what starting took', () => {
  let callOff = () => {};
  afterEach(() => callOff());

  it('waits for as long as the loop is busy, and happens once', async () => {
    const collect = vi.fn<() => void>();
    callOff = giveBackMemory(collect, WINDOW_MS);
    for (let turn = 0; turn < 12; turn += 1) {
      work(20);
      await later(1);
    }
    expect(collect).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(collect).toHaveBeenCalledOnce(), 5_000);
    await later(6 * WINDOW_MS);
    expect(collect).toHaveBeenCalledOnce();
  });

  it('leaves it after ten windows of work', async () => {
    const collect = vi.fn<() => void>();
    callOff = giveBackMemory(collect, WINDOW_MS);
    const until = performance.now() + 20 * WINDOW_MS;
    while (performance.now() < until) {
      work(20);
      await later(1);
    }
    await later(6 * WINDOW_MS);
    expect(collect).not.toHaveBeenCalled();
  });

  it('shrinks the young generation', async () => {
    const kept: object[] = [];
    for (let count = 0; count < 400_000; count += 1) kept.push({ count });
    const before = youngMiB();
    expect(before).toBeGreaterThan(2);
    callOff = giveBackMemory();
    await vi.waitFor(() => expect(youngMiB()).toBeLessThan(before / 2), 5_000);
    expect(kept).toHaveLength(400_000);
  });

  it('can be called off', async () => {
    const collect = vi.fn<() => void>();
    giveBackMemory(collect, WINDOW_MS)();
    await later(6 * WINDOW_MS);
    expect(collect).not.toHaveBeenCalled();
  });
});
