import { describe, expect, it } from 'vitest';
import { openPlaces } from './places.ts';
import { openTurns } from './turns.ts';

const gate = () => {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
};
const turnOfTheLoop = () => new Promise(resolve => setImmediate(resolve));

describe('places per receiver', () => {
  it('lets so many calls through at a time, and the next in order when one is done', async () => {
    const places = openPlaces(2);
    const started: number[] = [];
    const gates = [gate(), gate(), gate()];
    const calls = gates.map(({ opened }, index) =>
      places.run('slow', async () => {
        started.push(index);
        await opened;
      }),
    );
    await turnOfTheLoop();
    expect(started).toEqual([0, 1]);
    gates[1]!.open();
    await turnOfTheLoop();
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(calls);
  });

  it('delays nobody else for a receiver that hangs', async () => {
    const places = openPlaces(1);
    void places.run('hangs', () => new Promise(() => {}));
    void places.run('hangs', async () => 'never');
    expect(await places.run('other', async () => 'done')).toBe('done');
  });

  it('gives its place back after a failure', async () => {
    const places = openPlaces(1);
    await expect(places.run('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await places.run('x', async () => 'next')).toBe('next');
  });

  it('refuses at once when too many wait', () => {
    const places = openPlaces(1);
    const answers = Array.from({ length: 2_002 }, () => places.run('hangs', () => new Promise(() => {})));
    expect(answers.filter(answer => answer === null)).toHaveLength(1);
  });
});

describe('turns per run', () => {
  it('come one after the other, also after a failure', async () => {
    const turns = openTurns();
    const order: string[] = [];
    const { open, opened } = gate();
    const first = turns.take('run', async () => {
      await opened;
      order.push('first');
      throw new Error('lost');
    });
    const second = turns.take('run', async () => order.push('second'));
    const other = turns.take('other run', async () => order.push('other'));
    await other;
    open();
    await expect(first).rejects.toThrow('lost');
    await second;
    expect(order).toEqual(['other', 'first', 'second']);
  });
});
