import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { afterAll, describe, expect, it } from 'vitest';
import { listen, numbered, rejection } from './spec-store.ts';
import { verifyLog } from './verify-log.ts';

/** The store as a process of its own: killed, stopped, and left without disk space. */

const homes: string[] = [];
const newHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'event-store-e2e-'));
  homes.push(home);
  return home;
};
afterAll(() => homes.forEach(home => rmSync(home, { recursive: true, force: true })));

type Process = { child: ChildProcess; port: number; gone: Promise<number | null>; said: Record<string, unknown>[] };

/** Starts the program; `wrapper` runs it under another one. */
const launch = async (home: string, variables: Record<string, string> = {}, wrapper: readonly string[] = []): Promise<Process> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const settings = {
    HOLDPOINT_DATA: home,
    EVENT_STORE_PORT: '0',
    EVENT_STORE_DISK_FREE_BYTES_MIN: '0',
    EVENT_STORE_DISK_FREE_PERCENT_MIN: '0',
    ...variables,
  };
  const words = [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), ...wrapper, process.execPath, main];
  const child = spawn('env', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Record<string, unknown>[] = [];
  const gone = new Promise<number | null>(resolve => child.once('exit', code => resolve(code)));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', line => {
      const word = JSON.parse(line) as Record<string, unknown>;
      said.push(word);
      if (word['event'] === 'ready') resolve(Number(word['port']));
    });
    void gone.then(code => reject(new Error(`the store ended with ${code}: ${JSON.stringify(said)}`)));
  });
  return { child, port, gone, said };
};

const connectTo = (port: number) => EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false&defaultDeadline=5000`);

describe('the process', () => {
  it('killed again and again under 32 writers loses nothing it answered and stores nothing twice', async () => {
    const home = newHome();
    const answered = new Map<string, bigint>();
    let attempts = 0;
    for (let round = 0; round < 3; round++) {
      const { child, port, gone } = await launch(home);
      const client = connectTo(port);
      const state = { isUp: true };
      const writer = async (): Promise<void> => {
        while (state.isUp) {
          const stream = `approval-${randomUUID()}`;
          attempts++;
          try {
            const { position } = await client.appendToStream(stream, numbered(attempts), { expectedRevision: NO_STREAM });
            answered.set(stream, position?.commit as bigint);
          } catch {
            return;
          }
        }
      };
      const writers = Array.from({ length: 32 }, writer);
      await new Promise(resolve => setTimeout(resolve, 900));
      child.kill('SIGKILL');
      state.isUp = false;
      await gone;
      await Promise.race([Promise.allSettled(writers), new Promise(resolve => setTimeout(resolve, 3_000))]);
      await client.dispose();
    }
    const { child, port, gone } = await launch(home);
    const client = connectTo(port);
    const found = new Map<string, bigint[]>();
    for await (const { event } of client.readAll()) {
      const places = found.get(event?.streamId ?? '') ?? [];
      found.set(event?.streamId ?? '', [...places, event?.position?.commit as bigint]);
    }
    expect(answered.size).toBeGreaterThan(200);
    const lost = [...answered].filter(([stream, position]) => !found.get(stream)?.includes(position));
    const doubled = [...found.values()].filter(places => places.length > 1);
    expect({ lost: lost.length, doubled: doubled.length }).toEqual({ lost: 0, doubled: 0 });
    await client.dispose();
    child.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(verifyLog(join(home, 'event-store', 'event-store.db'))).toMatchObject({ damageCount: 0 });
  }, 60_000);

  it('asked to stop cancels open calls, answers what it has, and ends well', async () => {
    const { child, port, gone, said } = await launch(newHome());
    const client = connectTo(port);
    const all = listen(client.subscribeToAll());
    const one = listen(client.subscribeToStream('order-1'));
    await Promise.all([all.caughtUp(), one.caughtUp()]);
    await client.appendToStream('order-1', numbered(1));
    child.kill('SIGTERM');
    await Promise.all([all.failed(), one.failed()]);
    expect(all.errors[0]).toMatchObject({ type: 'cancelled', code: 1 });
    expect(one.errors[0]).toMatchObject({ type: 'cancelled' });
    expect(await gone).toBe(0);
    expect(said.at(-1)).toEqual({ event: 'stopped', commits: 1, appends: 1, events: 1 });
    await client.dispose();
  });

  it('without room on its disk refuses appends, keeps reading, and resumes by itself', async () => {
    const home = newHome();
    const first = await launch(home, { EVENT_STORE_DISK_FREE_PERCENT_MIN: '90' });
    let client = connectTo(first.port);
    const error = await rejection(client.appendToStream('order-1', numbered(1), { expectedRevision: NO_STREAM }));
    expect(error).toMatchObject({ type: 'unknown' });
    expect(error.message).toMatch(/disk nearly full: \d+ MiB free/);
    expect(await rejection(client.appendToStream('order-1', numbered(1), { credentials: { username: 'a', password: 'b' } }))).toMatchObject(
      { code: 8 },
    );
    const heard = listen(client.subscribeToAll());
    await heard.caughtUp();
    await heard.stop();
    await client.dispose();
    first.child.kill('SIGTERM');
    await first.gone;
    const second = await launch(home);
    client = connectTo(second.port);
    await expect(client.appendToStream('order-1', numbered(1), { expectedRevision: NO_STREAM })).resolves.toMatchObject({ success: true });
    await client.dispose();
    second.child.kill('SIGTERM');
    await second.gone;
  });

  it('whose disk takes no more bytes answers with errors, stores nothing half, and stays whole', async () => {
    const home = newHome();
    const { child, port, gone } = await launch(home, {}, ['prlimit', '--fsize=400000']);
    const client = connectTo(port);
    const answered: string[] = [];
    const refusals: Error[] = [];
    for (let n = 0; n < 400 && refusals.length === 0; n++) {
      const stream = `order-${n}`;
      const large = { ...numbered(n), data: { text: 'x'.repeat(3_000) } };
      await client.appendToStream(stream, large, { expectedRevision: NO_STREAM }).then(
        () => answered.push(stream),
        (error: Error) => refusals.push(error),
      );
    }
    expect(refusals[0]?.message).toMatch(/disk did not take the write.*nothing was stored/);
    expect(answered.length).toBeGreaterThan(10);
    const found: string[] = [];
    for await (const { event } of client.readAll()) found.push(event?.streamId ?? '');
    expect(found).toEqual(answered);
    await client.dispose();
    child.kill('SIGTERM');
    await gone;
    const again = await launch(home);
    const reopened = connectTo(again.port);
    await expect(reopened.appendToStream('order-after', numbered(1), { expectedRevision: NO_STREAM })).resolves.toMatchObject({
      success: true,
    });
    await reopened.dispose();
    again.child.kill('SIGTERM');
    await again.gone;
    expect(verifyLog(join(home, 'event-store', 'event-store.db'))).toMatchObject({ damageCount: 0, events: answered.length + 1 });
  }, 60_000);
});

describe('the command line', () => {
  const run = async (home: string, ...words: string[]): Promise<{ code: number | null; said: Record<string, unknown> }> => {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const child = spawn('env', [`HOLDPOINT_DATA=${home}`, process.execPath, main, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise<number | null>(resolve => child.once('close', resolve));
    return { code, said: JSON.parse(text) as Record<string, unknown> };
  };

  it('verifies and backs up a store in use', async () => {
    const home = newHome();
    const { child, port, gone } = await launch(home);
    const client = connectTo(port);
    for (let n = 0; n < 5; n++) await client.appendToStream(`order-${n}`, numbered(n));
    expect(await run(home, 'verify')).toMatchObject({ code: 0, said: { event: 'verified', events: 5, damageCount: 0 } });
    const target = join(home, 'backup.db');
    expect(await run(home, 'backup', target)).toMatchObject({ code: 0, said: { event: 'backedUp', target } });
    expect(verifyLog(target)).toMatchObject({ events: 5, damageCount: 0 });
    expect(await run(home, 'dance')).toMatchObject({ code: 2, said: { event: 'usage' } });
    expect(await run(home)).toMatchObject({ code: 1, said: { event: 'failed', code: 'STORE_LOCKED' } });
    await client.dispose();
    child.kill('SIGTERM');
    await gone;
  });
});
