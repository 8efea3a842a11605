import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, evolve, initial, type ApprovalCommand } from '@holdpoint/approval';
import { streamOf, type AlertChannel, type ApprovalEvent, type Event, type RecordedEvent, type Role } from '@holdpoint/contracts';
import { startEventStore } from '@holdpoint/event-store';
import { notification } from '@holdpoint/notification';
import { relay } from '@holdpoint/relay';
import { openSigningKey, signDecisions } from '@holdpoint/sealing';
import { keyFiles, openParts, readPartsConfig, type OpenParts } from '@holdpoint/service-kit';
import {
  evaluation,
  type EvaluationOptions,
  ordinarily,
  type RefundOptions,
  refundRequested,
  type SmtpCatcher,
  startSmtpCatcher,
  TENANT,
} from '@holdpoint/testing';

export type RunningNotification = {
  parts: OpenParts;
  mail: SmtpCatcher;
  /** Base URL of the service's own pages and hooks. */
  url: string;
  /** A request that needs a person: its first step is open. @returns its id */
  ask(gate?: EvaluationOptions, options?: RefundOptions): Promise<string>;
  handle(id: string, command: ApprovalCommand): Promise<void>;
  events(id: string): Promise<RecordedEvent[]>;
  /** What is recorded in `notification-<id>`, once `enough` says so. */
  until(id: string, enough: (events: RecordedEvent[]) => boolean, withinMs?: number): Promise<RecordedEvent[]>;
  close(): Promise<void>;
};

const AT = '2026-11-22T10:00:00.000Z';

type Member = { name: string; roles: Role[]; addresses?: { channel: AlertChannel; address: string; verified?: boolean }[] };
/** Ada has two addresses, Ben none that is verified, Cid is a senior, Dan an administrator; Eve may only look, and so may Gus, who has two addresses. */
const MEMBERS: Member[] = [
  {
    name: 'ada',
    roles: ['operator'],
    addresses: [
      { channel: 'email', address: 'ada@example.test' },
      { channel: 'email', address: 'Ada <ada.home@Example.test>' },
    ],
  },
  { name: 'ben', roles: ['operator'], addresses: [{ channel: 'email', address: 'ben@example.test', verified: false }] },
  { name: 'cid', roles: ['senior'], addresses: [{ channel: 'email', address: 'cid@example.test' }] },
  { name: 'dan', roles: ['admin'], addresses: [{ channel: 'email', address: 'dan@example.test' }] },
  {
    name: 'gus',
    roles: ['viewer'],
    addresses: [
      { channel: 'email', address: 'gus@example.test' },
      { channel: 'email', address: 'gus.home@example.test' },
    ],
  },
  { name: 'eve', roles: ['viewer'], addresses: [{ channel: 'email', address: 'eve@example.test' }] },
];

/** Notification as it runs, beside the relay, on an embedded event store, the in-process broker and a real SMTP server. */
export const startNotification = async (
  env: Record<string, string> = {},
  { now }: { now?: () => string } = {},
): Promise<RunningNotification> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'notification-spec-'));
  const store = await startEventStore({
    dataDir: join(dataDir, 'events'),
    port: 0,
    limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 },
  });
  const mail = await startSmtpCatcher({ auth: { user: 'holdpoint', password: 'p@ss' } });
  const settings = {
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_TRANSPORT: 'inProcess',
    HOLDPOINT_CONSOLE_URL: 'https://approvals.example.test',
    EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
    LOG_LEVEL: 'fatal',
    NOTIFICATION_PORT: '0',
    NOTIFICATION_SMTP_URL: `smtp://holdpoint:p%40ss@127.0.0.1:${mail.port}`,
    NOTIFICATION_EMAIL_FROM: 'Holdpoint <alerts@example.test>',
    RELAY_PORT: '0',
    ...env,
  };
  const opened = await openParts(readPartsConfig(settings), { name: 'notification-spec' });
  const parts = now === undefined ? opened : { ...opened, now };
  await addMembers(parts);
  const served = await notification.start(notification.readConfig(settings), parts);
  const services = [served, await relay.start(relay.readConfig(settings), parts)];
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
  const events = async (id: string) => (await parts.eventLog.load(streamOf.notification(id))).events;
  return {
    parts,
    mail,
    url: `http://127.0.0.1:${served.port}`,
    handle,
    events,
    ask: async (gate, options = {}) => {
      const requested = refundRequested({
        key: `alert-${++commands}`,
        requestedAt: parts.now(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        delivery: { source: 'custom', callback: false, resume: { mode: 'none' }, upstreamExpiresAt: null },
        ...options,
      });
      await handle(requested.approvalId, { type: 'RequestApproval', requested });
      await handle(requested.approvalId, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(gate), now: parts.now() });
      return requested.approvalId;
    },
    until: async (id, enough, withinMs = 15_000) => {
      for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 20) {
        const seen = await events(id);
        if (enough(seen)) return seen;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      throw new Error(`not within ${withinMs} ms, only ${JSON.stringify((await events(id)).map(({ type, data }) => ({ type, data })))}`);
    },
    close: async () => {
      for (const service of services.toReversed()) await service.close();
      await mail.close();
      await parts.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const addMembers = async ({ eventLog, directory }: OpenParts): Promise<void> => {
  let position = '';
  const record = async (stream: string, events: Event[]) => {
    const options = {
      commandId: `setup-${stream}`,
      tenant: TENANT,
      actor: 'service:spec',
      recordedAt: AT,
      expectedRevision: 'none' as const,
    };
    ({ position } = await eventLog.append(stream, events, options));
  };
  await record(streamOf.organization(TENANT), [
    { type: 'OrganizationCreated', data: { organizationId: TENANT, name: 'Example & Sons', at: AT } },
  ]);
  for (const { name, roles, addresses = [] } of MEMBERS) {
    const operatorId = `opr_${name}`;
    await record(streamOf.operator(operatorId), [
      { type: 'MemberJoined', data: { operatorId, organizationId: TENANT, at: AT, private: { email: `${name}@example.test`, name } } },
      ...roles.map(role => ({ type: 'RoleGranted' as const, data: { operatorId, role, at: AT } })),
      ...addresses.flatMap(({ channel, address, verified = true }, index): Event[] => {
        const addressId = `adr_${name}${index}`;
        const added: Event = { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel, at: AT, private: { address } } };
        return verified ? [added, { type: 'ChannelAddressVerified', data: { operatorId, addressId, at: AT } }] : [added];
      }),
    ]);
  }
  await directory.atLeast(position);
};
