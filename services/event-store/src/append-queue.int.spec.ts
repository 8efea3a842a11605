import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { startAppendQueue, type AppendQueue, type ChangeOutcome } from './append-queue.ts';
import { NO_STREAM } from './append-request.ts';
import { APPEND, STORE_FAILED, WRITTEN, type StreamChange } from './group-wire.ts';
import type { LogEvent } from './log-event.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true })));

type Started = { queue: AppendQueue; committed: LogEvent[][]; broken: Error[] };

const start = async (): Promise<Started> => {
  const folder = mkdtempSync(join(tmpdir(), 'event-store-queue-'));
  folders.push(folder);
  const committed: LogEvent[][] = [];
  const broken: Error[] = [];
  const data = { file: join(folder, 'log.db'), auditCategories: [] };
  const queue = await startAppendQueue(
    data,
    events => committed.push(events),
    reason => broken.push(reason),
  );
  return { queue, committed, broken };
};

const change = (stream: string): StreamChange => ({
  kind: APPEND,
  stream,
  expected: NO_STREAM,
  deadlineMs: Infinity,
  events: [{ id: randomUUID(), type: 'Happened', isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) }],
});

const submit = (queue: AppendQueue, stream: string): Promise<ChangeOutcome> =>
  new Promise(resolve => queue.submit(change(stream), resolve));

describe('the append queue', () => {
  it('commits what arrives in one turn together, and hands the events on in the order of their positions', async () => {
    const { queue, committed } = await start();
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => submit(queue, `order-${n}`)));
    expect(outcomes.every(({ code }) => code === WRITTEN)).toBe(true);
    expect(committed).toHaveLength(1);
    const positions = committed.flat().map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((left, right) => left - right));
    expect(outcomes.map(({ position }) => position)).toEqual(positions);
    await queue.close();
  });

  it('lets the next append wait for company after a crowd, and nobody alone', async () => {
    const { queue, committed } = await start();
    await Promise.all(Array.from({ length: 8 }, (_, n) => submit(queue, `order-${n}`)));
    const first = submit(queue, 'order-first');
    await new Promise(setImmediate);
    const second = submit(queue, 'order-second');
    await Promise.all([first, second]);
    await submit(queue, 'order-alone');
    expect(committed.map(events => events.length)).toEqual([8, 2, 1]);
    await queue.close();
  });

  it('writes what is still queued when it closes', async () => {
    const { queue } = await start();
    const outcome = submit(queue, 'order-last');
    await queue.close();
    expect((await outcome).code).toBe(WRITTEN);
  });

  it('whose writer dies answers everybody, refuses what comes later, and still closes', async () => {
    const writers: Worker[] = [];
    process.once('worker', worker => writers.push(worker));
    const { queue, broken } = await start();
    const waiting = Array.from({ length: 5 }, (_, n) => submit(queue, `order-${n}`));
    await writers[0]?.terminate();
    for (const { code } of await Promise.all(waiting)) expect([WRITTEN, STORE_FAILED]).toContain(code);
    expect(broken).toHaveLength(1);
    expect(await submit(queue, 'order-later')).toMatchObject({ code: STORE_FAILED, failure: 'the writer thread ended' });
    await queue.close();
  });
});
