import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMasterKey } from '@holdpoint/sealing';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMessaging } from './connect-messaging.ts';
import { pause, until } from './messaging.contract.ts';
import type { Messaging } from './messaging.ts';
import { hasNatsServer, type NatsServer, startNatsServer } from './nats-server.ts';

/** Long enough to tell a lease that was taken over at once from one that was waited for, milliseconds. */
const LEASE_MS = 1_500;

describe.skipIf(!hasNatsServer())('a lease over NATS', () => {
  let folder: string;
  let server: NatsServer;
  let next: Messaging;
  const key = openMasterKey({ base64: randomBytes(32).toString('base64') });
  const connectTo = (): Promise<Messaging> => connectMessaging({ transport: 'nats', servers: server.url, key, name: 'spec' });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leases-'));
    server = await startNatsServer({ storeDir: folder });
    next = await connectTo();
  });
  afterAll(async () => {
    await next?.close();
    await server?.stop();
    await rm(folder, { recursive: true });
  });
  /** How long the next one waits for the lease, milliseconds. */
  const waited = async (name: string): Promise<number> => {
    const startedMs = performance.now();
    const lease = await next.lease(name, 'next', LEASE_MS);
    const ms = performance.now() - startedMs;
    await lease.release();
    return ms;
  };
  /** Takes a lease as a process does that then hangs: its connection stays, and it says nothing more. */
  const hanging = async (name: string) => {
    const connection = await connect({ servers: server.url });
    connection.subscribe(`hp.lease.${name}.hung`);
    await (await connection.jetstream().views.kv('HOLDPOINT_LEASES', { history: 1 })).create(name, 'hung');
    return connection;
  };

  it('is taken over in a fraction of its time when the connection of its holder has ended', async () => {
    await (await next.lease('first', 'next', LEASE_MS)).release();
    const connection = await hanging('ended');
    await connection.close();
    expect(await waited('ended')).toBeLessThan(LEASE_MS / 2);
  });

  it('is waited for as long as it lasts while its holder hangs', async () => {
    const connection = await hanging('hung');
    expect(await waited('hung')).toBeGreaterThanOrEqual(LEASE_MS);
    await connection.close();
  });

  it('stays with a holder that lives, whoever else waits, also in the same process', async () => {
    const other = await connectTo();
    const held = await other.lease('living', 'holder', LEASE_MS);
    const taken: string[] = [];
    const patience = new AbortController();
    const waiting = [next, other].map(party =>
      party.lease('living', `waits-${taken.length}`, LEASE_MS, patience.signal).then(
        () => taken.push('taken'),
        () => undefined,
      ),
    );
    await pause(LEASE_MS * 1.5);
    expect([held.held(), taken]).toEqual([true, []]);
    patience.abort(new Error('no longer'));
    await Promise.all(waiting);
    await held.release();
    await other.close();
  });

  it('comes back to a holder that lost it with the broker, and only to one of two', async () => {
    const other = await connectTo();
    const held = await other.lease('back', 'holder', LEASE_MS);
    const after = next.lease('back', 'after', LEASE_MS);
    const store = join(folder, 'jetstream');
    await server.stop('SIGKILL');
    await rm(store, { recursive: true, force: true });
    server = await startNatsServer({ storeDir: folder, port: server.port });
    const lease = await Promise.race([after, pause(LEASE_MS * 3).then(() => null)]);
    await until(() => held.held() !== (lease?.held() ?? false));
    await other.close();
    await (await after).release();
  });
});
