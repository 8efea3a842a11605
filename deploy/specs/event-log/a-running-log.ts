import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, type AppendOptions, type EventLog, type LogLogger } from '@holdpoint/event-log';
import { startEventStore, type EventStoreOptions, type RunningEventStore } from '@holdpoint/event-store';
import { openMasterKey } from '@holdpoint/sealing';

export const masterKey = openMasterKey({ base64: Buffer.alloc(32, 7).toString('base64') });

/** An event store on a free port and a log on it; the store can be stopped and started again under the same address. */
export type RunningLog = {
  log: EventLog;
  warnings: string[];
  store(): RunningEventStore;
  stopStore(): Promise<void>;
  startStore(options?: Partial<EventStoreOptions>): Promise<void>;
  end(): Promise<void>;
};

export const aRunningLog = async ({ appendTimeoutMs = 15_000 }: { appendTimeoutMs?: number } = {}): Promise<RunningLog> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'event-log-'));
  let store = await startEventStore({ dataDir, port: 0, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 } });
  const { port } = store;
  const warnings: string[] = [];
  const logger: LogLogger = { info: () => undefined, warn: (_fields, message) => void warnings.push(message), error: () => undefined };
  const log = openEventLog({ connectionString: `esdb://127.0.0.1:${port}?tls=false`, masterKey, appendTimeoutMs, logger });
  return {
    log,
    warnings,
    store: () => store,
    stopStore: () => store.close(),
    startStore: async options => {
      store = await startEventStore({ dataDir, port, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 }, ...options });
    },
    end: async () => {
      await log.close();
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
};

let commands = 0;
/** Options of an append by a new command. */
export const by = (expectedRevision: number | 'none', more: Partial<AppendOptions> = {}): AppendOptions => ({
  expectedRevision,
  commandId: `command-${++commands}`,
  tenant: 'org_a',
  actor: 'operator:opr_a',
  recordedAt: '2026-11-22T10:00:00.000Z',
  ...more,
});

/** An event without and one with a private part. */
export const joined = (operatorId = 'opr_a', name = 'Ada') =>
  ({
    type: 'MemberJoined',
    data: { operatorId, organizationId: 'org_a', at: '2026-11-22T10:00:00.000Z', private: { email: 'ada@example.com', name } },
  }) as const;
export const granted = (role: 'owner' | 'senior' | 'operator' = 'senior', operatorId = 'opr_a') =>
  ({ type: 'RoleGranted', data: { operatorId, role, at: '2026-11-22T10:00:00.000Z' } }) as const;

/** Waits until a condition holds. @throws Error after `limitMs` */
export const until = async (holds: () => boolean, limitMs = 10_000): Promise<void> => {
  const endMs = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error('it did not come to pass in time');
    await new Promise(resolve => setTimeout(resolve, 5));
  }
};
