import { randomUUID } from 'node:crypto';
import { ANY, NO_STREAM, STREAM_EXISTS, binaryEvent, jsonEvent, type EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, numbered, numberedUpTo, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';

let store: SpecStore;
let client: EventStoreDBClient;
let count = 0;
const freshStream = (): string => `order-${++count}`;

beforeAll(async () => {
  store = await startSpecStore();
  client = connect(store);
});
afterAll(async () => {
  await client.dispose();
  await removeStore(store);
});

describe('an append', () => {
  it('answers with the revision and position of its last event', async () => {
    const stream = freshStream();
    const result = await client.appendToStream(stream, numberedUpTo(3), { expectedRevision: NO_STREAM });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 2n });
    const events = [];
    for await (const { event } of client.readStream(stream)) events.push(event);
    expect(events.at(-1)?.position).toEqual(result.position);
  });

  it('keeps id, type, data, metadata and the kind of content', async () => {
    const stream = freshStream();
    const json = jsonEvent({ type: 'Ünïcode ✓', data: { text: '→ naïve', deep: { n: 1.5 } }, metadata: { $correlationId: 'run_1' } });
    const binary = binaryEvent({ type: 'Bytes', data: Buffer.from([0, 1, 254, 255]), metadata: Buffer.from([7]) });
    const before = Date.now();
    await client.appendToStream(stream, [json, binary]);
    const events = [];
    for await (const { event } of client.readStream(stream)) events.push(event);
    expect(events[0]).toMatchObject({ id: json.id, type: json.type, isJson: true, data: json.data, metadata: json.metadata, revision: 0n });
    expect(events[1]).toMatchObject({ id: binary.id, type: 'Bytes', isJson: false, revision: 1n });
    expect(Array.from(events[1]?.data as Uint8Array)).toEqual([0, 1, 254, 255]);
    expect(events[0]?.created.getTime()).toBeGreaterThanOrEqual(before - 1);
  });

  it('expecting no stream conflicts when there is one', async () => {
    const stream = freshStream();
    await client.appendToStream(stream, numberedUpTo(2), { expectedRevision: NO_STREAM });
    const error = await rejection(client.appendToStream(stream, numbered(9), { expectedRevision: NO_STREAM }));
    expect(error).toMatchObject({ type: 'wrong-expected-version', streamName: stream, expectedVersion: 'no_stream', actualVersion: 1n });
  });

  it('expecting a revision conflicts with a missing stream, a lower and a higher revision', async () => {
    const stream = freshStream();
    const missing = await rejection(client.appendToStream(stream, numbered(0), { expectedRevision: 0n }));
    expect(missing).toMatchObject({ type: 'wrong-expected-version', expectedVersion: 0n, actualVersion: 'no_stream' });
    await client.appendToStream(stream, numberedUpTo(3));
    expect(await rejection(client.appendToStream(stream, numbered(0), { expectedRevision: 1n }))).toMatchObject({ actualVersion: 2n });
    expect(await rejection(client.appendToStream(stream, numbered(0), { expectedRevision: 7n }))).toMatchObject({ actualVersion: 2n });
    await expect(client.appendToStream(stream, numbered(0), { expectedRevision: 2n })).resolves.toMatchObject({ nextExpectedRevision: 3n });
  });

  it('expecting an existing stream needs one', async () => {
    const stream = freshStream();
    const error = await rejection(client.appendToStream(stream, numbered(0), { expectedRevision: STREAM_EXISTS }));
    expect(error).toMatchObject({ type: 'wrong-expected-version', expectedVersion: 'stream_exists', actualVersion: 'no_stream' });
    await client.appendToStream(stream, numbered(0), { expectedRevision: ANY });
    await expect(client.appendToStream(stream, numbered(1), { expectedRevision: STREAM_EXISTS })).resolves.toMatchObject({ success: true });
  });

  it('repeated at the same revision with the same ids is answered like the first time, and stored once', async () => {
    const stream = freshStream();
    const events = numberedUpTo(3);
    const first = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    await client.appendToStream(stream, numbered(9), { expectedRevision: 2n });
    await expect(client.appendToStream(stream, events, { expectedRevision: NO_STREAM })).resolves.toEqual(first);
    await expect(client.appendToStream(stream, events.slice(1), { expectedRevision: 0n })).resolves.toEqual(first);
    expect(await places(client.readStream(stream))).toHaveLength(4);
  });

  it('repeated only in part is a conflict', async () => {
    const stream = freshStream();
    const events = numberedUpTo(2);
    await client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    const [first] = events;
    const error = await rejection(client.appendToStream(stream, [first as never, numbered(5)], { expectedRevision: NO_STREAM }));
    expect(error).toMatchObject({ type: 'wrong-expected-version' });
    expect(await places(client.readStream(stream))).toHaveLength(2);
  });

  it('of a recent event with any revision is stored once; the same id in another stream is another event', async () => {
    const stream = freshStream();
    const event = numbered(1);
    const first = await client.appendToStream(stream, event, { expectedRevision: ANY });
    await expect(client.appendToStream(stream, event, { expectedRevision: ANY })).resolves.toEqual(first);
    await expect(client.appendToStream(freshStream(), event, { expectedRevision: ANY })).resolves.not.toEqual(first);
    expect(await places(client.readStream(stream))).toHaveLength(1);
  });

  it('of the same id at a later revision is stored again: ids alone do not make appends idempotent', async () => {
    const stream = freshStream();
    const event = numbered(1);
    await client.appendToStream(stream, event, { expectedRevision: NO_STREAM });
    await client.appendToStream(stream, event, { expectedRevision: 0n });
    expect(await places(client.readStream(stream))).toHaveLength(2);
  });

  it('races of many writers for one revision have one winner', async () => {
    const stream = freshStream();
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => client.appendToStream(stream, numbered(n), { expectedRevision: NO_STREAM })),
    );
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
    expect(await places(client.readStream(stream))).toEqual([`${stream}@0`]);
  });

  it('over several messages is written as one', async () => {
    const stream = freshStream();
    const events = Array.from({ length: 40 }, () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1_000) } }));
    const result = await client.appendToStream(stream, events, { expectedRevision: NO_STREAM, batchAppendSize: 4_096 });
    expect(result.nextExpectedRevision).toBe(39n);
    expect(await places(client.readStream(stream))).toHaveLength(40);
  });

  it('without events changes nothing', async () => {
    const stream = freshStream();
    await client.appendToStream(stream, numbered(1));
    await expect(client.appendToStream(stream, [], { expectedRevision: 0n })).resolves.toMatchObject({ nextExpectedRevision: 0n });
    expect(await places(client.readStream(stream))).toHaveLength(1);
  });
});

describe('an append that is refused', () => {
  it('is larger than an append may be', async () => {
    const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1024 * 1024) } });
    const error = await rejection(client.appendToStream(freshStream(), large));
    expect(error).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: 1024 * 1024 });
    const many = Array.from({ length: 30 }, () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(50_000) } }));
    expect(await rejection(client.appendToStream(freshStream(), many, { batchAppendSize: 100_000 }))).toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
  });

  it('names a stream that cannot be written to', async () => {
    expect((await rejection(client.appendToStream('$all', numbered(1)))).message).toContain('$all is the whole log');
    expect((await rejection(client.appendToStream('$$$$order-1', numbered(1)))).message).toContain('metadata stream has no metadata');
    expect((await rejection(client.appendToStream('x'.repeat(2_000), numbered(1)))).message).toContain('1024 bytes');
  });

  it('has an event id that is no UUID, or no type', async () => {
    expect((await rejection(client.appendToStream(freshStream(), { ...numbered(1), id: 'nonsense' }))).message).toContain('not a UUID');
    expect((await rejection(client.appendToStream(freshStream(), { ...numbered(1), type: '' }))).message).toContain("'type' is missing");
  });

  it('comes too late: its deadline has passed', async () => {
    const stream = freshStream();
    const error = await rejection(client.appendToStream(stream, numbered(1), { deadline: -1_000 }));
    expect(error).toMatchObject({ type: 'deadline-exceeded' });
    expect((await rejection(places(client.readStream(stream)))).type).toBe('stream-not-found');
  });
});

describe('many appends at once', () => {
  it('share commits, and each gets its own answer', async () => {
    const before = store.stats();
    const streams = Array.from({ length: 500 }, () => `burst-${randomUUID()}`);
    const results = await Promise.all(
      streams.map((stream, n) => client.appendToStream(stream, numbered(n), { expectedRevision: NO_STREAM })),
    );
    const positions = new Set(results.map(result => result.position?.commit));
    const after = store.stats();
    expect(positions.size).toBe(500);
    expect(after.events - before.events).toBe(500);
    expect(after.commits - before.commits).toBeLessThan(250);
    for (const [n, stream] of streams.entries()) {
      for await (const { event } of client.readStream(stream)) expect(event?.data).toEqual({ n });
    }
  });
});
