import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectMessaging, hasNatsServer, type Messaging, type NatsServer, startNatsServer } from '@holdpoint/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumeGates, type Log, startLog, until } from './relay-stack.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Before the kill, while nobody rings, and after it. */
const EACH = 300;

describe.skipIf(!hasNatsServer())('a relay process that is killed', () => {
  let log: Log;
  let server: NatsServer;
  let messaging: Messaging;
  const storeDir = mkdtempSync(join(tmpdir(), 'relay-nats-'));
  const relays: ChildProcess[] = [];
  beforeAll(async () => {
    log = await startLog();
    server = await startNatsServer({ storeDir });
    messaging = await connectMessaging({ transport: 'nats', servers: server.url, key: log.key, name: 'spec' });
  });
  afterAll(async () => {
    for (const relay of relays) relay.kill('SIGKILL');
    await messaging.close();
    await server.stop();
    await log.close();
    rmSync(storeDir, { recursive: true, force: true });
  });

  const startRelayProcess = async (): Promise<{ process: ChildProcess; output(): string; ended: Promise<number | null> }> => {
    const relay = spawn(process.execPath, ['--conditions=@holdpoint/source', '--import', 'tsx', join(ROOT, 'services/relay/src/main.ts')], {
      cwd: ROOT,
      env: {
        TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.base.json'),
        HOLDPOINT_DATA: join(log.dataDir, 'relay'),
        HOLDPOINT_MASTER_KEY_FILE: join(log.dataDir, 'master.key'),
        EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${log.port}?tls=false`,
        NATS_URL: server.url,
        RELAY_PORT: '0',
        RELAY_LEASE_MS: '1000',
        RELAY_SNAPSHOT_EVENTS: '1000',
      },
    });
    relays.push(relay);
    let output = '';
    relay.stdout.on('data', chunk => (output += String(chunk)));
    relay.stderr.on('data', chunk => (output += String(chunk)));
    const ended = once(relay, 'exit').then(([code]) => code as number | null);
    await until(`the relay process: ${output}`, () => /caught up; ringing|the lease is (ours|back)/.test(output), 20).catch(() => {
      throw new Error(`the relay did not start:\n${output}`);
    });
    return { process: relay, output: () => output, ended };
  };
  const request = (name: string) => Promise.all(Array.from({ length: EACH }, (_, index) => log.append.request(`${name}-${index}`)));

  it('leaves nothing undone: its successor rings what it knew and what came meanwhile', async () => {
    const first = await startRelayProcess();
    const before = await request('before');
    first.process.kill('SIGKILL');
    await first.ended;
    const meanwhile = await request('meanwhile');
    const gates = consumeGates(log.eventLog, messaging);
    const second = await startRelayProcess();
    const after = await request('after');
    await until('every gate', () => gates.evaluated() === 3 * EACH, 25);
    const revisions = await Promise.all(
      [...before, ...meanwhile, ...after].map(async id => (await log.eventLog.loadRaw(`approval-${id}`)).revision),
    );
    expect(new Set(revisions)).toEqual(new Set([1]));

    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    const third = await startRelayProcess();
    expect(third.output()).toContain(`"waits":${3 * EACH}`);
    await log.append.request('last');
    await until('the last gate', () => gates.evaluated() === 3 * EACH + 1);
    third.process.kill('SIGTERM');
    expect(await third.ended).toBe(0);
    await gates.close();
  }, 90_000);
});
