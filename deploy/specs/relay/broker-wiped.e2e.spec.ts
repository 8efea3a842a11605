import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMessaging, hasNatsServer, type Messaging, type NatsServer, startNatsServer } from '@holdpoint/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumeGates, type Log, startLog, startRelayOn, until } from './relay-stack.ts';

const PENDING = 1_000;

describe.skipIf(!hasNatsServer())('a broker that loses its whole store while 1 000 approvals are pending', () => {
  let log: Log;
  let server: NatsServer;
  const storeDir = mkdtempSync(join(tmpdir(), 'relay-nats-'));
  const connect = (name: string): Promise<Messaging> =>
    connectMessaging({ transport: 'nats', servers: server.url, key: log.key, name, storage: 'file' });
  beforeAll(async () => {
    log = await startLog();
    server = await startNatsServer({ storeDir });
  });
  afterAll(async () => {
    await server.stop();
    await log.close();
    rmSync(storeDir, { recursive: true, force: true });
  });

  it('delays work and loses none of it', async () => {
    const ringing = await connect('relay');
    const working = await connect('routing');
    const relay = startRelayOn(log.eventLog, ringing);
    await until('the relay to be active', () => relay.status().active);
    const ids: string[] = [];
    for (let index = 0; index < PENDING; index += 50) {
      ids.push(...(await Promise.all(Array.from({ length: 50 }, (_, step) => log.append.request(`wiped-${index + step}`)))));
    }
    await until('the relay to know them', () => relay.status().approvals === PENDING);
    expect(relay.status().workers.routing.inFlight).toBeGreaterThan(0);

    await server.stop('SIGKILL');
    rmSync(storeDir, { recursive: true });
    server = await startNatsServer({ storeDir, port: server.port });

    const gates = consumeGates(log.eventLog, working);
    await until('every gate to be evaluated', () => gates.evaluated() === PENDING, 25);
    await until('the relay to see it', () => {
      const { inFlight, ready } = relay.status().workers.routing;
      return inFlight === 0 && ready === 0;
    });
    const revisions = await Promise.all(ids.map(async id => (await log.eventLog.loadRaw(`approval-${id}`)).revision));
    expect(revisions.every(revision => revision === 1)).toBe(true);
    expect(relay.status().approvals).toBe(PENDING);

    await gates.close();
    await relay.close();
    await Promise.all([ringing.close(), working.close()]);
  }, 60_000);
});
