import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startAppendQueue, type AppendQueue, type ChangeOutcome } from './append-queue.ts';
import { ANY, NO_STREAM } from './append-request.ts';
import { APPEND, DELETE, WRITTEN, type StreamChange } from './group-wire.ts';
import type { LogEvent } from './log-event.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-store-mailbox-'));
const queues: AppendQueue[] = [];
afterEach(async () => {
  for (const queue of queues.splice(0)) await queue.close();
  rmSync(folder, { recursive: true, force: true });
});

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
