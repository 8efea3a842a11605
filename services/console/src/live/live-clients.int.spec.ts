import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveEvent } from '@holdpoint/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIVE_LIMITS, openLiveClients, type LiveClient, type LiveClients, type Missed } from './live-clients.ts';

let clients: LiveClients;
let server: Server;
let missed: Missed;
let client: LiveClient;
/** What the next listener's `resume` waits for. */
let readModel: Promise<void>;

beforeEach(async () => {
  clients = openLiveClients();
  missed = { from: null };
  client = { tenant: 'org_a', operatorId: 'opr_ada', stillSignedIn: () => Promise.resolve(true) };
  readModel = Promise.resolve();
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const stream = clients.add(client, response);
    void readModel.then(() => stream.resume(missed));
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => {
  clients.close();
  server.closeAllConnections();
  server.close();
});

const listen = () =>
  new Promise<IncomingMessage>(resolve => get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, resolve));

const readUntil = async (response: IncomingMessage, mark: string): Promise<string> => {
  let text = '';
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes(mark)) return text;
  }
  return text;
};
const change = (position: number): LiveEvent => ({
  approvalId: `apr_${position}`,
  type: 'ApprovalRequested',
  revision: 0,
  position: String(position),
});
const ids = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(match => match[1]);

describe('a live stream', () => {
  it('brings what was missed first, then what comes, each once', async () => {
    const ready = Promise.withResolvers<void>();
    readModel = ready.promise;
    missed = { changes: [change(5), change(9)] };
    const response = await listen();
    // Committed while the read model was being asked: 9 is in both.
    clients.publish('org_a', [change(9), change(12)]);
    ready.resolve();
    const first = readUntil(response, 'apr_40');
    setTimeout(() => clients.publish('org_a', [change(40)]), 20);
    expect(ids(await first)).toEqual(['5', '9', '12', '40']);
  });

  it('begins at the position of the read model, so that a stream cut before its first change can be resumed', async () => {
    missed = { from: '77' };
    expect(ids(await readUntil(await listen(), 'id: 77'))).toEqual(['77']);
  });

  it('tells a browser that was away too long to read again', async () => {
    missed = 'tooOld';
    expect(await readUntil(await listen(), 'reset')).toContain('event: reset\ndata: {}\n\n');
  });

  it('brings nothing of another tenant', async () => {
    const response = await listen();
    await readUntil(response, 'retry');
    clients.publish('org_b', [change(1)]);
    clients.publish('org_a', [change(2)]);
    expect(ids(await readUntil(response, 'apr_2'))).toEqual(['2']);
  });

  it('is one of sixteen per person', async () => {
    for (let open = 0; open < LIVE_LIMITS.clientsPerPersonMax; open += 1) {
      expect(clients.hasRoomFor('opr_ada')).toBe(true);
      await readUntil(await listen(), 'retry');
    }
    expect(clients.hasRoomFor('opr_ada')).toBe(false);
    expect(clients.hasRoomFor('opr_bob')).toBe(true);
  });

  it('ends for a browser that does not read, instead of filling memory', async () => {
    const response = await listen();
    response.pause();
    await new Promise(resolve => setTimeout(resolve, 20));
    const many = Array.from({ length: 500 }, (_, index) => change(index));
    for (let sent = 0; sent < 1_000 && clients.count() > 0; sent += 1) {
      clients.publish('org_a', many);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(clients.count()).toBe(0);
  });

  it('is forgotten when the browser goes away', async () => {
    const response = await listen();
    await readUntil(response, 'retry');
    expect(clients.count()).toBe(1);
    response.destroy();
    await expect.poll(() => clients.count(), { timeout: 5_000 }).toBe(0);
  });
});
