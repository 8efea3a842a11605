import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, evolve, initial, type ApprovalCommand } from '@holdpoint/approval';
import { callback } from '@holdpoint/callback';
import { pausedCallKey, streamOf, type ApprovalEvent, type Event, type RecordedEvent } from '@holdpoint/contracts';
import { startEventStore } from '@holdpoint/event-store';
import { relay } from '@holdpoint/relay';
import { approvalIdOf, newWebhookKeys, openSigningKey, signDecisions, type WebhookKeys } from '@holdpoint/sealing';
import { keyFiles, openParts, readPartsConfig, type OpenParts } from '@holdpoint/service-kit';
import {
  type AssistantsFake,
  type CallbackReceiver,
  eraseOnRequest,
  evaluation,
  ordinarily,
  person,
  type RefundOptions,
  refundRequested,
  startAssistantsFake,
  startCallbackReceiver,
  TENANT,
} from '@holdpoint/testing';

export type RunningCallback = {
  parts: OpenParts;
  app: CallbackReceiver;
  assistants: AssistantsFake;
  keys: WebhookKeys;
  /** Moves the assistants server's clock ahead, milliseconds. */
  skip(ms: number): void;
  /** Asks for an approval whose answer goes to `path` of the app, unless told otherwise. @returns its id */
  ask(options?: RefundOptions & { path?: string }): Promise<string>;
  /** Asks for one pending call of a paused run of the assistants server, which is then resumed for the app. */
  askForCall(call: { threadId: string; runId: string; toolCallId: string }, options?: RefundOptions): Promise<string>;
  /** A person approves. */
  approve(id: string, note?: string): Promise<void>;
  reject(id: string, note?: string): Promise<void>;
  /** An owner has it erased; nobody destroys its keys yet. */
  orderErasure(id: string): Promise<void>;
  /** What is recorded in `callback-<id>`, once it has an event of this type. */
  until(id: string, ...types: string[]): Promise<RecordedEvent[]>;
  events(id: string): Promise<RecordedEvent[]>;
  /** The event that ended the approval, as the relay would ring it once more. */
  ringAgain(id: string): Promise<void>;
  /** Records settings of the organisation; callback has them afterwards. */
  settings(...events: Event[]): Promise<void>;
  /** Registers an endpoint with keys of its own. */
  register(endpointId: string, url: string, operational?: boolean): Promise<WebhookKeys>;
  /** Somebody asks for a callback once more. */
  replay(id: string): Promise<void>;
  stopStore(): Promise<void>;
  startStore(): Promise<void>;
  close(): Promise<void>;
};

const AT = '2026-11-22T10:00:00.000Z';

/** Callback as it runs, beside the relay, on an embedded event store and the in-process broker, with an app and an assistants server outside. */
export const startCallback = async (env: Record<string, string> = {}): Promise<RunningCallback> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'callback-spec-'));
  const storeOn = (on: number) =>
    startEventStore({ dataDir: join(dataDir, 'events'), port: on, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 } });
  let store = await storeOn(0);
  const { port } = store;
  let aheadMs = 0;
  const [app, assistants] = await Promise.all([startCallbackReceiver(), startAssistantsFake({ clock: () => Date.now() + aheadMs })]);
  const settings = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${port}?tls=false`,
    HOLDPOINT_APPEND_TIMEOUT_MS: '2000',
    HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'fatal',
    CALLBACK_PORT: '0',
    CALLBACK_SCHEDULE_SEC: '0,0.2,0.3,0.4',
    CALLBACK_TIMEOUT_MS: '600',
    CALLBACK_CONCURRENCY_PER_ENDPOINT: '4',
    RESUME_SCHEDULE_SEC: '0,0.2,0.2,0.3,0.3,0.5,0.5,0.5',
    RELAY_PORT: '0',
    ...env,
  };
  const parts = await openParts(readPartsConfig(settings), { name: 'callback-spec' });
  const keys = await addSettings(parts, assistants);
  const services = [await callback.start(callback.readConfig(settings), parts), await relay.start(relay.readConfig(settings), parts)];
  const signer = openSigningKey({ file: keyFiles(dataDir).receipt });
  let commands = 0;

  const handle = async (id: string, command: ApprovalCommand) => {
    const decider = {
      initial,
      evolve,
      decide: (asked: ApprovalCommand, state: typeof initial): ApprovalEvent[] => signDecisions(decide(asked, state), TENANT, signer),
    };
    const options = { commandId: `spec-${++commands}`, tenant: TENANT, actor: 'service:spec', recordedAt: parts.now() };
    await parts.eventLog.handle(decider, streamOf.approval(id), command, options);
  };
  const vote = (type: 'Approve' | 'Reject') => async (id: string, note?: string) => {
    const by = person('ada', 'operator');
    await handle(id, { type, ...ordinarily, by, channel: 'console', now: parts.now(), ...(note === undefined ? {} : { note }) });
  };
  const request = async (options: RefundOptions): Promise<string> => {
    const requested = refundRequested({
      requestedAt: parts.now(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      ...options,
    });
    await handle(requested.approvalId, { type: 'RequestApproval', requested });
    await handle(requested.approvalId, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: parts.now() });
    return requested.approvalId;
  };
  const change = async (...added: Event[]) => {
    const { revision } = await parts.eventLog.load(streamOf.organization(TENANT));
    const { position } = await parts.eventLog.append(streamOf.organization(TENANT), added, {
      commandId: `settings-${++commands}`,
      tenant: TENANT,
      actor: 'operator:ada',
      recordedAt: parts.now(),
      expectedRevision: revision,
    });
    await parts.directory.atLeast(position);
  };
  const events = async (id: string) => (await parts.eventLog.load(streamOf.callback(id))).events;

  return {
    parts,
    app,
    assistants,
    keys,
    skip: ms => {
      aheadMs += ms;
    },
    ask: ({ path = '/callback', ...options } = {}) =>
      request({
        key: `plain-${++commands}`,
        ...options,
        private: { callback: { url: app.url(path), state: 'order=A-1' }, state: 'order=A-1', ...options.private },
      }),
    askForCall: (call, options = {}) =>
      request({
        ...call,
        approvalId: approvalIdOf(TENANT, pausedCallKey('live', { source: 'openai.assistants', ...call })),
        delivery: {
          source: 'openai.assistants',
          callback: true,
          resume: { mode: 'openai.submitToolOutputs', connectionId: 'assistants' },
          upstreamExpiresAt: null,
        },
        ...options,
        private: { callback: { url: app.url('/resumed') }, ...options.private },
      }),
    approve: vote('Approve'),
    reject: vote('Reject'),
    orderErasure: id => handle(id, eraseOnRequest(parts.now())),
    events,
    until: async (id, ...types) => {
      for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 20) {
        const seen = await events(id);
        if (types.every(type => seen.some(event => event.type === type))) return seen;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      throw new Error(
        `no ${types.join(' and ')} within 8 s, only ${JSON.stringify((await events(id)).map(({ type, data }) => ({ type, data })))}`,
      );
    },
    ringAgain: async id => {
      const { events: history } = await parts.eventLog.loadRaw(streamOf.approval(id));
      const item = { kind: 'event' as const, ...history.at(-1)!, fresh: false };
      await parts.messaging.publishWork('callback', 'work', { items: [item] }, `ring ${++commands}`);
    },
    settings: change,
    register: async (endpointId, url, operational = false) => {
      const { secret, signingKey, publicKey } = newWebhookKeys();
      const data = { endpointId, publicKey, operational, at: parts.now(), private: { url, secret, signingKey } };
      await change({ type: 'EndpointRegistered', data });
      return { secret, signingKey, publicKey };
    },
    replay: async id => {
      const { events: before, revision } = await parts.eventLog.load(streamOf.callback(id));
      const { webhookId } = before[0]!.data as { webhookId: string };
      const at = parts.now();
      await parts.eventLog.append(
        streamOf.callback(id),
        [{ type: 'CallbackScheduled', data: { approvalId: id, webhookId, nextAttemptAt: at, reason: 'replay', at } }],
        { commandId: `replay-${++commands}`, tenant: TENANT, actor: 'operator:ada', recordedAt: at, expectedRevision: revision },
      );
    },
    stopStore: () => store.close(),
    startStore: async () => {
      store = await storeOn(port);
    },
    close: async () => {
      await assistants.close();
      await app.close();
      for (const service of services.toReversed()) await service.close();
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const addSettings = async ({ eventLog, directory }: OpenParts, assistants: AssistantsFake): Promise<WebhookKeys> => {
  const keys = newWebhookKeys();
  const { secret, signingKey, publicKey } = keys;
  const events: Event[] = [
    { type: 'OrganizationCreated', data: { organizationId: TENANT, name: 'Example', at: AT } },
    { type: 'EndpointRegistered', data: { endpointId: 'default', publicKey, at: AT, private: { url: null, secret, signingKey } } },
    {
      type: 'ConnectionAdded',
      data: {
        connectionId: 'assistants',
        provider: 'openai.assistants',
        at: AT,
        private: { baseUrl: assistants.baseUrl, apiKey: assistants.apiKey },
      },
    },
  ];
  const { position } = await eventLog.append(streamOf.organization(TENANT), events, {
    commandId: 'setup',
    tenant: TENANT,
    actor: 'service:spec',
    recordedAt: AT,
    expectedRevision: 'none',
  });
  await directory.atLeast(position);
  return keys;
};
