import { describe, expect, it } from 'vitest';
import { openSlots } from './slots.ts';

const gate = () => {
  let open = (): void => {};
  const passed = new Promise<void>(resolve => (open = resolve));
  return { passed, open };
};

describe('slots', () => {
  it('run no more at a time than there are, and start the rest in the order they came', async () => {
    const slots = openSlots(2);
    const gates = Array.from({ length: 5 }, gate);
    const started: number[] = [];
    const all = gates.map(({ passed }, index) =>
      slots.run(async () => {
        started.push(index);
        await passed;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await all[1];
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  });

  it('are given back by work that fails', async () => {
    const slots = openSlots(1);
    await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(slots.run(() => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('are all free again after a flood', async () => {
    const slots = openSlots(3);
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => slots.run(() => Promise.resolve(index))));
    const results = await Promise.all([1, 2, 3].map(value => slots.run(() => Promise.resolve(value))));
    expect(results).toEqual([1, 2, 3]);
  });
});
