import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleService } from '@holdpoint/console';
import { decision } from '@holdpoint/decision';
import { startEventStore } from '@holdpoint/event-store';
import { ingest } from '@holdpoint/ingest';
import { notification } from '@holdpoint/notification';
import { relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import { openParts, readPartsConfig, type RunningService, type Service } from '@holdpoint/service-kit';
import { joinByInvitation } from '@holdpoint/testing';

export type Person = { email: string; password: string; id: string; name: string };

export type WholeProduct = {
  url: string;
  owner: { email: string; password: string };
  /** A call of the operators' API as the owner. @throws Error with the answer, unless it is 2xx */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** An agent asks; resolves to the approval's id once people see it. */
  ask(more?: {
    amount?: number;
    riskLevel?: string;
    summary?: string;
    entityId?: string;
    expiresAt?: string;
    preconditions?: object[];
    argsSchema?: object;
  }): Promise<string>;
  /** The agent answers a question. */
  answer(id: string, text: string): Promise<void>;
  /** Somebody joins, with a password to sign in with. */
  join(name: string, role: string): Promise<Person>;
  close(): Promise<void>;
};

type Credentials = { email: string; password: string; apiKey: string; personalAccessToken: string };

/** Longest wait until people see what an agent asked, milliseconds: far more than it takes. */
const SEEN_MS_MAX = 10_000;

/** Everything a person meets in a browser, in this process, from source: the log, the gate, people, and the built web app. @param more variables */
export const startWholeProduct = async (webFolder: string, more: Record<string, string> = {}): Promise<WholeProduct> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'web-spec-'));
  const store = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0 });
  const services = [consoleService, ingest, routing, decision, notification, relay] as Service<unknown>[];
  const env = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    HOLDPOINT_ORGANIZATION_NAME: 'Northwind Outdoor',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
    LOG_LEVEL: 'fatal',
    CONSOLE_WEB_FOLDER: webFolder,
    ...Object.fromEntries(services.map(({ name }) => [`${name.toUpperCase()}_PORT`, '0'])),
    ...more,
  };
  const parts = await openParts(readPartsConfig(env), { name: 'web-spec' });
  const running = new Map<string, RunningService>();
  for (const service of services) running.set(service.name, await service.start(service.readConfig(env), parts));
  const urlOf = (name: string) => `http://127.0.0.1:${running.get(name)?.port}`;
  const { email, password, apiKey, personalAccessToken } = JSON.parse(
    await readFile(join(dataDir, 'credentials.json'), 'utf8'),
  ) as Credentials;
  const call = async (url: string, key: string, method: string, body?: unknown) => {
    const reply = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${url}: ${reply.status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
  const api: WholeProduct['api'] = async (method, path, body) =>
    (await call(urlOf('console') + path, personalAccessToken, method, body)) as never;
  let asked = 0;
  const ask: WholeProduct['ask'] = async ({ amount = 245, riskLevel = 'medium', summary, entityId, ...more } = {}) => {
    asked += 1;
    const body = {
      source: 'custom',
      runId: `run_${asked}`,
      toolCallId: `call_${asked}`,
      arguments: {
        contextSummary: summary ?? `The customer was charged twice for order A-${4_700 + asked}; the second payment belongs to no order.`,
        proposedAction: `Refund ${amount} USD to the card.`,
        entityId: entityId ?? `order A-${4_700 + asked}`,
        riskLevel,
      },
      action: { name: 'issue_refund', args: { order_id: `A-${4_700 + asked}`, amount, currency: 'USD' } },
      ...more,
    };
    const { id } = (await call(`${urlOf('ingest')}/v1/approvals`, apiKey, 'POST', body)) as { id: string };
    const until = performance.now() + SEEN_MS_MAX;
    while (performance.now() < until) {
      const detail = await api<{ item: { phase: string } }>('GET', `/api/approvals/${id}`).catch(() => null);
      if (detail?.item.phase === 'review') return id;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    throw new Error(`${id} did not come before people`);
  };
  return {
    url: urlOf('console'),
    owner: { email, password },
    api,
    ask,
    answer: async (id, text) => {
      const { history } = await api<{ history: { type: string; data: { questionId?: string } }[] }>('GET', `/api/approvals/${id}`);
      const questionId = history.findLast(({ type }) => type === 'QuestionAsked')?.data.questionId;
      await call(`${urlOf('ingest')}/v1/approvals/${id}/answers`, apiKey, 'POST', { questionId, text });
    },
    join: async (name, role) => {
      const address = `${name.split(' ')[0]?.toLowerCase()}@example.test`;
      const invited = { consoleUrl: urlOf('console'), token: personalAccessToken, email: address, name, roles: [role] };
      const { operatorId, ...person } = await joinByInvitation(invited);
      return { ...person, id: operatorId };
    },
    close: async () => {
      for (const service of running.values()) await service.close();
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
