import type { Event, RecordedEvent } from '@holdpoint/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LogUnavailable, RevisionConflict } from './errors.ts';
import { BLOCK_KEYS, openKeyBlocks, type KeyBlocks } from './key-blocks.ts';
import type { EventLog } from './log-types.ts';

/** A log of one block, with what may go wrong in it. */
const aLog = () => {
  const stored: RecordedEvent[] = [];
  const state = { hidden: 0, loads: 0, cutFails: 0, conflicts: 0 };
  const log: Pick<EventLog, 'append' | 'load' | 'setMaxCount'> = {
    append: (stream, [event], { tenant, expectedRevision }) => {
      if (expectedRevision !== 'none' && state.conflicts-- > 0) return Promise.reject(new RevisionConflict(stream, 0, 1));
      expect(expectedRevision).toBe(stored.length === 0 ? 'none' : stored.length - 1);
      stored.push({ ...(event as Event), stream, revision: stored.length, id: 'e', metadata: { tenant } } as RecordedEvent);
      return Promise.resolve({ revision: stored.length - 1, position: '1' });
    },
    load: () => {
      state.loads++;
      return Promise.resolve({ events: stored.slice(state.hidden), revision: stored.length - 1 });
    },
    setMaxCount: (_stream, maxCount) => {
      if (state.cutFails-- > 0) return Promise.reject(new LogUnavailable('unreachable', 1, 'away'));
      state.hidden = stored.length - maxCount;
      return Promise.resolve();
    },
  };
  return { log, stored, state };
};
const keysIn = (event: RecordedEvent) => (event as RecordedEvent<'DataKeysStored'>).data.private.keys;

let opened: KeyBlocks | null = null;
const open = (log: Parameters<typeof openKeyBlocks>[0]): KeyBlocks => (opened = openKeyBlocks(log));
afterEach(() => {
  opened?.close();
  vi.useRealTimers();
});

describe('a block of data keys', () => {
  it('is on record before its keys are given out, all of them different', async () => {
    const { log, stored } = aLog();
    const block = await open(log).make('org_a');
    expect(stored).toHaveLength(1);
    expect(new Set(keysIn(stored[0]!)).size).toBe(BLOCK_KEYS);
    const other = openKeyBlocks(log);
    await other.fetch([block.id]);
    expect(other.at(`${block.id}.3`)!.open(block.keys[3]!.seal('x', 'here'), 'here')).toBe('x');
    other.close();
  });
  it('is read once for all who ask at the same time, and forgotten ten minutes later', async () => {
    vi.useFakeTimers();
    const { log, state } = aLog();
    const { id } = await openKeyBlocks(log).make('org_a');
    const blocks = open(log);
    await Promise.all([blocks.fetch([id]), blocks.fetch([id])]);
    expect(state.loads).toBe(1);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(blocks.at(`${id}.0`)).toBeDefined();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(blocks.at(`${id}.0`)).toBeUndefined();
  });
  it('that was fetched stays for a minute at least, although it was nearly forgotten', async () => {
    vi.useFakeTimers();
    const { log, state } = aLog();
    const blocks = open(log);
    const { id } = await blocks.make('org_a');
    await vi.advanceTimersByTimeAsync(7 * 60_000);
    await blocks.fetch([id]);
    expect(state.loads).toBe(0);
    await vi.advanceTimersByTimeAsync(2.9 * 60_000);
    await blocks.fetch([id]);
    expect(state.loads).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(blocks.at(`${id}.0`)).toBeDefined();
  });
  it('that is nowhere, or a key it never had, is as good as destroyed', async () => {
    const blocks = open(aLog().log);
    await blocks.fetch(['dk_gone']);
    expect(blocks.at('dk_gone.0')).toBeNull();
  });
});

describe('destroying keys', () => {
  it('leaves the others, and is finished by its repeat when it broke off before the old events were cut off', async () => {
    const { log, stored, state } = aLog();
    const blocks = open(log);
    const { id, keys } = await blocks.make('org_a');
    state.cutFails = 1;
    await expect(blocks.destroy([`${id}.1`, `${id}.5`])).rejects.toThrow(LogUnavailable);
    expect([stored.length, state.hidden]).toEqual([2, 0]);
    await blocks.destroy([`${id}.1`, `${id}.5`]);
    expect([stored.length, state.hidden]).toEqual([2, 1]);
    await blocks.fetch([id]);
    expect(Array.from(keys, (_, index) => blocks.at(`${id}.${index}`) === null).flatMap((gone, index) => (gone ? [index] : []))).toEqual([
      1, 5,
    ]);
    expect(stored[1]).toMatchObject({ data: { keys: BLOCK_KEYS - 2, destroyed: 2 } });
  });
  it('decides again when another key of the block was destroyed in between', async () => {
    const { log, stored, state } = aLog();
    const blocks = open(log);
    const { id } = await blocks.make('org_a');
    state.conflicts = 2;
    await blocks.destroy([`${id}.0`]);
    expect(keysIn(stored.at(-1)!)[0]).toBeNull();
  });
  it('is in force at once in the process that did it', async () => {
    const { log } = aLog();
    const blocks = open(log);
    const { id } = await blocks.make('org_a');
    expect(blocks.at(`${id}.7`)).toBeTruthy();
    await blocks.destroy([`${id}.7`]);
    expect(blocks.at(`${id}.7`)).toBeUndefined();
    await blocks.fetch([id]);
    expect(blocks.at(`${id}.7`)).toBeNull();
  });
});
