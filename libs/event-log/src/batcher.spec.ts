import { describe, expect, it } from 'vitest';
import { batcher } from './batcher.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));
const settled = async () => {
  for (let n = 0; n < 5; n++) await turn();
};
const nothing = (): void => undefined;

/** A batcher that keeps its batches, and what it was told in which order. */
const recording = (handle: (items: number[]) => void | Promise<void> = nothing) => {
  const told: string[] = [];
  const batches = batcher<number>({
    handle: async items => {
      await handle(items);
      told.push(`handled ${items.join()}`);
    },
    onTaken: nothing,
    onFailure: error => void told.push(`failed ${(error as Error).message}`),
  });
  const add = (...items: number[]) => items.forEach(item => batches.add(item));
  return { batches, told, add };
};

describe('batches', () => {
  it('hold what came in one turn of the loop', async () => {
    const { told, add } = recording();
    add(1, 2);
    await Promise.resolve();
    add(3);
    await settled();
    add(4);
    await settled();
    expect(told).toEqual(['handled 1,2,3', 'handled 4']);
  });
  it('come one at a time, and gather meanwhile', async () => {
    let release = nothing;
    const { batches, told, add } = recording(items => (items.includes(1) ? new Promise(resolve => (release = resolve)) : undefined));
    add(1);
    await settled();
    add(2);
    await settled();
    add(3);
    await settled();
    expect(batches.waiting()).toBe(2);
    release();
    await settled();
    expect(told).toEqual(['handled 1', 'handled 2,3']);
  });
  it('pass a mark after everything before it', async () => {
    const { batches, told, add } = recording();
    batches.mark(() => void told.push('start'));
    add(1, 2);
    batches.mark(() => void told.push('after 2'));
    await settled();
    expect(told).toEqual(['start', 'handled 1,2', 'after 2']);
    batches.mark(() => void told.push('again'));
    await settled();
    expect(told.at(-1)).toBe('again');
  });
  it('end with the first that fails', async () => {
    const { told, add } = recording(items => {
      if (items.includes(2)) throw new Error('no');
    });
    add(1);
    await settled();
    add(2);
    await settled();
    add(3);
    await settled();
    expect(told).toEqual(['handled 1', 'failed no']);
  });
  it('stop after the one in hand', async () => {
    let release = nothing;
    const { batches, told, add } = recording(() => new Promise(resolve => (release = resolve)));
    add(1);
    await settled();
    add(2);
    const stopped = batches.stop().then(() => told.push('stopped'));
    await settled();
    expect(told).toEqual([]);
    release();
    await stopped;
    await settled();
    expect(told).toEqual(['handled 1', 'stopped']);
  });
});
