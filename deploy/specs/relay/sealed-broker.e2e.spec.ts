import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveMessage, WorkBatch, WorkItem } from '@holdpoint/contracts';
import { startEventStore } from '@holdpoint/event-store';
import {
  connectMessaging,
  hasNatsServer,
  type Messaging,
  QuestionUnreadable,
  ResponderFailed,
  startNatsServer,
} from '@holdpoint/messaging';
import { openMasterKey, type Sealer } from '@holdpoint/sealing';
import { keyFiles, openParts, readPartsConfig } from '@holdpoint/service-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

/** What no broker may see. */
const SECRET = 'only-the-two-may-read-this';
const SUBJECT = 'hp.cmd.decision.approve';
const QUESTION = { approvalId: 'apr_a', operatorId: 'opr_ada', body: { note: SECRET } };
const ANSWER = { outcome: 'done', decision: { note: SECRET } };
const ITEM: WorkItem = {
  kind: 'event',
  stream: 'approval-apr_a',
  revision: 0,
  id: 'evt_a',
  type: 'ApprovalRequested',
  data: { note: SECRET },
  metadata: { tenant: 'org_a', actor: 'agent:agt_a', schemaVersion: 1, recordedAt: '2026-01-01T00:00:00.000Z' },
  fresh: true,
};
const TIME = { timeoutMs: 5_000 };

/** Passes everything on to the broker and keeps what went by, both ways. NATS speaks plain text. */
const listenIn = async (port: number) => {
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(near => {
    const far = connectTcp(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes: Buffer) => {
        heard.push(bytes);
        to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => Buffer.concat(heard).toString(),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

describe.skipIf(!hasNatsServer())('the broker', () => {
  let closers: (() => unknown)[] = [];
  let wire: Awaited<ReturnType<typeof listenIn>>;
  /** A service as it starts, another one with the same master key, and one with a key of its own. */
  let [ours, theirs, strange]: Messaging[] = [];
  /** Somebody who may publish and listen on the broker, and has no key: what they say is there as it is, or as it was said by another before. */
  let stranger: Messaging;
  let instead: string | null;
  let logged: string[];
  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sealed-broker-'));
    const limits = { diskFreeBytesMin: 0, diskFreePercentMin: 0 };
    const store = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0, limits });
    const broker = await startNatsServer({ storeDir: join(dataDir, 'nats') });
    wire = await listenIn(broker.port);
    const env = {
      HOLDPOINT_DATA: dataDir,
      EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
      NATS_URL: wire.url,
      LOG_LEVEL: 'fatal',
    };
    const parts = await openParts(readPartsConfig(env), { name: 'sealed-spec' });
    const elsewhere = (name: string, key: Sealer): Promise<Messaging> =>
      connectMessaging({
        transport: 'nats',
        servers: wire.url,
        key,
        name,
        log: (_level, text, fields) => logged.push(`${text} ${JSON.stringify(fields)}`),
      });
    ours = parts.messaging;
    theirs = await elsewhere('theirs', openMasterKey({ file: keyFiles(dataDir).master }));
    strange = await elsewhere('strange', openMasterKey({ base64: randomBytes(32).toString('base64') }));
    stranger = await elsewhere('stranger', { keyId: 'none', seal: text => instead ?? text, open: box => box });
    closers = [
      ...[stranger, theirs, strange, parts].map(open => () => open.close()),
      wire.close,
      () => broker.stop(),
      () => store.close(),
      () => rm(dataDir, { recursive: true, force: true }),
    ];
  });
  beforeEach(() => void ([logged, instead] = [[], null]));
  afterAll(async () => {
    for (const close of closers) await close();
  });

  /** What somebody with the key said, as it was on the broker. */
  const said = (pattern: RegExp): string => pattern.exec(wire.heard())![1]!;

  it('carries questions and answers that neither it nor another key can read', async () => {
    for (const [asker, answerer] of [
      [ours!, theirs!],
      [theirs!, ours!],
    ] as const) {
      const asked: unknown[] = [];
      const responder = answerer.respond('hp.cmd.decision.*', 'decision', body => Promise.resolve((asked.push(body), ANSWER)));
      // The broker knows of a responder a moment later.
      await vi.waitFor(async () => expect(await asker.request(SUBJECT, QUESTION, TIME)).toEqual(ANSWER));
      expect(asked).toEqual([QUESTION]);
      const refused = await strange!.request(SUBJECT, QUESTION, TIME).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(QuestionUnreadable);
      expect(String(refused)).toMatch(/hp\.cmd\.decision\.approve.*same master key/);
      expect(asked).toEqual([QUESTION]);
      await responder.close();
    }
    expect(wire.heard()).toContain(SUBJECT);
    expect(wire.heard()).not.toContain(SECRET);
  });

  it('cannot make a decision: what was not sealed for this subject is answered without a look at it', async () => {
    const asked: unknown[] = [];
    const responder = theirs!.respond('hp.cmd.decision.*', 'decision', body => Promise.resolve((asked.push(body), ANSWER)));
    await vi.waitFor(() => ours!.request(SUBJECT, QUESTION, TIME));
    const ofApprove = said(/PUB hp\.cmd\.decision\.approve \S+ \d+\r\n(hp1\S+)\r\n/);
    asked.length = 0;
    for (const made of [null, '', 'null', 'hp1.0.0', ofApprove]) {
      instead = made;
      await expect(stranger!.request('hp.cmd.decision.reject', { ...QUESTION, body: {} }, TIME)).rejects.toBeInstanceOf(QuestionUnreadable);
    }
    expect(asked).toEqual([]);
    expect(logged).toHaveLength(5);
    expect(logged.join()).not.toContain(SECRET);
    await responder.close();
  });

  it('cannot make an answer: neither one of its own nor that to the same question before', async () => {
    for (const made of [null, '', said(/MSG _INBOX\.\S+ \d+ \d+\r\n(hp1\S+)\r\n/)]) {
      instead = made;
      const lying = stranger!.respond('hp.query.session', 'console', () => Promise.resolve({ operatorId: 'opr_ada' }));
      await vi.waitFor(() => expect(ours!.request('hp.query.session', {}, TIME)).rejects.toBeInstanceOf(QuestionUnreadable));
      await lying.close();
    }
  });

  it('says so as ever when whoever answers fails', async () => {
    const responder = theirs!.respond('hp.query.broken', 'q', () => Promise.reject(new Error('no')));
    await vi.waitFor(async () => {
      const failed = await ours!.request('hp.query.broken', null, TIME).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ResponderFailed);
      expect(failed).not.toBeInstanceOf(QuestionUnreadable);
    });
    await responder.close();
  });

  it('carries work that it cannot read, and cannot make any', async () => {
    const batch: WorkBatch = { items: [ITEM] };
    const taken: WorkBatch[] = [];
    const taking = theirs!.consumeWork('routing', async got => void taken.push(got));
    await ours!.publishWork('routing', 'work', batch);
    await vi.waitFor(() => expect(taken).toEqual([batch]));
    expect(wire.heard()).not.toContain(SECRET);
    await stranger!.publishWork('routing', 'work', { items: [{ ...ITEM, data: {} }] }, 'made');
    await vi.waitFor(async () => expect((await ours!.parkedBatches()).routing).toBe(1));
    expect(logged).toEqual([expect.stringMatching(/nothing was done.*routing.*same master key/)]);
    expect(taken).toEqual([batch]);
    await taking.close();
  });

  it('carries live messages that it cannot read, and cannot make any', async () => {
    const told: LiveMessage[] = [];
    const listening = theirs!.subscribeLive('*', message => void told.push(message));
    const message: LiveMessage = {
      changes: [{ approvalId: 'apr_a', stream: SECRET, revision: 1, type: 'ApprovalGranted', position: '1' }],
    };
    await vi.waitFor(() => {
      ours!.publishLive('org_a', message);
      expect(told).toContainEqual(message);
    });
    expect(wire.heard()).not.toContain(SECRET);
    stranger!.publishLive('org_a', { changes: [] });
    await vi.waitFor(() => expect(logged.join()).toMatch(/live message on hp\.live\.org_a is left out/));
    expect(told).not.toContainEqual({ changes: [] });
    listening.close();
  });
});
