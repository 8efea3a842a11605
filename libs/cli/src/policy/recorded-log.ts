import { statSync } from 'node:fs';
import { join } from 'node:path';
import { streamOf, type EventData } from '@holdpoint/contracts';
import { LogUnavailable, openEventLog, type EventLog } from '@holdpoint/event-log';
import type { PublishedVersion } from '@holdpoint/gate';
import { openMasterKey, type MasterKey } from '@holdpoint/sealing';
import { dataFolderOf, keptIn } from '../api/access.ts';
import { readCliConfig } from '../cli.config.ts';
import { textOf, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT, Stop, usage } from '../stop.ts';
import { PAST_PREFIXES } from './past-events.ts';

/** An organisation's recorded log. */
export type RecordedLog = { log: EventLog; tenant: string; close(): Promise<void> };

export const LOG_OPTIONS = { data: { type: 'string' }, connection: { type: 'string' }, tenant: { type: 'string' } } as const;
export const LOG_HELP = {
  '--data <folder>': 'Data folder with keys/master.key, which opens what is sealed; else HOLDPOINT_DATA, else ./.holdpoint.',
  '--connection <url>': 'The event store, esdb://…; else EVENTSTORE_CONNECTION_STRING, else esdb://127.0.0.1:2113?tls=false.',
  '--tenant <id>': 'Which organisation; needed only where the log has several.',
} as const;

/** @throws Stop when there is no key (2), no organisation (2), or no event store (3) */
export const openRecordedLog = async (given: Given, io: Io): Promise<RecordedLog> => {
  const config = readCliConfig(io.env);
  const dataFolder = dataFolderOf(given, config);
  const connectionString = textOf(given, 'connection') ?? config.EVENTSTORE_CONNECTION_STRING;
  const log = openEventLog({ connectionString, masterKey: keyIn(dataFolder, config) });
  const close = () => log.close();
  try {
    const tenant = textOf(given, 'tenant') ?? keptIn(dataFolder)?.organizationId ?? (await onlyTenant(log));
    await log.loadRaw(streamOf.organization(tenant), { maxCount: 1 });
    return { log, tenant, close };
  } catch (error) {
    await close();
    if (!(error instanceof LogUnavailable)) throw error;
    throw new Stop(
      EXIT.unreachable,
      `The event store does not answer at ${connectionString.replace(/\/\/[^@/]*@/, '//')}. Start it (\`npm start\`, or only the store: \`HOLDPOINT_DATA=${dataFolder} node services/event-store/dist/main.js\`), or name another with --connection.`,
    );
  }
};

/** An existing key only: a new one would open nothing. */
const keyIn = (dataFolder: string, config: ReturnType<typeof readCliConfig>): MasterKey => {
  if (config.HOLDPOINT_MASTER_KEY !== undefined) return openMasterKey({ base64: config.HOLDPOINT_MASTER_KEY });
  const file = config.HOLDPOINT_MASTER_KEY_FILE ?? join(dataFolder, 'keys', 'master.key');
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw usage(`There is no master key at ${file}. Name the installation's data folder with --data, or set HOLDPOINT_MASTER_KEY_FILE.`);
  return openMasterKey({ file });
};

const onlyTenant = async (log: EventLog): Promise<string> => {
  const tenants = new Set<string>();
  await log.replay({
    prefixes: ['organization-'],
    from: 'start',
    onEvents: events => {
      for (const { metadata } of events) tenants.add(metadata.tenant);
    },
  });
  const [only, ...others] = tenants;
  if (only !== undefined && others.length === 0) return only;
  throw usage(
    only === undefined
      ? 'The log has no organisation yet.'
      : `The log has several organisations; say which with --tenant: ${[...tenants].join(', ')}.`,
  );
};

/** A published version of a policy, with when it last became active. */
export type RecordedVersion = PublishedVersion & { id: string; active: boolean };

/** Every version the organisation published, in order. */
export const recordedVersions = async ({ log, tenant }: RecordedLog): Promise<RecordedVersion[]> => {
  const { events } = await log.load(streamOf.gatePolicy(tenant));
  const versions: RecordedVersion[] = [];
  for (const event of events) {
    if (event.type === 'GatePolicyPublished') versions.push(versionOf(event.data));
    if (event.type === 'GatePolicyActivated')
      for (const version of versions) version.active = version.id === event.data.policyId && version.version === event.data.version;
  }
  return versions;
};

const versionOf = ({ policyId: id, version, document }: EventData<'GatePolicyPublished'>): RecordedVersion => ({
  id,
  version,
  document,
  active: false,
});

/** Position of the newest event, so that it can be said how far a replay is. */
export const headOf = async ({ log }: RecordedLog): Promise<number> => {
  const caughtUp = Promise.withResolvers<void>();
  const head = log.subscribe({
    name: 'head',
    from: 'end',
    prefixes: PAST_PREFIXES,
    onEvents: () => undefined,
    onCaughtUp: () => caughtUp.resolve(),
  });
  await caughtUp.promise;
  const position = Number(head.position());
  await head.close();
  return Number.isFinite(position) ? position : 0;
};
