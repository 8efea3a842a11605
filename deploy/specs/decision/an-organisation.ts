import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, evolve, initial, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import { streamOf, type ApprovalEvent, type Event, type GatePolicy, type Role, type WorkItem } from '@holdpoint/contracts';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { defaultPolicy } from '@holdpoint/gate';
import { newId, openSigningKey, signDecisions } from '@holdpoint/sealing';
import { keyFiles, openParts, readPartsConfig, type OpenParts, type ServiceParts } from '@holdpoint/service-kit';
import { refundRequested, type RefundOptions } from '@holdpoint/testing';

export const ORG = 'org_example';
export const OTHER_ORG = 'org_other';
const PEOPLE: Record<string, [tenant: string, ...Role[]]> = {
  opr_ada: [ORG, 'operator'],
  opr_ben: [ORG, 'operator'],
  opr_cleo: [ORG, 'senior'],
  opr_olga: [ORG, 'owner'],
  opr_vera: [ORG, 'viewer'],
  opr_zoe: [OTHER_ORG, 'owner'],
};

export type Organisation = {
  parts: OpenParts;
  /** What a service is started with: the parts, with the clock of this world and a silent log. */
  serviceParts: ServiceParts;
  env: Record<string, string>;
  /** The world's clock, milliseconds since 1970; services see only this one. */
  clock: { ms: number };
  /** Records a request, as ingest does. @returns its id */
  ask(options?: RefundOptions): Promise<string>;
  /** Decides and appends as another service would, one append per command. */
  record(id: string, ...commands: ApprovalCommand[]): Promise<void>;
  /** The events of an approval. */
  events(id: string): Promise<ApprovalEvent[]>;
  types(id: string): Promise<string[]>;
  state(id: string): Promise<ApprovalState>;
  /** An event as the relay would ring it. */
  item(id: string, revision: number, more?: Partial<WorkItem>): Promise<WorkItem>;
  publishPolicy(version: number, document: GatePolicy): Promise<void>;
  jwks: { keys: object[] };
  stopStore(): Promise<void>;
  startStore(): Promise<void>;
  close(): Promise<void>;
};

/** An organisation with people, an agent and an active policy, on an embedded event store and the in-process broker. */
export const openOrganisation = async (): Promise<Organisation> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'decision-spec-'));
  const limits = { diskFreeBytesMin: 0, diskFreePercentMin: 0 };
  let store: RunningEventStore = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0, limits });
  const { port } = store;
  const env = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${port}?tls=false`,
    LOG_LEVEL: 'fatal',
    ROUTING_PORT: '0',
    DECISION_PORT: '0',
  };
  const parts = await openParts(readPartsConfig(env), { name: 'decision-spec' });
  const { eventLog } = parts;
  const clock = { ms: Date.now() };
  const now = (): string => new Date(clock.ms).toISOString();
  const signer = openSigningKey({ file: keyFiles(dataDir).receipt });
  const policyRevisions = { next: -1 };
  await furnish(parts);

  const world: Organisation = {
    parts,
    serviceParts: { ...parts, now },
    env,
    clock,
    jwks: { keys: [signer.jwk] },
    ask: async (options = {}) => {
      const requested = refundRequested({
        key: newId('key'),
        requestedAt: now(),
        expiresAt: new Date(clock.ms + 3_600_000).toISOString(),
        ...options,
      });
      await world.record(requested.approvalId, { type: 'RequestApproval', requested });
      return requested.approvalId;
    },
    record: async (id, ...commands) => {
      for (const command of commands)
        await eventLog.handle(
          {
            initial,
            evolve,
            decide: (asked: ApprovalCommand, state: typeof initial): ApprovalEvent[] => signDecisions(decide(asked, state), ORG, signer),
          },
          streamOf.approval(id),
          command,
          { commandId: newId('cmd'), tenant: ORG, actor: 'service:spec', recordedAt: now() },
        );
    },
    events: async id => (await eventLog.load(streamOf.approval(id))).events as unknown as ApprovalEvent[],
    types: async id => (await world.events(id)).map(({ type }) => type),
    state: async id => (await world.events(id)).reduce(evolve, initial),
    item: async (id, revision, more = {}) => {
      const { events } = await eventLog.loadRaw(streamOf.approval(id), { fromRevision: revision, maxCount: 1 });
      const [event] = events;
      if (event === undefined) throw new Error(`${id} has no revision ${revision}`);
      const { stream, type, data, metadata } = event;
      return { kind: 'event', stream, revision, id: event.id, type, data, metadata, fresh: true, ...more };
    },
    publishPolicy: async (version, document) => {
      const { position } = await eventLog.append(
        streamOf.gatePolicy(ORG),
        [
          { type: 'GatePolicyPublished', data: { policyId: document.id, version, document, by: 'opr_olga', at: now() } },
          { type: 'GatePolicyActivated', data: { policyId: document.id, version, by: 'opr_olga', at: now() } },
        ],
        {
          expectedRevision: policyRevisions.next < 0 ? 'none' : policyRevisions.next,
          commandId: newId('cmd'),
          tenant: ORG,
          actor: 'operator:opr_olga',
          recordedAt: now(),
        },
      );
      policyRevisions.next += 2;
      await parts.directory.atLeast(position);
    },
    stopStore: () => store.close(),
    startStore: async () => {
      store = await startEventStore({ dataDir: join(dataDir, 'events'), port, limits });
    },
    close: async () => {
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  // Sampling is a draw: specs that are about it set a share of their own.
  await world.publishPolicy(1, { ...defaultPolicy(), sampleShare: 0 });
  return world;
};

const furnish = async ({ eventLog, directory, now }: OpenParts): Promise<void> => {
  const at = now();
  let position = '';
  const record = async (stream: string, tenant: string, events: Event[]): Promise<void> => {
    const options = { expectedRevision: 'none' as const, commandId: `setup:${stream}`, tenant, actor: 'service:spec', recordedAt: at };
    ({ position } = await eventLog.append(stream, events, options));
  };
  for (const organizationId of [ORG, OTHER_ORG])
    await record(streamOf.organization(organizationId), organizationId, [
      { type: 'OrganizationCreated', data: { organizationId, name: organizationId, at } },
    ]);
  for (const [operatorId, [organizationId, ...roles]] of Object.entries(PEOPLE)) {
    const name = operatorId.slice(4);
    await record(streamOf.operator(operatorId), organizationId, [
      { type: 'MemberJoined', data: { operatorId, organizationId, at, private: { email: `${name}@example.test`, name } } },
      ...roles.map((role): Event => ({ type: 'RoleGranted', data: { operatorId, role, at } })),
    ]);
  }
  await record(streamOf.agent('agt_assistant'), ORG, [
    { type: 'AgentRegistered', data: { agentId: 'agt_assistant', organizationId: ORG, name: 'assistant', ownerId: 'opr_ben', at } },
  ]);
  await directory.atLeast(position);
};

/** Waits until `look` gives something, at most 5 s. */
export const eventually = async <T>(look: () => Promise<T | null | false>): Promise<T> => {
  const until = performance.now() + 5_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== false) return found;
    if (performance.now() > until) throw new Error('it did not happen within 5 s');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
};
