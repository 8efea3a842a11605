import { startFreeStack, type FreeStack } from '../local/free-stack.ts';
import { type Behaviour, type Endpoint, openEndpoints, type Endpoints } from './fifty-endpoints.ts';
import { percentile, round } from './figures.ts';
import { approvalBody } from './load.ts';
import { type Lane, openLane, post } from './raw-client.ts';

/** Decisions, and how many a second: below what the stack can do, so that what is measured is waiting for others, not for the machine. */
export const DECISIONS = 10_000;
const PER_SECOND = 150;
const LANES = 24;
/**
 * Longest wait, once all endpoints are well again, for what could not be told before, seconds: a breaker that has opened six times in the minute
 * before pauses for two minutes, and what waited behind it is spread over as long again.
 */
const RECOVERY_SEC_MAX = 480;

/** Shorter waits than in production, so that what failed comes again within the run. */
const ENV = {
  INGEST_RATE_PER_SEC: '1000000',
  INGEST_RATE_BURST: '1000000',
  CALLBACK_SCHEDULE_SEC: '0,2,5,10,10,10,10,10,10,10,10,10,10,10,10',
  CALLBACK_TIMEOUT_MS: '5000',
  CALLBACK_BREAKER_PAUSE_MS: '2000',
  LOG_LEVEL: 'info',
};
const UNWELL = { slow: 10, dead: 5, throttling: 5 };
const WELL = { slow: 0, dead: 0, throttling: 0 };

export type CallbackFigures = {
  decisions: number;
  decidedPerSec: number;
  /** From the answer to the decision until the first byte at a healthy endpoint, milliseconds. */
  healthy: { p50: number; p99: number; max: number };
  /** Decisions no endpoint ever got. */
  lost: number;
  /** Decisions that came under more than one webhook id, or under another one's. */
  ambiguous: number;
  /** How often a decision was sent, by the behaviour of its endpoint before it was well again. */
  callsEach: Record<Behaviour, number>;
  recoverySec: number;
};

/** The same load on fifty healthy endpoints, and on fifty of which twenty are slow, dead or throttling. */
export const measureCallbacks = async (natsServer: string | null, decisions: number, say: (line: string) => void) => {
  const run = async (unwell: typeof UNWELL): Promise<CallbackFigures> => {
    const stack = await startFreeStack({ mode: 'all-in-one', natsServer, env: ENV });
    const endpoints = await openEndpoints(unwell);
    try {
      return await load(stack, endpoints, decisions);
    } finally {
      endpoints.close();
      await stack.stop();
    }
  };
  say('  fifty healthy endpoints …');
  const well = await run(WELL);
  say('  ten slow, five dead, five answering 429 …');
  const unwell = await run(UNWELL);
  return { well, unwell };
};

type Decided = { id: string; endpoint: Endpoint; atMs: number };

const load = async (stack: FreeStack, { endpoints, reached, heal }: Endpoints, decisions: number): Promise<CallbackFigures> => {
  await register(stack, endpoints);
  await decide(stack, endpoints, 300);
  const startedMs = performance.now();
  const decided = await decide(stack, endpoints, decisions);
  const decidedPerSec = round(decided.length / ((performance.now() - startedMs) / 1_000), 0);
  await until(5, () => decided.every(({ id, endpoint }) => endpoint.behaviour !== 'healthy' || reached.has(id)));
  heal();
  const healedMs = performance.now();
  await until(RECOVERY_SEC_MAX, () => decided.every(({ id }) => (reached.get(id)?.takenAtMs ?? null) !== null));
  const waits = decided
    .filter(({ endpoint, id }) => endpoint.behaviour === 'healthy' && reached.has(id))
    .map(({ id, atMs }) => reached.get(id)!.arrivedAtMs - atMs);
  const told = decided.filter(({ id }) => (reached.get(id)?.takenAtMs ?? null) !== null);
  const ids = new Set(told.flatMap(({ id }) => [...reached.get(id)!.webhookIds]));
  return {
    decisions: decided.length,
    decidedPerSec,
    healthy: { p50: round(percentile(waits, 0.5)), p99: round(percentile(waits, 0.99)), max: round(percentile(waits, 1)) },
    lost: decided.length - told.length,
    ambiguous: Math.abs(ids.size - told.length) + told.filter(({ id }) => reached.get(id)!.webhookIds.size !== 1).length,
    callsEach: callsEach(decided, reached),
    recoverySec: round((performance.now() - healedMs) / 1_000, 1),
  };
};

const callsEach = (decided: readonly Decided[], reached: Endpoints['reached']): Record<Behaviour, number> => {
  const of = (behaviour: Behaviour) => {
    const some = decided.filter(({ endpoint }) => endpoint.behaviour === behaviour);
    return some.length === 0 ? 0 : round(some.reduce((calls, { id }) => calls + (reached.get(id)?.calls ?? 0), 0) / some.length);
  };
  return { healthy: of('healthy'), slow: of('slow'), dead: of('dead'), throttling: of('throttling') };
};

const register = async ({ consolePort, credentials }: FreeStack, endpoints: readonly Endpoint[]): Promise<void> => {
  const lane = openLane(consolePort);
  for (const { id, url } of endpoints) {
    const headers = { authorization: `Bearer ${credentials.personalAccessToken}` };
    const reply = await lane.send(post('/api/endpoints', headers, JSON.stringify({ id, url })));
    if (reply.status >= 300) throw new Error(`an endpoint could not be registered: ${reply.status} ${reply.body.toString()}`);
  }
  lane.close();
};

/** Accepts and approves at a fixed rate, round the endpoints. */
const decide = async (
  { ingestPort, consolePort, credentials }: FreeStack,
  endpoints: readonly Endpoint[],
  decisions: number,
): Promise<Decided[]> => {
  const decided: Decided[] = [];
  const startedMs = performance.now();
  let next = 0;
  const work = async (ingest: Lane, console: Lane): Promise<void> => {
    while (next < decisions) {
      const index = next++;
      const waitMs = startedMs + (index * 1_000) / PER_SECOND - performance.now();
      if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs));
      const endpoint = endpoints[index % endpoints.length] as Endpoint;
      const body = approvalBody(null).replace('{', `{"callback":"${endpoint.id}",`);
      const accepted = await ingest.send(post('/v1/approvals', { authorization: `Bearer ${credentials.apiKey}` }, body));
      if (accepted.status !== 202) throw new Error(`not accepted: ${accepted.status} ${accepted.body.toString()}`);
      const { id } = JSON.parse(accepted.body.toString()) as { id: string };
      const headers = { authorization: `Bearer ${credentials.personalAccessToken}` };
      const reply = await console.send(post(`/api/approvals/${id}/approve`, headers, '{}'));
      if (reply.status !== 200) throw new Error(`not approved: ${reply.status} ${reply.body.toString()}`);
      decided.push({ id, endpoint, atMs: performance.now() });
    }
  };
  const lanes = Array.from({ length: LANES }, () => ({ ingest: openLane(ingestPort), console: openLane(consolePort) }));
  await Promise.all(lanes.map(({ ingest, console }) => work(ingest, console)));
  for (const { ingest, console } of lanes) {
    ingest.close();
    console.close();
  }
  return decided;
};

const until = async (seconds: number, holds: () => boolean): Promise<void> => {
  for (const endMs = performance.now() + 1_000 * seconds; performance.now() < endMs && !holds();)
    await new Promise(resolve => setTimeout(resolve, 50));
};
