import { BACKWARDS, END, FORWARDS, START, type EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, numbered, numberedUpTo, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';

let store: SpecStore;
let client: EventStoreDBClient;
const positions: { commit: bigint; prepare: bigint }[] = [];

beforeAll(async () => {
  store = await startSpecStore();
  client = connect(store);
  for (let n = 0; n < 5; n++) {
    for (const stream of ['left-1', 'right-1']) {
      const { position } = await client.appendToStream(stream, numbered(n));
      positions.push(position as { commit: bigint; prepare: bigint });
    }
  }
  await client.appendToStream('long-1', numberedUpTo(900));
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

const left = (...revisions: number[]): string[] => revisions.map(revision => `left-1@${revision}`);

describe('reading a stream', () => {
  it('goes forwards from the start, the end, or a revision, which is included', async () => {
    expect(await places(client.readStream('left-1'))).toEqual(left(0, 1, 2, 3, 4));
    expect(await places(client.readStream('left-1', { fromRevision: 3n }))).toEqual(left(3, 4));
    expect(await places(client.readStream('left-1', { fromRevision: END }))).toEqual([]);
    expect(await places(client.readStream('left-1', { fromRevision: 99n }))).toEqual([]);
  });

  it('goes backwards from the end, the start, or a revision, which is included', async () => {
    expect(await places(client.readStream('left-1', { direction: BACKWARDS, fromRevision: END }))).toEqual(left(4, 3, 2, 1, 0));
    expect(await places(client.readStream('left-1', { direction: BACKWARDS, fromRevision: 1n }))).toEqual(left(1, 0));
    expect(await places(client.readStream('left-1', { direction: BACKWARDS, fromRevision: START }))).toEqual(left(0));
    expect(await places(client.readStream('left-1', { direction: BACKWARDS, fromRevision: 99n }))).toEqual(left(4, 3, 2, 1, 0));
  });

  it('stops at the count', async () => {
    expect(await places(client.readStream('left-1', { maxCount: 2 }))).toEqual(left(0, 1));
    expect(await places(client.readStream('left-1', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))).toEqual(left(4));
    expect(await places(client.readStream('left-1', { maxCount: 0 }))).toEqual([]);
  });

  it('pages through a stream longer than a page, both ways', async () => {
    const forwards = await places(client.readStream('long-1', { direction: FORWARDS }));
    expect(forwards).toHaveLength(900);
    expect(forwards.at(-1)).toBe('long-1@899');
    expect(await places(client.readStream('long-1', { direction: BACKWARDS, fromRevision: END }))).toEqual([...forwards].reverse());
    expect(await places(client.readStream('long-1', { maxCount: 300 }))).toEqual(forwards.slice(0, 300));
  });

  it('that does not exist says so', async () => {
    expect(await rejection(places(client.readStream('left-nobody')))).toMatchObject({
      type: 'stream-not-found',
      streamName: 'left-nobody',
    });
  });
});

describe('reading the whole log', () => {
  it('goes forwards from the start or from a position, which is included', async () => {
    const everything = await places(client.readAll());
    expect(everything.slice(0, 4)).toEqual(['left-1@0', 'right-1@0', 'left-1@1', 'right-1@1']);
    expect(everything).toHaveLength(910);
    expect(await places(client.readAll({ fromPosition: positions[2] as never, maxCount: 2 }))).toEqual(['left-1@1', 'right-1@1']);
    expect(await places(client.readAll({ fromPosition: END }))).toEqual([]);
  });

  it('goes backwards from the end or from a position, taking what was written before it', async () => {
    expect(await places(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 2 }))).toEqual(['long-1@899', 'long-1@898']);
    expect(await places(client.readAll({ direction: BACKWARDS, fromPosition: positions[2] as never }))).toEqual(['right-1@0', 'left-1@0']);
    expect(await places(client.readAll({ direction: BACKWARDS, fromPosition: START }))).toEqual([]);
  });

  it('gives positions that grow, are the same for commit and prepare, and leave gaps', async () => {
    for (const [index, { commit, prepare }] of positions.entries()) {
      expect(commit).toBe(prepare);
      const before = positions[index - 1]?.commit ?? 0n;
      expect(commit - before).toBeGreaterThan(32n);
    }
  });
});

describe('a read and what is written meanwhile', () => {
  it('sees an append as soon as it was answered', async () => {
    for (let n = 0; n < 50; n++) {
      await client.appendToStream('fresh-1', numbered(n));
      const [newest] = await places(client.readStream('fresh-1', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));
      expect(newest).toBe(`fresh-1@${n}`);
    }
  });
});
