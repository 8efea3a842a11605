import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, type EventLog } from '@holdpoint/event-log';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { loopbackCertificate, loopbackKey } from '@holdpoint/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { by, granted, joined, masterKey, until } from './a-running-log.ts';

describe('a log with TLS and an account', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-tls-'));
  const caFile = join(folder, 'ca.pem');
  let store: RunningEventStore;
  let log: EventLog | undefined;
  beforeAll(async () => {
    writeFileSync(caFile, loopbackCertificate);
    store = await startEventStore({
      dataDir: join(folder, 'log'),
      port: 0,
      tls: { certificate: Buffer.from(loopbackCertificate), key: Buffer.from(loopbackKey) },
      credentials: { username: 'holdpoint', password: 'correct horse' },
      limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 },
    });
  });
  afterEach(async () => {
    await log?.close();
    log = undefined;
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const openAs = (account: string, query = `tls=true&tlsCAFile=${caFile}`): EventLog => {
    log = openEventLog({ connectionString: `esdb://${account}localhost:${store.port}?${query}`, masterKey, appendTimeoutMs: 5_000 });
    return log;
  };

  it('is written, read and followed by whoever names the account', async () => {
    const secured = openAs('holdpoint:correct%20horse@');
    const seen: string[] = [];
    secured.subscribe({
      name: 'spec',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...events.map(event => event.type)),
    });
    await secured.append('operator-opr_a', [joined(), granted()], by('none'));
    expect((await secured.load('operator-opr_a')).events.map(event => event.type)).toEqual(['MemberJoined', 'RoleGranted']);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['MemberJoined', 'RoleGranted']);
  });

  it('refuses whoever names a wrong password or no account, and says so', async () => {
    for (const account of ['holdpoint:wrong@', '']) {
      const refused = openAs(account);
      await expect(refused.append('operator-opr_b', [joined('opr_b')], by('none'))).rejects.toThrow(/user name (or|and) password/);
      await expect(refused.load('operator-opr_a')).rejects.toThrow(/user name (or|and) password/);
      await refused.close();
    }
    expect((await openAs('holdpoint:correct%20horse@').load('operator-opr_b')).revision).toBe(-1);
  });

  it('is not reached by whoever does not trust its certificate', async () => {
    const distrusting = openAs('holdpoint:correct%20horse@', 'tls=true');
    await expect(distrusting.load('operator-opr_a')).rejects.toMatchObject({ name: 'LogUnavailable' });
  });
});
