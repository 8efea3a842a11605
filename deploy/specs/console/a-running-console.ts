import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, evolve, initial, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import { consoleService } from '@holdpoint/console';
import { decision } from '@holdpoint/decision';
import { streamOf, type ApprovalEvent } from '@holdpoint/contracts';
import { startEventStore } from '@holdpoint/event-store';
import { newId } from '@holdpoint/sealing';
import { openParts, readPartsConfig, type OpenParts, type RunningService } from '@holdpoint/service-kit';
import { evaluation, type EvaluationOptions, ordinarily, type RefundOptions, refundRequested } from '@holdpoint/testing';

export type Credentials = { email: string; password: string; apiKey: string; personalAccessToken: string; organizationId: string };

export type RunningConsole = {
  url: string;
  dataDir: string;
  parts: OpenParts;
  credentials: Credentials;
  /** A request with the owner's access token, unless `headers` says otherwise. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The same, expecting 2xx, with the answer parsed. */
  json<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** Appends what the decider gives for these commands to one approval, one append per command. */
  record(id: string, ...commands: ApprovalCommand[]): Promise<void>;
  /** An approval that waits for a person. @returns its id */
  pending(options?: RefundOptions, gate?: EvaluationOptions, tenant?: string): Promise<string>;
  /** Resolves when the inbox shows `id` as `test` wants it. */
  shown(id: string, view?: string): Promise<Record<string, unknown>>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** Longest wait for the read model, ms: a hundred times what it takes. */
const SHOWN_MS_MAX = 20_000;

/**
 * The console and the decision service as they run, on an embedded event store and the in-process broker.
 * @param settings further environment of theirs
 */
export const startConsole = async (settings: Record<string, string> = {}): Promise<RunningConsole> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'console-spec-'));
  const store = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0 });
  const env = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
    LOG_LEVEL: 'fatal',
    CONSOLE_PORT: '0',
    DECISION_PORT: '0',
    ...settings,
  };
  let parts = await openParts(readPartsConfig(env), { name: 'console-spec' });
  let running: RunningService = await consoleService.start(consoleService.readConfig(env), parts);
  let deciding: RunningService = await decision.start(decision.readConfig(env), parts);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Credentials;
  const states = new Map<string, { state: ApprovalState; revision: number; tenant: string }>();

  const world: RunningConsole = {
    get url() {
      return `http://127.0.0.1:${running.port}`;
    },
    get parts() {
      return parts;
    },
    dataDir,
    credentials,
    call: (method, path, body, headers = { authorization: `Bearer ${credentials.personalAccessToken}` }) =>
      fetch(`${world.url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    json: async (method, path, body, headers) => {
      const reply = await world.call(method, path, body, headers);
      const answer = await reply.json();
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(answer)}`);
      return answer as never;
    },
    record: async (id, ...commands) => {
      for (const command of commands) {
        const before = states.get(id) ?? { state: initial, revision: -1, tenant: credentials.organizationId };
        const events: ApprovalEvent[] = decide(command, before.state);
        if (events.length === 0) continue;
        const { revision } = await parts.eventLog.append(streamOf.approval(id), events, {
          expectedRevision: before.revision < 0 ? 'none' : before.revision,
          commandId: newId('cmd'),
          tenant: before.tenant,
          actor: 'service:spec',
          recordedAt: parts.now(),
        });
        states.set(id, { ...before, state: events.reduce(evolve, before.state), revision });
      }
    },
    pending: async (options = {}, gate = {}, tenant = credentials.organizationId) => {
      const requested = refundRequested({
        key: newId('key'),
        requestedAt: parts.now(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        ...options,
      });
      const id = requested.approvalId;
      states.set(id, { state: initial, revision: -1, tenant });
      await world.record(
        id,
        { type: 'RequestApproval', requested },
        { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(gate), now: parts.now() },
      );
      return id;
    },
    shown: async (id, view = 'all') => {
      const until = performance.now() + SHOWN_MS_MAX;
      for (;;) {
        const page = await world.json<{ items: Record<string, unknown>[] }>('GET', `/api/inbox?view=${view}&limit=200`);
        // A row that is still with the gate moves on by itself: its revision is not yet the one a person sees.
        const item = page.items.find(found => found['id'] === id && found['phase'] !== 'gating');
        if (item) return item;
        if (performance.now() > until) throw new Error(`the inbox does not show ${id} in view ${view}`);
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    },
    restart: async () => {
      await running.close();
      await deciding.close();
      await parts.close();
      parts = await openParts(readPartsConfig(env), { name: 'console-spec' });
      running = await consoleService.start(consoleService.readConfig(env), parts);
      deciding = await decision.start(decision.readConfig(env), parts);
    },
    close: async () => {
      await running.close();
      await deciding.close();
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return world;
};
