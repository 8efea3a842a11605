import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, evolve, initial, type ApprovalCommand } from '@holdpoint/approval';
import { streamOf, type AcceptedReply, type ApiKeyScope, type ApprovalEvent, type Event, type Problem } from '@holdpoint/contracts';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { ingest } from '@holdpoint/ingest';
import { newCredential, openSigningKey, signDecisions } from '@holdpoint/sealing';
import { keyFiles, openParts, readPartsConfig, type OpenParts, type RunningService } from '@holdpoint/service-kit';
import { eraseOnRequest, evaluation, ordinarily } from '@holdpoint/testing';

/** API keys of the sample organisations. */
export type Keys = Record<'live' | 'second' | 'readOnly' | 'writeOnly' | 'test' | 'foreign', string>;

export type RunningIngest = {
  url: string;
  parts: OpenParts;
  keys: Keys;
  /** A call with the live key, unless another is given. */
  call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    options?: { key?: string; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  /** Asks for an approval and expects 202. */
  ask(body?: object): Promise<AcceptedReply>;
  /** Decides as routing or a person would, and announces it as the relay would. */
  decideAs(id: string, ...commands: ApprovalCommand[]): Promise<void>;
  /** The gate lets it through. */
  approve(id: string): Promise<void>;
  /** An owner has it erased; nobody destroys its keys yet. */
  orderErasure(id: string): Promise<void>;
  /** Ends ingest as a stop of its process would; the log stays open. */
  stopIngest(): Promise<void>;
  stopStore(): Promise<void>;
  startStore(limits?: object): Promise<void>;
  close(): Promise<void>;
};

const AT = '2026-11-22T10:00:00.000Z';
const ORG = 'org_a';

/** Ingest as it runs, on an embedded event store and the in-process broker, with two organisations and their keys. */
export const startIngest = async (env: Record<string, string> = {}): Promise<RunningIngest> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'ingest-spec-'));
  const roomy = { diskFreeBytesMin: 0, diskFreePercentMin: 0 };
  let store: RunningEventStore = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0, limits: roomy });
  const { port } = store;
  const settings = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${port}?tls=false`,
    HOLDPOINT_APPEND_TIMEOUT_MS: '4000',
    HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'fatal',
    INGEST_PORT: '0',
    ...env,
  };
  const parts = await openParts(readPartsConfig(settings), { name: 'ingest-spec' });
  const keys = await issueKeys(parts);
  const running: RunningService = await ingest.start(ingest.readConfig(settings), parts);
  const signer = openSigningKey({ file: keyFiles(dataDir).receipt });
  const url = `http://127.0.0.1:${running.port}`;
  let commands = 0;
  let stopped: Promise<void> | undefined;

  const world: RunningIngest = {
    url,
    parts,
    keys,
    call: (method, path, body, { key = keys.live, headers = {}, signal } = {}) =>
      fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    ask: async (body = aRequest()) => {
      const response = await world.call('POST', '/v1/approvals', body);
      if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
      return (await response.json()) as AcceptedReply;
    },
    decideAs: async (id, ...steps) => {
      for (const command of steps) {
        const { events, revision, position } = await parts.eventLog.handle(
          {
            initial,
            evolve,
            decide: (asked: ApprovalCommand, state: typeof initial): ApprovalEvent[] => signDecisions(decide(asked, state), ORG, signer),
          },
          streamOf.approval(id),
          command,
          { commandId: `spec-${++commands}`, tenant: ORG, actor: 'service:spec', recordedAt: parts.now() },
        );
        const stream = streamOf.approval(id);
        const changes = events.map((event, index) => ({
          approvalId: id,
          stream,
          revision: revision - events.length + 1 + index,
          type: event.type,
          position: position ?? '0',
        }));
        parts.messaging.publishLive(ORG, { changes });
      }
    },
    approve: id =>
      world.decideAs(id, {
        type: 'ApplyGate',
        ...ordinarily,
        evaluation: evaluation({ verdict: 'APPROVE_AUTOMATICALLY' }),
        now: parts.now(),
      }),
    orderErasure: id => world.decideAs(id, eraseOnRequest(parts.now())),
    stopIngest: () => (stopped ??= running.close()),
    stopStore: () => store.close(),
    startStore: async limits => {
      store = await startEventStore({ dataDir: join(dataDir, 'events'), port, limits: { ...roomy, ...limits } });
    },
    close: async () => {
      await world.stopIngest();
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return world;
};

let asked = 0;
/** A request as a small app sends it; every call gives another tool call. */
export const aRequest = (more: object = {}): Record<string, unknown> => ({
  source: 'openai.assistants',
  threadId: 'thread_1',
  runId: 'run_1',
  toolCallId: `call_${++asked}`,
  arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund $245', entityId: 'A-1', riskLevel: 'medium' },
  action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
  ...more,
});

/** The problem document of a refused call. */
export const problemOf = async (response: Response): Promise<Problem> => {
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('application/problem+json'))
    throw new Error(`${response.status} is no problem document: ${text}`);
  return JSON.parse(text) as Problem;
};

const issueKeys = async ({ eventLog, directory }: OpenParts): Promise<Keys> => {
  const both: ApiKeyScope[] = ['requests:write', 'requests:read'];
  let position = '';
  const record = async (stream: string, tenant: string, events: Event[]) => {
    const options = { commandId: `setup-${stream}`, tenant, actor: 'service:spec', recordedAt: AT, expectedRevision: 'none' as const };
    ({ position } = await eventLog.append(stream, events, options));
  };
  const agentWith = async (organizationId: string, agentId: string, wanted: { mode: 'live' | 'test'; scopes: ApiKeyScope[] }[]) => {
    const credentials = wanted.map(({ mode }) => newCredential(mode === 'live' ? 'hp_live' : 'hp_test'));
    const issued = wanted.map(({ mode, scopes }, index) => {
      const { id, hash } = credentials[index]!;
      return { type: 'ApiKeyIssued' as const, data: { agentId, keyId: id, hash, mode, scopes, at: AT, expiresAt: null } };
    });
    await record(streamOf.agent(agentId), organizationId, [
      { type: 'AgentRegistered', data: { agentId, organizationId, name: agentId, ownerId: 'opr_a', at: AT } },
      ...issued,
    ]);
    return credentials.map(({ token }) => token);
  };
  for (const organizationId of [ORG, 'org_b'])
    await record(streamOf.organization(organizationId), organizationId, [
      { type: 'OrganizationCreated', data: { organizationId, name: organizationId, at: AT } },
    ]);
  const [live, readOnly, writeOnly, test] = await agentWith(ORG, 'agt_assistant', [
    { mode: 'live', scopes: both },
    { mode: 'live', scopes: ['requests:read'] },
    { mode: 'live', scopes: ['requests:write'] },
    { mode: 'test', scopes: both },
  ]);
  const [second] = await agentWith(ORG, 'agt_second', [{ mode: 'live', scopes: both }]);
  const [foreign] = await agentWith('org_b', 'agt_foreign', [{ mode: 'live', scopes: both }]);
  await directory.atLeast(position);
  return { live: live!, readOnly: readOnly!, writeOnly: writeOnly!, test: test!, second: second!, foreign: foreign! };
};
