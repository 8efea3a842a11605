import { createServer, type Server } from 'node:http';
import { percentile, round } from './figures.ts';
import { type Lane, openLane, post } from './raw-client.ts';

/** Where the load goes: the agents' API, the operators' API, and what opens them. */
export type Target = { ingestPort: number; consolePort: number; apiKey: string; token: string };

export type Legs = { perSecond: number; p50: number; p99: number; max: number; failed: number; count: number };

const BODY_BYTES = 2_048;
let serial = 0;

/** A 2 KB request whose run id has never been used; the callback goes to `callbackUrl` if there is one. */
export const approvalBody = (callbackUrl: string | null): string => {
  serial += 1;
  const runId = `run_${process.pid}_${Date.now()}_${String(serial).padStart(8, '0')}`;
  const body = {
    source: 'custom',
    threadId: 'thread_bench',
    runId,
    toolCallId: 'call_1',
    arguments: {
      contextSummary: 'Order A-1 arrived broken; the customer sent photographs.',
      proposedAction: 'Refund $245 to the card',
      entityId: 'A-1',
      riskLevel: 'medium',
    },
    action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
    context: { instructions: 'You are a support assistant.', messages: [{ role: 'user', content: '' }] },
    ...(callbackUrl ? { callback: { url: callbackUrl, state: runId } } : {}),
  };
  const missing = BODY_BYTES - JSON.stringify(body).length;
  body.context.messages[0]!.content = 'My order arrived broken and I would like my money back. '.repeat(40).slice(0, Math.max(0, missing));
  return JSON.stringify(body);
};

const accept = (target: Target, callbackUrl: string | null) =>
  post('/v1/approvals', { authorization: `Bearer ${target.apiKey}` }, approvalBody(callbackUrl));

const idIn = (body: Buffer): string => {
  const start = body.indexOf('"id":"') + 6;
  return body.toString('latin1', start, body.indexOf('"', start));
};

/** Runs `work` on `lanes` lanes at once for `seconds`, each lane one piece of work after the other. */
const closedLoop = async (lanes: number, seconds: number, work: (lane: number) => Promise<boolean>): Promise<Legs> => {
  const samples: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (performance.now() < end) {
        const from = performance.now();
        const ok = await work(lane).catch(() => false);
        if (ok) samples.push(performance.now() - from);
        else failed += 1;
      }
    }),
  );
  const elapsed = (performance.now() - startedAt) / 1_000;
  return legsOf(samples, failed, elapsed);
};

const legsOf = (samples: number[], failed: number, elapsedSec: number): Legs => ({
  perSecond: round(samples.length / elapsedSec, 0),
  p50: round(percentile(samples, 0.5)),
  p99: round(percentile(samples, 0.99)),
  max: round(samples.reduce((most, sample) => Math.max(most, sample), 0)),
  failed,
  count: samples.length,
});

/** Accepts only: `connections` at once for `seconds`. */
export const acceptLoad = async (target: Target, connections: number, seconds: number): Promise<Legs> => {
  const lanes = Array.from({ length: connections }, () => openLane(target.ingestPort));
  const legs = await closedLoop(connections, seconds, async lane => (await lanes[lane]!.send(accept(target, null))).status === 202);
  for (const lane of lanes) lane.close();
  return legs;
};

/** `count` accepted requests that nobody decides, on 32 connections. */
export const fillPending = async (target: Target, count: number): Promise<void> => {
  const lanes = Array.from({ length: 32 }, () => openLane(target.ingestPort));
  let left = count;
  await Promise.all(
    lanes.map(async lane => {
      while (left-- > 0) {
        const reply = await lane.send(accept(target, null));
        if (reply.status !== 202) throw new Error(`filling stopped: ${reply.status} ${reply.body.toString()}`);
      }
    }),
  );
  for (const lane of lanes) lane.close();
};

/** A receiver of callbacks that tells who waits for which approval. */
export type Receiver = { url: string; arrived(approvalId: string): Promise<number>; duplicates(): number; close(): void };

const APPROVAL_ID = /"approvalId":"(apr_[a-z2-7]{26})"/;

export const openReceiver = async (): Promise<Receiver> => {
  const waiting = new Map<string, (at: number) => void>();
  const early = new Map<string, number>();
  let duplicates = 0;
  const server: Server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-length': 0 }).end();
      const id = APPROVAL_ID.exec(Buffer.concat(chunks).toString('latin1'))?.[1];
      if (!id) return;
      const wake = waiting.get(id);
      if (wake) {
        waiting.delete(id);
        wake(at);
      } else if (early.has(id)) duplicates += 1;
      else early.set(id, at);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/callback`,
    arrived: id => {
      const at = early.get(id);
      if (at !== undefined) {
        early.delete(id);
        return Promise.resolve(at);
      }
      return new Promise(resolve => waiting.set(id, resolve));
    },
    duplicates: () => duplicates,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

export type CycleLegs = Legs & { decideToCallback: { p50: number; p99: number } };

type Cycle = (lane: { ingest: Lane; console: Lane }) => Promise<boolean>;

/** One whole approval: accept, decide through the operators' API as soon as it is accepted, wait for the callback. */
const cycleOf =
  (target: Target, receiver: Receiver, decideToCallback: number[]): Cycle =>
  async lane => {
    const accepted = await lane.ingest.send(accept(target, receiver.url));
    if (accepted.status !== 202) return false;
    const id = idIn(accepted.body);
    const arrived = receiver.arrived(id);
    const decided = await lane.console.send(post(`/api/approvals/${id}/approve`, { authorization: `Bearer ${target.token}` }, '{}'));
    const decidedAt = performance.now();
    if (decided.status !== 200) return false;
    decideToCallback.push((await arrived) - decidedAt);
    return true;
  };

const openLanes = (target: Target, count: number) =>
  Array.from({ length: count }, () => ({ ingest: openLane(target.ingestPort), console: openLane(target.consolePort) }));

const closeLanes = (lanes: ReturnType<typeof openLanes>) => {
  for (const lane of lanes) {
    lane.ingest.close();
    lane.console.close();
  }
};

/** Whole cycles, `connections` at once for `seconds`. */
export const cycleLoad = async (target: Target, receiver: Receiver, connections: number, seconds: number): Promise<CycleLegs> => {
  const decideToCallback: number[] = [];
  const lanes = openLanes(target, connections);
  const cycle = cycleOf(target, receiver, decideToCallback);
  const legs = await closedLoop(connections, seconds, lane => cycle(lanes[lane]!));
  closeLanes(lanes);
  return { ...legs, decideToCallback: { p50: round(percentile(decideToCallback, 0.5)), p99: round(percentile(decideToCallback, 0.99)) } };
};

/** Whole cycles started at a fixed rate, however long each takes: latency counts from when it was due. */
export const openLoop = async (target: Target, receiver: Receiver, perSecond: number, seconds: number): Promise<Legs> => {
  const samples: number[] = [];
  let failed = 0;
  const free = openLanes(target, 32);
  const all = [...free];
  const cycle = cycleOf(target, receiver, []);
  const total = Math.floor(perSecond * seconds);
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const due = startedAt + (index * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    const lane = free.pop() ?? openLanes(target, 1)[0]!;
    if (!all.includes(lane)) all.push(lane);
    running.push(
      cycle(lane)
        .catch(() => false)
        .then(ok => {
          if (ok) samples.push(performance.now() - due);
          else failed += 1;
          free.push(lane);
        }),
    );
  }
  await Promise.all(running);
  closeLanes(all);
  return legsOf(samples, failed, (performance.now() - startedAt) / 1_000);
};

/** Accepts at a fixed rate, however long each takes: latency counts from when it was due. */
export const acceptAtRate = async (target: Target, perSecond: number, seconds: number): Promise<Legs> => {
  const samples: number[] = [];
  let failed = 0;
  const free = Array.from({ length: 32 }, () => openLane(target.ingestPort));
  const all = [...free];
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < Math.floor(perSecond * seconds); index += 1) {
    const due = startedAt + (index * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
    const lane = free.pop() ?? openLane(target.ingestPort);
    if (!all.includes(lane)) all.push(lane);
    running.push(
      lane
        .send(accept(target, null))
        .then(({ status }) => status === 202)
        .catch(() => false)
        .then(ok => {
          if (ok) samples.push(performance.now() - due);
          else failed += 1;
          free.push(lane);
        }),
    );
  }
  await Promise.all(running);
  for (const lane of all) lane.close();
  return legsOf(samples, failed, (performance.now() - startedAt) / 1_000);
};
