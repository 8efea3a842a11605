import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { credentials as channelCredentials, status } from '@grpc/grpc-js';
import { loopbackCertificate, loopbackKey } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { numbered, places, rejection, removeStore, startSpecStore, type SpecStore } from './spec-store.ts';

describe('a store with TLS and an account', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-store-tls-'));
  const caFile = join(folder, 'ca.pem');
  let store: SpecStore;
  beforeAll(async () => {
    writeFileSync(caFile, loopbackCertificate);
    store = await startSpecStore({
      tls: { certificate: Buffer.from(loopbackCertificate), key: Buffer.from(loopbackKey) },
      credentials: { username: 'holdpoint', password: 'correct horse' },
    });
  });
  afterAll(async () => {
    await removeStore(store);
    rmSync(folder, { recursive: true });
  });

  const as = async <T>(account: string, use: (client: EventStoreDBClient) => Promise<T>): Promise<T> => {
    const client = EventStoreDBClient.connectionString(`esdb://${account}localhost:${store.port}?tls=true&tlsCAFile=${caFile}`);
    try {
      return await use(client);
    } finally {
      await client.dispose();
    }
  };

  it('serves who names the account', async () => {
    await as('holdpoint:correct%20horse@', async client => {
      await client.appendToStream('order-1', numbered(1));
      expect(await places(client.readStream('order-1'))).toEqual(['order-1@0']);
    });
  });

  it('denies a wrong password and a missing account, for writing and reading', async () => {
    for (const account of ['holdpoint:wrong@', 'someone:correct%20horse@', '']) {
      await as(account, async client => {
        expect(await rejection(client.appendToStream('order-1', numbered(1)))).toMatchObject({ type: 'access-denied' });
        expect(await rejection(places(client.readStream('order-1')))).toMatchObject({ type: 'access-denied' });
        expect(await rejection(client.deleteStream('order-1'))).toMatchObject({ type: 'access-denied' });
      });
    }
  });

  it('cannot be configured with an account but without TLS', async () => {
    const error = await rejection(startSpecStore({ credentials: { username: 'a', password: 'b' } }));
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(error.message).toContain('Credentials need TLS');
  });
});

describe('a store that is discovered', () => {
  it('presents itself as the leader of a cluster of one', async () => {
    const store = await startSpecStore();
    const client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${store.port}?tls=false&nodePreference=leader`);
    await client.appendToStream('order-1', numbered(1), { requiresLeader: true });
    expect(await places(client.readStream('order-1'))).toEqual(['order-1@0']);
    await client.dispose();
    const gossip = new gossipService.GossipClient(`127.0.0.1:${store.port}`, channelCredentials.createInsecure());
    const members = await new Promise<unknown[]>((resolve, reject) =>
      gossip.read(new shared.Empty(), (error, cluster) => (error === null ? resolve(cluster.toObject().membersList) : reject(error))),
    );
    expect(members).toMatchObject([{ state: 8, isAlive: true, httpEndPoint: { address: '127.0.0.1', port: store.port } }]);
    gossip.close();
    await removeStore(store);
  });

  it('answers UNIMPLEMENTED to what it leaves out', async () => {
    const store = await startSpecStore();
    const client = EventStoreDBClient.connectionString(store.connectionString);
    const error = await rejection(client.listProjections().then(list => list));
    expect(error.message.length).toBeGreaterThan(0);
    const raw = new persistentService.PersistentSubscriptionsClient(`127.0.0.1:${store.port}`, channelCredentials.createInsecure());
    const code = await new Promise(resolve => raw.create(new persistent.CreateReq(), failure => resolve(failure?.code)));
    expect(code).toBe(status.UNIMPLEMENTED);
    raw.close();
    await client.dispose();
    await removeStore(store);
  });
});
