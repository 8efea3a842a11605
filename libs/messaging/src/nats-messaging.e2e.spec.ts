import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARKED_STREAM, type WorkBatch, WORK_STREAM } from '@holdpoint/contracts';
import { openMasterKey } from '@holdpoint/sealing';
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectMessaging } from './connect-messaging.ts';
import { batchOf, CONTRACT_LIMITS, describeMessaging, idsOf, pause, until } from './messaging.contract.ts';
import type { Messaging } from './messaging.ts';
import { parseServers } from './nats-connection.ts';
import { deliveriesOf } from './nats-pull.ts';
import { hasNatsServer, type NatsServer, startNatsServer } from './nats-server.ts';
import { openWire } from './sealed-wire.ts';

const key = openMasterKey({ base64: randomBytes(32).toString('base64') });
const connectTo = (server: NatsServer): Promise<Messaging> =>
  connectMessaging({ transport: 'nats', servers: server.url, key, name: 'spec', limits: CONTRACT_LIMITS });
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'messaging-'));

const withNats = describe.skipIf(!hasNatsServer());

withNats('with a nats-server', () => {
  describeMessaging('over NATS', async () => {
    const folder = await newFolder();
    const server = await startNatsServer({ storeDir: folder });
    return {
      connect: () => connectTo(server),
      close: async () => {
        await server.stop();
        await rm(folder, { recursive: true });
      },
    };
  });
});

withNats('messaging when the broker fails', () => {
  let folder: string;
  let server: NatsServer;
  let relay: Messaging;
  let worker: Messaging;
  beforeAll(async () => {
    folder = await newFolder();
    server = await startNatsServer({ storeDir: folder });
    relay = await connectTo(server);
    worker = await connectTo(server);
  });
  afterAll(async () => {
    await Promise.all([relay?.close(), worker?.close()]);
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  it('goes on after the broker was killed and its store wiped, and says that it was reset', async () => {
    const got: string[] = [];
    const taking = worker.consumeWork('routing', async batch => void got.push(...idsOf(batch)));
    await relay.publishWork('routing', 'work', batchOf('before'));
    await until(() => got.includes('before'));
    let resets = 0;
    const stop = relay.onReset(() => (resets += 1));

    await server.stop('SIGKILL');
    await rm(folder, { recursive: true });
    await expect(relay.publishWork('routing', 'work', batchOf('down'))).rejects.toMatchObject({ code: 'publish_failed' });
    server = await startNatsServer({ storeDir: folder, port: server.port });

    await until(() => resets > 0);
    await relay.publishWork('routing', 'work', batchOf('after'));
    await until(() => got.includes('after'));
    expect(relay.status().connected).toBe(true);
    stop();
    await taking.close();
  });

  it('makes its stream again when somebody deleted it under a living connection, and every process hears of it', async () => {
    const got: string[] = [];
    const taking = worker.consumeWork('callback', async batch => void got.push(...idsOf(batch)));
    const told = new Set<string>();
    const stops = Object.entries({ relay, worker }).map(([name, party]) => party.onReset(() => told.add(name)));
    const admin = await connect({ servers: server.url });
    await (await admin.jetstreamManager()).streams.delete(WORK_STREAM);
    await admin.close();
    await until(() =>
      relay
        .publishWork('callback', 'work', batchOf('restored'))
        .then(() => true)
        .catch(() => false),
    );
    await until(() => got.includes('restored'));
    // Who noticed first makes it again; the other may have put work into it meanwhile, and has to ring that again.
    await until(() => told.size === 2);
    for (const stop of stops) stop();
    await taking.close();
  });

  it('starts a consumer that was deleted with new work only: old work would look fresh', async () => {
    const handled: string[] = [];
    const first = worker.consumeWork('notification', async batch => void handled.push(...idsOf(batch)));
    await relay.publishWork('notification', 'work', batchOf('old'));
    await until(() => handled.includes('old'));
    await first.close();
    const admin = await connect({ servers: server.url });
    await (await admin.jetstreamManager()).consumers.delete(WORK_STREAM, 'notification');
    await admin.close();

    const late = await connectTo(server);
    const got: string[] = [];
    const taking = late.consumeWork('notification', async batch => void got.push(...idsOf(batch)));
    await relay.publishWork('notification', 'work', batchOf('new'));
    await until(() => got.includes('new'));
    await pause(100);
    expect(got).toEqual(['new']);
    await taking.close();
    await late.close();
  });

  it('drops the second of two rings with the same id, and lets another id through', async () => {
    const got: string[] = [];
    const taking = worker.consumeWork('routing', async batch => void got.push(...idsOf(batch)));
    await relay.publishWork('routing', 'work', batchOf('twice'));
    await relay.publishWork('routing', 'work', batchOf('twice'));
    await relay.publishWork('routing', 'work', batchOf('twice'), 'twice:1');
    await relay.publishWork('routing', 'work', batchOf('last'));
    await until(() => got.includes('last'));
    expect(got.filter(id => id === 'twice')).toHaveLength(2);
    await taking.close();
  });

  it('keeps the batch of a handler that is slower than the acknowledgement time', async () => {
    let deliveries = 0;
    const taking = worker.consumeWork('callback', async () => {
      deliveries += 1;
      await pause((CONTRACT_LIMITS.ackWaitMs ?? 0) * 2);
    });
    await relay.publishWork('callback', 'work', batchOf('slow'));
    await pause((CONTRACT_LIMITS.ackWaitMs ?? 0) * 2.5);
    expect(deliveries).toBe(1);
    await taking.close();
  });

  it('hands the batch of a killed process to another one', async () => {
    await relay.publishWork('callback', 'work', batchOf('orphan'));
    const dying = await connect({ servers: server.url });
    const taken = await (await dying.jetstream().consumers.get(WORK_STREAM, 'callback')).next();
    expect(openWire(key).open(taken!.string(), { kind: 'work', subject: taken!.subject })).toEqual(batchOf('orphan'));
    await dying.close();
    const seen: { id: string; fresh: boolean }[] = [];
    const taking = worker.consumeWork('callback', async batch => void seen.push(...batch.items.map(({ id, fresh }) => ({ id, fresh }))));
    await until(() => seen.some(item => item.id === 'orphan'));
    await taking.close();
    expect(seen).toContainEqual({ id: 'orphan', fresh: false });
  });

  it('asks a responder of its own process directly: also while the broker is away, and by reference', async () => {
    const folder = await newFolder();
    const own = await startNatsServer({ storeDir: folder });
    const party = await connectTo(own);
    const asked: unknown[] = [];
    const answering = party.respond('hp.query.here', 'q', async body => void asked.push(body));
    await own.stop('SIGKILL');
    const question = { text: 'who?' };
    await party.request('hp.query.here', question, { timeoutMs: 1_000 });
    expect(asked[0]).toBe(question);
    await answering.close();
    await expect(party.request('hp.query.here', question, { timeoutMs: 100 })).rejects.toBeInstanceOf(Error);
    await party.close();
    await rm(folder, { recursive: true });
  });

  it('hands work to a consumer of its own process directly: also while the broker is away, and by reference', async () => {
    const folder = await newFolder();
    const own = await startNatsServer({ storeDir: folder });
    const party = await connectTo(own);
    const taken: WorkBatch[] = [];
    const taking = party.consumeWork('routing', async batch => void taken.push(batch));
    await own.stop('SIGKILL');
    const batch = batchOf('here');
    const publishing = party.publishWork('routing', 'work', batch);
    expect(taken).toEqual([]);
    await publishing;
    await until(() => taken.length === 1);
    expect(taken[0]).toBe(batch);
    await taking.close();
    await expect(party.publishWork('routing', 'work', batch)).rejects.toMatchObject({ code: 'publish_failed' });
    await party.close();
    await rm(folder, { recursive: true });
  });

  it('shares with other processes what finds no room in its own', async () => {
    const full = await connectMessaging({ transport: 'nats', servers: server.url, key, name: 'spec', limits: { batchesInFlightMax: 1 } });
    const here: string[] = [];
    const there: string[] = [];
    let letGo = (): void => undefined;
    const gate = new Promise<void>(resolve => (letGo = resolve));
    const taking = full.consumeWork('callback', async batch => {
      here.push(...idsOf(batch));
      await gate;
    });
    const others = worker.consumeWork('callback', async batch => void there.push(...idsOf(batch)));
    // One is handed over, one more may be taken from the broker; the third has to go to the other process.
    for (const id of ['room-1', 'room-2', 'room-3']) await full.publishWork('callback', 'work', batchOf(id));
    await until(() => here.length + there.length === 3);
    expect(here).toContain('room-1');
    expect(there.length).toBeGreaterThan(0);
    letGo();
    await Promise.all([taking.close(), others.close()]);
    await full.close();
  });

  it('leaves all work to the broker where it was told so', async () => {
    const even = await connectMessaging({ transport: 'nats', servers: server.url, key, name: 'spec', handOver: false });
    const taken: WorkBatch[] = [];
    const taking = even.consumeWork('notification', async batch => void taken.push(batch));
    const batch = batchOf('shared-out');
    await even.publishWork('notification', 'work', batch);
    await until(() => taken.length === 1);
    expect(taken[0]).toEqual(batch);
    expect(taken[0]).not.toBe(batch);
    await taking.close();
    await even.close();
  });

  it('can be closed while the broker is away', async () => {
    const folder = await newFolder();
    const own = await startNatsServer({ storeDir: folder });
    const party = await connectTo(own);
    party.respond('hp.query.away', 'q', async () => 1);
    party.consumeWork('routing', async () => undefined);
    await own.stop('SIGKILL');
    await until(() => !party.status().connected);
    await expect(party.request('hp.query.elsewhere', null, { timeoutMs: 100 })).rejects.toBeInstanceOf(Error);
    const startedMs = performance.now();
    await party.close();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    await rm(folder, { recursive: true });
  });

  it('parks through the streams the advisories feed', async () => {
    const admin = await connect({ servers: server.url });
    const info = await (await admin.jetstreamManager()).streams.info(PARKED_STREAM);
    await admin.close();
    expect(info.config.subjects).toContain(`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${WORK_STREAM}.>`);
  });
});

describe('connecting to NATS', () => {
  it('says what to do when there is no server, without showing credentials', async () => {
    const failure = await connectMessaging({
      transport: 'nats',
      servers: 'nats://ann:secret@127.0.0.1:1',
      key,
      name: 'spec',
      connectTimeoutMs: 100,
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'broker_unreachable' });
    expect(String(failure)).toContain('NATS_URL');
    expect(String(failure)).not.toContain('secret');
  });

  it('takes several servers, credentials, a token and TLS from the URL', () => {
    expect(parseServers('nats://a:4222, b:4223')).toEqual({ servers: ['a:4222', 'b:4223'] });
    expect(parseServers('nats://ann:p%40ss@a:4222')).toEqual({ servers: ['a:4222'], user: 'ann', pass: 'p@ss' });
    expect(parseServers('tls://s3cret@a:4222')).toEqual({ servers: ['a:4222'], token: 's3cret', tls: {} });
  });

  it('reads the number of deliveries from both forms of the acknowledgement subject', () => {
    expect(deliveriesOf('$JS.ACK.HOLDPOINT_WORK.routing.3.10.5.1700000000000000000.0')).toBe(3);
    expect(deliveriesOf('$JS.ACK.hub.abc.HOLDPOINT_WORK.routing.4.10.5.1700000000000000000.0.x')).toBe(4);
  });
});
