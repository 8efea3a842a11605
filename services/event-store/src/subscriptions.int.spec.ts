import { END, START, eventTypeFilter, excludeSystemEvents, streamNameFilter, type EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, listen, numbered, numberedUpTo, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';

let store: SpecStore;
let client: EventStoreDBClient;

beforeAll(async () => {
  store = await startSpecStore();
  client = connect(store);
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

describe('a subscription to a stream', () => {
  it('delivers its history, says that it caught up, and goes on live', async () => {
    await client.appendToStream('story-1', numberedUpTo(3));
    const heard = listen(client.subscribeToStream('story-1', { fromRevision: START }));
    await heard.caughtUp();
    expect(heard.happenings).toEqual(['confirmation', 'event', 'event', 'event', 'caughtUp']);
    await client.appendToStream('story-2', numbered(1));
    await client.appendToStream('story-1', numbered(3));
    await heard.events(4);
    expect(heard.seen).toEqual(['story-1@0', 'story-1@1', 'story-1@2', 'story-1@3']);
    await heard.stop();
  });

  it('starts after a revision, or with what is new', async () => {
    await client.appendToStream('after-1', numberedUpTo(5));
    const later = listen(client.subscribeToStream('after-1', { fromRevision: 2n }));
    const live = listen(client.subscribeToStream('after-1', { fromRevision: END }));
    await Promise.all([later.caughtUp(), live.caughtUp()]);
    await client.appendToStream('after-1', numbered(5));
    await Promise.all([later.events(3), live.events(1)]);
    expect(later.seen).toEqual(['after-1@3', 'after-1@4', 'after-1@5']);
    expect(live.seen).toEqual(['after-1@5']);
    await Promise.all([later.stop(), live.stop()]);
  });

  it('may wait for a stream that does not exist yet', async () => {
    const heard = listen(client.subscribeToStream('unborn-1', { fromRevision: START }));
    await heard.caughtUp();
    await client.appendToStream('unborn-1', numbered(0));
    await heard.events(1);
    expect(heard.seen).toEqual(['unborn-1@0']);
    await heard.stop();
  });

  it('ends with stream-deleted when the stream is ended for ever', async () => {
    await client.appendToStream('ending-1', numbered(0));
    const heard = listen(client.subscribeToStream('ending-1', { fromRevision: START }));
    await heard.caughtUp();
    await client.tombstoneStream('ending-1');
    await heard.failed();
    expect(heard.errors[0]).toMatchObject({ type: 'stream-deleted', streamName: 'ending-1' });
    const late = listen(client.subscribeToStream('ending-1', { fromRevision: START }));
    await late.failed();
    expect(late.errors[0]).toMatchObject({ type: 'stream-deleted' });
  });
});

describe('a subscription to the whole log', () => {
  it('by stream prefix delivers history and live events of these streams only, in order', async () => {
    for (let n = 0; n < 40; n++) await client.appendToStream(`${n % 2 === 0 ? 'even' : 'odd'}-${n}`, numbered(n));
    const heard = listen(client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: ['even-'] }) }));
    await heard.caughtUp();
    await client.appendToStream('odd-live', numbered(1));
    await client.appendToStream('even-live', numbered(1));
    await heard.events(21);
    expect(heard.seen).toEqual([...Array.from({ length: 20 }, (_, n) => `even-${2 * n}@0`), 'even-live@0']);
    await heard.stop();
  });

  it('by stream regex, type prefix and type regex', async () => {
    await client.appendToStream('mixed-7', [numbered(0, 'AlphaHappened'), numbered(1, 'BetaHappened'), numbered(2, 'AlphaEnded')]);
    const filters = {
      streamRegex: streamNameFilter({ regex: '^mixed-[0-9]$' }),
      typePrefix: eventTypeFilter({ prefixes: ['Alpha'] }),
      typeRegex: eventTypeFilter({ regex: '^(Alpha|Beta)Happened$' }),
    };
    const expected = {
      streamRegex: ['mixed-7@0', 'mixed-7@1', 'mixed-7@2'],
      typePrefix: ['mixed-7@0', 'mixed-7@2'],
      typeRegex: ['mixed-7@0', 'mixed-7@1'],
    };
    for (const [name, filter] of Object.entries(filters)) {
      const heard = listen(client.subscribeToAll({ fromPosition: START, filter }));
      await heard.caughtUp();
      expect({ [name]: heard.seen }).toEqual({ [name]: expected[name as keyof typeof expected] });
      await heard.stop();
    }
  });

  it('starts after a position: the event there is not delivered again', async () => {
    const { position } = await client.appendToStream('resume-1', numbered(0));
    await client.appendToStream('resume-1', numbered(1));
    const heard = listen(client.subscribeToAll({ fromPosition: position as never, filter: streamNameFilter({ prefixes: ['resume-'] }) }));
    await heard.caughtUp();
    expect(heard.seen).toEqual(['resume-1@1']);
    await heard.stop();
  });

  it('from the end is live only, and excludes system events when asked to', async () => {
    const heard = listen(client.subscribeToAll({ fromPosition: END, filter: excludeSystemEvents() }));
    await heard.caughtUp();
    await client.setStreamMetadata('quiet-1', { maxCount: 5 });
    await client.appendToStream('quiet-1', numbered(0));
    await heard.events(1);
    expect(heard.seen).toEqual(['quiet-1@0']);
    await heard.stop();
  });

  it('reports checkpoints for what it looked at but did not deliver', async () => {
    const checkpoints: bigint[] = [];
    const checkpointReached = async (_: unknown, { commit }: { commit: bigint }): Promise<void> => void checkpoints.push(commit);
    const filter = streamNameFilter({ prefixes: ['nothing-like-this-'], maxSearchWindow: 10, checkpointInterval: 2, checkpointReached });
    const heard = listen(client.subscribeToAll({ fromPosition: START, filter }));
    await heard.caughtUp();
    const caughtUpAt = checkpoints.at(-1);
    expect(caughtUpAt).toBe(BigInt(store.stats().endPosition));
    const { position } = await client.appendToStream('checkpoint-1', numberedUpTo(20));
    await expect.poll(() => checkpoints.at(-1)).toBe(position?.commit);
    expect([...checkpoints].sort((a, b) => Number(a - b))).toEqual(checkpoints);
    await heard.stop();
  });

  it('can resume from every checkpoint without missing or repeating a match', async () => {
    const checkpoints: { commit: bigint; prepare: bigint }[] = [];
    const checkpointReached = async (_: unknown, at: { commit: bigint; prepare: bigint }): Promise<void> => void checkpoints.push(at);
    const prefixes = ['even-'];
    const all = listen(
      client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes, maxSearchWindow: 5, checkpointReached }) }),
    );
    await all.caughtUp();
    for (const fromPosition of checkpoints) {
      const rest = listen(client.subscribeToAll({ fromPosition, filter: streamNameFilter({ prefixes }) }));
      await rest.caughtUp();
      expect(all.seen.slice(all.seen.length - rest.seen.length)).toEqual(rest.seen);
      await rest.stop();
    }
    expect(checkpoints.length).toBeGreaterThan(1);
    await all.stop();
  });

  it('with a filter that is no regular expression is refused', async () => {
    const heard = listen(client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) }));
    await heard.failed();
    expect(heard.errors[0]?.message).toContain('not a valid regular expression');
  });

  it('that reads slowly gets everything once, from disk when memory no longer reaches back', async () => {
    const slow = client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: ['flood-'] }) }, { highWaterMark: 1 });
    await new Promise(resolve => slow.once('caughtUp', () => resolve(undefined)));
    slow.pause();
    const data = 'x'.repeat(2_000);
    for (let round = 0; round < 30; round++) {
      const events = Array.from({ length: 400 }, (_, n) => ({ ...numbered(round * 400 + n), data: { n: round * 400 + n, data } }));
      await client.appendToStream(`flood-${round}`, events);
    }
    const seen: number[] = [];
    slow.on('data', ({ event }) => seen.push(Number((event?.data as { n: number } | undefined)?.n)));
    slow.resume();
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(12_000);
    expect(seen).toEqual(Array.from({ length: 12_000 }, (_, n) => n));
    await slow.unsubscribe();
  });
});

describe('a subscription while metadata is written', () => {
  it('misses nothing', async () => {
    const heard = listen(client.subscribeToAll({ fromPosition: END, filter: streamNameFilter({ prefixes: ['busy-'] }) }));
    await heard.caughtUp();
    const writes: Promise<unknown>[] = [];
    for (let n = 0; n < 300; n++) {
      writes.push(client.appendToStream(`busy-${n}`, numbered(n)));
      if (n % 10 === 0) writes.push(client.setStreamMetadata(`busy-${n}`, { owner: `us ${n}` }));
    }
    await Promise.all(writes);
    await heard.events(300);
    expect(heard.seen).toHaveLength(300);
    expect(new Set(heard.seen).size).toBe(300);
    await heard.stop();
  });
});

describe('a subscription whose client goes away', () => {
  it('is forgotten by the store', async () => {
    // The call that carries this client's appends stays open.
    await expect.poll(() => store.stats().openCalls).toBe(1);
    const heard = listen(client.subscribeToAll());
    await heard.caughtUp();
    expect(store.stats().openCalls).toBe(2);
    await heard.stop();
    await expect.poll(() => store.stats().openCalls).toBe(1);
  });
});
