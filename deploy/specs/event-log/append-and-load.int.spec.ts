import { EventRejected, EventUnreadable, LogMisused, LogUnavailable, openEventLog, RevisionConflict } from '@holdpoint/event-log';
import type { Event } from '@holdpoint/contracts';
import { openMasterKey } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRunningLog, by, granted, joined, masterKey, type RunningLog } from './a-running-log.ts';

let running: RunningLog;
let stream = '';
let streams = 0;
const fresh = () => (stream = `operator-opr_${++streams}`);
beforeAll(async () => {
  running = await aRunningLog();
});
afterAll(() => running.end());

describe('an append', () => {
  it('is read back opened, checked and with what was said about it', async () => {
    const options = by('none', { correlationId: 'run_1', causationId: 'cmd_0', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    const appended = await running.log.append(fresh(), [joined(), granted()], options);
    const { events, revision } = await running.log.load(stream);
    expect(appended).toMatchObject({ revision: 1, position: expect.stringMatching(/^[0-9]+$/) as string });
    expect(revision).toBe(1);
    expect(events.map(({ type, data, stream: from, revision: at }) => ({ type, data, from, at }))).toEqual([
      { ...joined(), from: stream, at: 0 },
      { ...granted(), from: stream, at: 1 },
    ]);
    expect(events[0]!.metadata).toEqual({
      tenant: 'org_a',
      actor: 'operator:opr_a',
      schemaVersion: 1,
      recordedAt: options.recordedAt,
      $correlationId: 'run_1',
      $causationId: 'cmd_0',
      traceparent: options.traceparent,
      sealedBy: masterKey.keyId,
    });
    expect(events[1]!.metadata).not.toHaveProperty('sealedBy');
    expect(events[1]!.position).toBe(appended.position);
  });
  it('stores the private part sealed to its stream, type and event', async () => {
    await running.log.append(fresh(), [joined('opr_a', 'Ada Lovelace')], by('none'));
    const [raw] = (await running.log.loadRaw(stream)).events;
    expect(JSON.stringify(raw)).not.toMatch(/Lovelace|ada@example/);
    expect(raw!.data).toMatchObject({ operatorId: 'opr_a', private: expect.stringMatching(/^hp1\./) as string });
    expect(() => running.log.open({ ...raw!, stream: 'operator-opr_other' })).toThrow(EventUnreadable);
    expect(() => running.log.open({ ...raw!, id: '00000000-0000-5000-8000-000000000000' })).toThrow(/changed, or belongs to another place/);
    expect(running.log.open(raw!).data).toMatchObject({ private: { name: 'Ada Lovelace' } });
  });
  it('at an older revision conflicts and says where the stream is', async () => {
    await running.log.append(fresh(), [joined(), granted()], by('none'));
    await expect(running.log.append(stream, [granted()], by(0))).rejects.toMatchObject({ stream, expected: 0, actual: 1 });
    await expect(running.log.append(stream, [granted()], by('none'))).rejects.toBeInstanceOf(RevisionConflict);
    await expect(running.log.append(stream, [granted()], by(7))).rejects.toMatchObject({ expected: 7, actual: 1 });
  });
  it('that is repeated appends nothing and answers as the first time', async () => {
    const options = by('none');
    const first = await running.log.append(fresh(), [joined(), granted()], options);
    await running.log.append(stream, [granted('owner')], by(1));
    expect(await running.log.append(stream, [joined(), granted()], options)).toEqual(first);
    expect((await running.log.load(stream)).revision).toBe(2);
  });
  it('of events that do not fit their schema is refused, without repeating their values', async () => {
    const wrong = { type: 'MemberJoined', data: { ...joined().data, private: { email: 'secret@example.com', name: 7, extra: 1 } } };
    const rejection = running.log.append(fresh(), [wrong as unknown as Event], by('none'));
    await expect(rejection).rejects.toBeInstanceOf(EventRejected);
    await expect(rejection).rejects.toMatchObject({ message: expect.stringMatching(/\/private\/name/) as string });
    await expect(rejection).rejects.toMatchObject({ message: expect.not.stringMatching(/secret/) as string });
    await expect(running.log.append(stream, [{ type: 'Nonsense', data: {} } as unknown as Event], by('none'))).rejects.toBeInstanceOf(
      EventRejected,
    );
    await expect(running.log.append(stream, [], by('none'))).rejects.toBeInstanceOf(EventRejected);
    expect(await running.log.load(stream)).toEqual({ events: [], revision: -1 });
  });
  it('larger than the store takes is refused as such', async () => {
    const huge = {
      type: 'ContextStored',
      data: { sha256: 'a'.repeat(64), part: 0, parts: 1, private: { json: 'x'.repeat(2_000_000) } },
    } as const;
    await expect(running.log.append('context-apr_x', [huge], by('none'))).rejects.toMatchObject({
      message: expect.stringMatching(/larger than/) as string,
    });
  });
});

describe('a load', () => {
  it('of a missing stream is empty at revision -1', async () => {
    expect(await running.log.load('operator-nobody')).toEqual({ events: [], revision: -1 });
  });
  it('starts and ends where asked', async () => {
    await running.log.append(fresh(), [joined(), granted('owner'), granted('senior')], by('none'));
    const part = await running.log.load(stream, { fromRevision: 1, maxCount: 1 });
    expect(part).toMatchObject({ revision: 1, events: [{ revision: 1, data: { role: 'owner' } }] });
    expect(await running.log.load(stream, { fromRevision: 3 })).toEqual({ events: [], revision: 2 });
  });
  it('of what another master key sealed says which key is missing', async () => {
    await running.log.append(fresh(), [joined()], by('none'));
    const [raw] = (await running.log.loadRaw(stream)).events;
    const box = openMasterKey({ base64: Buffer.alloc(32, 8).toString('base64') }).seal('{}', 'x');
    expect(() => running.log.open({ ...raw!, data: { ...(raw!.data as object), private: box } })).toThrow(
      /master key [0-9a-f]{8}, which is not configured/,
    );
  });
  it('refuses an event of an unknown type or of a newer version', async () => {
    await running.log.append(fresh(), [granted()], by('none'));
    const [raw] = (await running.log.loadRaw(stream)).events;
    expect(() => running.log.open({ ...raw!, type: 'FromTheFuture' })).toThrow(/not known to this version/);
    expect(() => running.log.open({ ...raw!, type: 'toString' })).toThrow(/not known to this version/);
    expect(() => running.log.open({ ...raw!, metadata: { ...raw!.metadata, schemaVersion: 9 } })).toThrow(/written in version 9/);
    expect(() => running.log.open({ ...raw!, data: { role: 'owner' } })).toThrow(/does not fit/);
  });
});

describe('one process', () => {
  it('has one log: a second one is refused, because the client shares the table of pending appends', () => {
    expect(() => openEventLog({ connectionString: 'esdb://127.0.0.1:1?tls=false', masterKey })).toThrow(LogMisused);
  });
  it('keeps appends that fail throwing', () => {
    expect(() => openEventLog({ connectionString: 'esdb://h:1?tls=false&throwOnAppendFailure=false', masterKey })).toThrow(
      /throwOnAppendFailure/,
    );
  });
});

describe('a ping', () => {
  it('says that the log can be written, and does not make it grow', async () => {
    await running.log.ping();
    const before = running.store().stats().events;
    await running.log.ping();
    expect(running.store().stats().events).toBe(before);
  });
});

describe('a limit on a stream', () => {
  it('hides all but its newest events', async () => {
    for (let revision = -1; revision < 3; revision++)
      await running.log.append(
        'relay-work',
        [{ type: 'WorkParked', data: { consumer: 'routing', stream: 'x', revision, type: 'x', rings: 1, at: '2026-11-22T10:00:00.000Z' } }],
        by(revision < 0 ? 'none' : revision),
      );
    await running.log.setMaxCount('relay-work', 2);
    expect((await running.log.load('relay-work')).events.map(event => event.revision)).toEqual([2, 3]);
  });
});

describe('a log that cannot be reached', () => {
  it('says so within the time given, and recovers by itself', async () => {
    await running.stopStore();
    const startedMs = Date.now();
    await expect(running.log.append(fresh(), [granted()], by('none', { timeoutMs: 2_000 }))).rejects.toBeInstanceOf(LogUnavailable);
    expect(Date.now() - startedMs).toBeLessThan(5_000);
    await expect(running.log.load(stream)).rejects.toMatchObject({ reason: 'unreachable', retryAfterSec: 1 });
    await expect(running.log.ping()).rejects.toBeInstanceOf(LogUnavailable);
    await running.startStore();
    expect(await running.log.append(stream, [granted()], by('none'))).toMatchObject({ revision: 0 });
  });
  it('says when it is the disk', async () => {
    await running.stopStore();
    await running.startStore({ limits: { diskFreePercentMin: 100, diskFreeBytesMin: 0 } });
    await expect(running.log.append(fresh(), [granted()], by('none'))).rejects.toMatchObject({ code: 'log_unavailable', reason: 'disk' });
    await expect(running.log.ping()).rejects.toMatchObject({ reason: 'disk' });
  });
});
