import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogUnavailable, openEventLog, RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLineTo, type Line } from './a-line.ts';
import { by, granted, joined, masterKey, until } from './a-running-log.ts';

/** Long enough for a busy machine; where silence is tested, the append itself says how long it waits. */
const TIMEOUT_MS = 15_000;
const SILENCE_MS = 1_000;

let dataDir: string;
let store: RunningEventStore;
let line: Line;
let log: EventLog;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'event-log-'));
  store = await startEventStore({ dataDir, port: 0, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 } });
  line = await aLineTo(store.port);
  log = openEventLog({ connectionString: `esdb://127.0.0.1:${line.port}?tls=false`, masterKey, appendTimeoutMs: TIMEOUT_MS });
  await log.append('operator-warm', [joined()], by('none'));
});
afterEach(async () => {
  await log.close();
  await line.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const appended = async () => (await log.load('operator-a')).events.map(event => event.type);

describe('an append whose answer is lost', () => {
  it('is settled over the next connection: done once, answered as done', async () => {
    line.mute();
    const append = log.append('operator-a', [joined(), granted()], by('none'));
    await until(() => line.keptBytes() > 0 && store.stats().appends >= 2);
    line.cut();
    expect(await append).toMatchObject({ revision: 1 });
    expect(await appended()).toEqual(['MemberJoined', 'RoleGranted']);
  });

  it('from a store that stays silent ends in time, although the client would wait for ever', async () => {
    line.mute();
    const options = by('none', { timeoutMs: SILENCE_MS });
    const startedMs = Date.now();
    const append = log.append('operator-a', [joined()], options);
    await expect(append).rejects.toMatchObject({ code: 'log_unavailable', reason: 'timeout' });
    expect(Date.now() - startedMs).toBeLessThan(5 * SILENCE_MS);
    line.cut();
    // The caller repeats the command, and it is one command.
    expect(await log.append('operator-a', [joined()], { ...options, timeoutMs: TIMEOUT_MS })).toMatchObject({ revision: 0 });
    expect(await appended()).toEqual(['MemberJoined']);
  });

  it('and comes late harms nobody', async () => {
    line.mute();
    await expect(log.append('operator-a', [joined()], by('none', { timeoutMs: SILENCE_MS }))).rejects.toBeInstanceOf(LogUnavailable);
    await until(() => store.stats().appends >= 2);
    line.unmute();
    expect(await log.append('operator-a', [granted()], by(0))).toMatchObject({ revision: 1 });
    expect(await appended()).toEqual(['MemberJoined', 'RoleGranted']);
  });

  it('loses against another append at the same revision only if that one stands in the stream', async () => {
    line.cut();
    const [one, other] = await Promise.allSettled([
      log.append('operator-a', [joined('opr_a', 'one')], by('none')),
      log.append('operator-a', [joined('opr_a', 'other')], by('none')),
    ]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect((one.status === 'rejected' ? one : (other as PromiseRejectedResult)).reason).toBeInstanceOf(RevisionConflict);
    expect(await appended()).toHaveLength(1);
  });
});

describe('hundreds of appends in flight when the connection breaks', () => {
  it('each end as done or as unavailable, never as something else, and each command is in the log at most once', async () => {
    const commands = Array.from({ length: 300 }, (_, n) => ({ stream: `operator-${n}`, options: by('none') }));
    const appends = commands.map(({ stream, options }) => log.append(stream, [joined()], options));
    await until(() => store.stats().appends > 20);
    line.cut();
    const outcomes = await Promise.allSettled(appends);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LogUnavailable);
    await Promise.all(commands.map(({ stream, options }) => log.append(stream, [joined()], options)));
    expect(store.stats().events).toBe(301);
  });
});

describe('a read', () => {
  it('from a store that stays silent ends in time', async () => {
    line.mute();
    await expect(log.load('operator-warm')).rejects.toMatchObject({ reason: 'timeout' });
  });
});

describe('a subscription over a broken connection', () => {
  it('goes on by itself', async () => {
    const seen: string[] = [];
    const subscription = log.subscribe({
      name: 'x',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...events.map(event => event.stream)),
    });
    await until(() => seen.length === 1);
    line.cut();
    await log.append('operator-a', [joined()], by('none'));
    await until(() => seen.length === 2);
    expect(seen).toEqual(['operator-warm', 'operator-a']);
    await subscription.close();
  });
});

describe('a log that discovers its store', () => {
  it('appends and follows through the same guards', async () => {
    await log.close();
    log = openEventLog({ connectionString: `esdb+discover://127.0.0.1:${store.port}?tls=false&nodePreference=leader`, masterKey });
    const seen: string[] = [];
    const subscription = log.subscribe({
      name: 'discovered',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...events.map(event => event.stream)),
    });
    await log.append('operator-a', [joined()], by('none'));
    await until(() => seen.length === 2);
    expect(await appended()).toEqual(['MemberJoined']);
    await subscription.close();
  });
});
