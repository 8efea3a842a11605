import { streamOf, type Event } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { openParts, readPartsConfig, type OpenParts } from '@holdpoint/service-kit';
import { startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { startFreeStack, type FreeStack } from '../local/free-stack.ts';
import { cpuMs, round, sum } from './figures.ts';
import { acceptAtRate, type Legs } from './load.ts';

/** People of one team, all with a chat; every request alerts each of them. */
const PEOPLE = { alerting: 25, storm: 10 } as const;
/** Requests a second, and for how long: with 25 people 500 alerts a second, and not more for any one of them than may go out by themselves. */
const REQUESTS_PER_SEC = 20;
const SECONDS = 15;
/** Before that, at the same rate: code that ran a hundred times is still interpreted, and costs several times what it will, seconds. */
const WARM_UP_SEC = 15;
/** The storm: five thousand requests in a minute for one team. */
const STORM_REQUESTS = 5_000;
const STORM_PER_SEC = 84;
/** Longest wait for the last digest after the storm, seconds: it is due at the next full minute. */
const SETTLE_SEC_MAX = 180;
/** Alerts to one person and channel a minute before a digest begins, as it is unless somebody changes it. */
const USUAL_PER_MINUTE = 6;
/** As many as may be allowed: every alert goes out by itself. */
const MOST_PER_MINUTE = 600;

const ENV = { INGEST_RATE_PER_SEC: '1000000', INGEST_RATE_BURST: '1000000', LOG_LEVEL: 'warn' };

export type AlertFigures = { accept: Legs; alertsPerSec: number; cpuMsPerRequest: number };
export type StormFigures = {
  requests: number;
  accept: Legs;
  people: number;
  /** Messages one person got, on average: single alerts, and digests. */
  singleEach: number;
  digestsEach: number;
  /** Requests of which somebody on the team was never told. */
  untold: number;
  settledSec: number;
};

type Team = { people: number; perMinute: number };

/** Accepts at a fixed rate without and with 500 alerts a second beside them, and a storm that ends in digests. */
export const measureAlerts = async (natsServer: string | null, say: (line: string) => void) => {
  const withTeam = async <T>(team: Team | null, run: (stack: FreeStack, fake: FakeProviders) => Promise<T>): Promise<T> => {
    const stack = await startFreeStack({ mode: 'all-in-one', natsServer, env: ENV });
    const fake = await startFakeProviders();
    try {
      if (team !== null) await joinTeam(stack, fake, team);
      return await run(stack, fake);
    } finally {
      await stack.stop();
      await fake.close();
    }
  };
  say('  nobody to alert but the inbox …');
  const quiet = await withTeam(null, steady);
  say(`  ${PEOPLE.alerting} people with a chat, every request tells each of them …`);
  const alerting = await withTeam({ people: PEOPLE.alerting, perMinute: MOST_PER_MINUTE }, steady);
  say(`  a storm: ${STORM_REQUESTS} requests in a minute …`);
  const storm = await withTeam({ people: PEOPLE.storm, perMinute: USUAL_PER_MINUTE }, rage);
  return { quiet, alerting, storm };
};

const targetOf = ({ ingestPort, consolePort, credentials }: FreeStack) => ({
  ingestPort,
  consolePort,
  apiKey: credentials.apiKey,
  token: credentials.personalAccessToken,
});

const steady = async (stack: FreeStack, fake: FakeProviders): Promise<AlertFigures> => {
  await acceptAtRate(targetOf(stack), REQUESTS_PER_SEC, WARM_UP_SEC);
  const [cpuBefore, messagesBefore] = [cpuOf(stack), fake.telegram.messages.length];
  const accept = await acceptAtRate(targetOf(stack), REQUESTS_PER_SEC, SECONDS);
  const alertsPerSec = round((fake.telegram.messages.length - messagesBefore) / SECONDS, 0);
  return { accept, alertsPerSec, cpuMsPerRequest: round((cpuOf(stack) - cpuBefore) / accept.count, 2) };
};

const cpuOf = ({ children }: FreeStack): number => sum([...children.values()].map(child => cpuMs(child.pid())));

const rage = async (stack: FreeStack, fake: FakeProviders): Promise<StormFigures> => {
  const accept = await acceptAtRate(targetOf(stack), STORM_PER_SEC, Math.ceil(STORM_REQUESTS / STORM_PER_SEC));
  const startedMs = performance.now();
  const counted = () => fake.telegram.messages.map(({ text }) => Number(/^(\d+) requests wait for you/.exec(text)?.[1] ?? 1));
  const toldInAll = () => sum(counted());
  while (toldInAll() < accept.count * PEOPLE.storm && performance.now() - startedMs < SETTLE_SEC_MAX * 1_000)
    await new Promise(resolve => setTimeout(resolve, 500));
  const digests = counted().filter(count => count > 1).length;
  return {
    requests: accept.count,
    accept,
    people: PEOPLE.storm,
    singleEach: round((fake.telegram.messages.length - digests) / PEOPLE.storm, 1),
    digestsEach: round(digests / PEOPLE.storm, 1),
    untold: Math.max(0, accept.count * PEOPLE.storm - toldInAll()),
    settledSec: round((performance.now() - startedMs) / 1_000, 1),
  };
};

/** People join, each with a chat that is known to be theirs; the channel is set up through the operators' API, as an administrator would. */
const joinTeam = async (stack: FreeStack, fake: FakeProviders, { people, perMinute: alertsPerMinuteMax }: Team): Promise<void> => {
  const call = async (path: string, body: object) => {
    const reply = await fetch(`http://127.0.0.1:${stack.consolePort}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stack.credentials.personalAccessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
  };
  await call('/api/organization/channel-policy', { policy: { alertsPerMinuteMax } });
  await call('/api/channels/telegram', { config: { botToken: fake.telegram.botToken, apiUrl: `${fake.origin}/telegram` } });
  const parts = await openParts(
    readPartsConfig({
      HOLDPOINT_DATA: stack.dataDir,
      HOLDPOINT_TRANSPORT: 'inProcess',
      EVENTSTORE_CONNECTION_STRING: stack.connectionString,
      LOG_LEVEL: 'fatal',
    }),
    { name: 'bench' },
  );
  try {
    for (let person = 0; person < people; person += 1) await join(parts, stack.credentials.organizationId, fake, 5_000 + person);
  } finally {
    await parts.close();
  }
};

const join = async ({ eventLog, now }: OpenParts, tenant: string, fake: FakeProviders, chatId: number): Promise<void> => {
  fake.telegram.hasStarted(chatId);
  const operatorId = newId('opr');
  const addressId = newId('adr');
  const at = now();
  const events: Event[] = [
    {
      type: 'MemberJoined',
      data: { operatorId, organizationId: tenant, at, private: { email: `${operatorId}@example.test`, name: 'Ada' } },
    },
    { type: 'RoleGranted', data: { operatorId, role: 'operator', at } },
    { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel: 'telegram', at, private: { address: String(chatId) } } },
    { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
  ];
  const options = { expectedRevision: 'none' as const, commandId: newId('cmd'), tenant, actor: 'service:bench', recordedAt: at };
  await eventLog.append(streamOf.operator(operatorId), events, options);
};
