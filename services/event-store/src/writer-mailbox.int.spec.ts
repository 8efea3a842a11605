import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startAppendQueue, type AppendQueue, type ChangeOutcome } from './append-queue.ts';
import { ANY, NO_STREAM } from './append-request.ts';
import { APPEND, DELETE, WRITTEN, type StreamChange } from './group-wire.ts';
import type { LogEvent } from './log-event.ts';
import { openWriterLine } from './writer-mailbox.ts';
import type { WriterData } from './writer.worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-store-mailbox-'));
const queues: AppendQueue[] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const change = (stream: string, expected: number, bytes: number, kind: StreamChange['kind'] = APPEND): StreamChange => ({
  kind,
  stream,
  expected,
  deadlineMs: Infinity,
  events: [
    {
      id: randomUUID(),
      type: kind === DELETE ? '$metadata' : 'Happened',
      isJson: true,
      data: Buffer.alloc(bytes, '1'),
      metadata: Buffer.alloc(0),
    },
  ],
});

describe('the mailbox between the protocol and the writer', () => {
  it('carries small groups in memory and large ones as letters, one after the other, and the events the writer adds', async () => {
    const committed: LogEvent[] = [];
    const queue = await startAppendQueue(
      { file: join(folder, 'log.db'), auditCategories: [] },
      events => committed.push(...events),
      () => undefined,
    );
    queues.push(queue);
    const submit = (proposed: StreamChange): Promise<ChangeOutcome> => new Promise(resolve => queue.submit(proposed, resolve));
    for (const bytes of [0, 100, 300_000, 100, 900_000, 1]) {
      expect(await submit(change(`order-${bytes}-${randomUUID()}`, NO_STREAM, bytes))).toMatchObject({ code: WRITTEN, revision: 0 });
      expect(committed.at(-1)?.data.length).toBe(bytes);
    }
    const softDeletion = { ...change('order-again', ANY, 0, DELETE) };
    softDeletion.events[0]!.data = Buffer.from('{"$tb":9223372036854775807}');
    await submit(change('order-again', NO_STREAM, 10));
    await submit(softDeletion);
    const before = committed.length;
    expect(await submit(change('order-again', ANY, 10))).toMatchObject({ code: WRITTEN, revision: 1 });
    expect(committed.slice(before).map(({ stream }) => stream)).toEqual(['$$order-again', 'order-again']);
    expect(await submit(change('order-last', NO_STREAM, 10))).toMatchObject({ code: WRITTEN });
  });
});

/** The counters of the mailbox: groups sent, answers given. */
const [GROUPS, ANSWERS] = [0, 1];
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** A thread that is put aside between counting up and waking the other one does the latter late, when the other already sleeps for the next number. */
describe('a wake-up that comes late', () => {
  it('is no answer: an append is answered once it is written', async () => {
    const line = openWriterLine();
    const words = new Int32Array(line.mailbox.memory, 0, 4);
    let answered = false;
    const sending = line.send([change('order-a', NO_STREAM, 10)]).then(() => (answered = true));
    await pause(10);
    expect(Atomics.notify(words, ANSWERS)).toBe(1);
    await pause(20);
    expect(answered).toBe(false);
    Atomics.store(words, ANSWERS, 1);
    Atomics.notify(words, ANSWERS);
    await sending;
    line.stop();
  });

  it('is no group: what was written is not written again, nor answered twice', async () => {
    const line = openWriterLine();
    const words = new Int32Array(line.mailbox.memory, 0, 4);
    const data: WriterData = { file: join(folder, 'late.db'), auditCategories: [], mailbox: line.mailbox };
    const url = new URL('./writer.worker.ts', import.meta.url);
    const worker = new Worker(url, { workerData: data, transferList: [line.mailbox.letters] });
    expect(await once(worker, 'message')).toEqual([{ ready: true }]);
    await line.send([change('order-b', NO_STREAM, 10)]);
    // Once it sleeps, for a moment and then until there is something to do.
    while (Atomics.notify(words, GROUPS) === 0) await pause(1);
    await pause(50);
    expect(Atomics.load(words, ANSWERS)).toBe(1);
    expect((await line.send([change('order-c', NO_STREAM, 10)])).answers[0]).toBe(WRITTEN);
    const gone = once(worker, 'exit');
    line.stop();
    await gone;
  });
});
