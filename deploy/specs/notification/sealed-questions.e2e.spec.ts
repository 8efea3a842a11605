import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStore } from '@holdpoint/event-store';
import { connectMessaging, hasNatsServer, type Messaging, startNatsServer } from '@holdpoint/messaging';
import { type MasterKey, openMasterKey } from '@holdpoint/sealing';
import { keyFiles, openParts, QuestionUnreadable, readPartsConfig, sealQuestions } from '@holdpoint/service-kit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** What no broker may see: by subject, a question and its answer, with the member that is a secret. */
const SECRET = 'only-the-two-may-read-this';
const link = `https://approvals.example.test/page#${SECRET}`;
const QUESTIONS: [subject: string, question: object, answer: object][] = [
  ['hp.query.channelConfig', { channel: 'slack', config: { botToken: SECRET } }, { fault: null }],
  ['hp.query.connectionCheck', { provider: 'openai.responses', apiKey: SECRET }, { fault: null }],
  ['hp.query.session', { cookie: `holdpoint=${SECRET}` }, { operatorId: 'opr_ada' }],
  ['hp.cmd.notification.accountMail', { kind: 'passwordReset', link }, { outcome: 'sent' }],
  ['hp.cmd.notification.enrol', { addressId: 'adr_a' }, { outcome: 'link', link }],
  ['hp.cmd.notification.verifyAddress', { addressId: 'adr_a', code: SECRET }, { outcome: 'verified' }],
  ['hp.cmd.notification.press', { handle: SECRET }, { outcome: 'done' }],
];

/** Passes everything on to the broker and keeps what went by, both ways. NATS speaks plain text. */
const listenIn = async (port: number) => {
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1');
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

const TIME = { timeoutMs: 5_000 };

describe.skipIf(!hasNatsServer())('what services ask each other over the broker', () => {
  let closers: (() => unknown)[] = [];
  let wire: Awaited<ReturnType<typeof listenIn>>;
  /** A service as it starts, another one with the same master key, and one with a key of its own. */
  let [ours, theirs, strange]: Messaging[] = [];
  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sealed-questions-'));
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
    const elsewhere = async (name: string, key: MasterKey): Promise<Messaging> =>
      sealQuestions(await connectMessaging({ transport: 'nats', servers: wire.url, name }), key, () => undefined);
    ours = parts.messaging;
    theirs = await elsewhere('theirs', openMasterKey({ file: keyFiles(dataDir).master }));
    strange = await elsewhere('strange', openMasterKey({ base64: randomBytes(32).toString('base64') }));
    closers = [
      ...[theirs, strange, parts].map(open => () => open.close()),
      wire.close,
      () => broker.stop(),
      () => store.close(),
      () => rm(dataDir, { recursive: true, force: true }),
    ];
  });
  afterAll(async () => {
    for (const close of closers) await close();
  });

  it.each(QUESTIONS)('is answered on %s, and no secret in it can be read on the way', async (subject, question, answer) => {
    for (const [asker, answerer] of [
      [ours!, theirs!],
      [theirs!, ours!],
    ] as const) {
      const asked: unknown[] = [];
      const responder = answerer.respond(subject, 'spec', body => Promise.resolve((asked.push(body), answer)));
      // The broker knows of a responder a moment later.
      await vi.waitFor(async () => expect(await asker.request(subject, question, TIME)).toEqual(answer));
      expect(asked).toEqual([question]);
      await expect(strange!.request(subject, question, TIME)).rejects.toBeInstanceOf(QuestionUnreadable);
      expect(asked).toEqual([question]);
      await responder.close();
    }
    expect(wire.heard()).toContain(subject);
    expect(wire.heard()).not.toContain(SECRET);
  });
});
