import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { streamOf, type Event } from '@holdpoint/contracts';
import { EventErased, openEventLog, type EventLog } from '@holdpoint/event-log';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { derivedId } from '@holdpoint/sealing';
import { refundRequested } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { by, granted, joined, masterKey, until } from './a-running-log.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'data-keys-'));
let store: RunningEventStore;
let log: EventLog;
const openLog = () => openEventLog({ connectionString: `esdb://127.0.0.1:${store.port}?tls=false`, masterKey, appendTimeoutMs: 15_000 });
/** What a process that starts now knows: nothing but the master key. */
const restart = async (): Promise<void> => {
  await log.close();
  log = openLog();
};

beforeAll(async () => {
  store = await startEventStore({ dataDir, port: 0, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 } });
  log = openLog();
});
afterAll(async () => {
  await log.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
});

let approvals = 0;
const at = '2026-11-22T10:00:00.000Z';
const requested = (id: string): Event => ({ type: 'ApprovalRequested', data: refundRequested({ approvalId: id }) });
const comment = (text: string): Event => ({ type: 'CommentAdded', data: { by: { kind: 'operator', id: 'a' }, at, private: { text } } });
const context = (text: string): Event => ({
  type: 'ContextStored',
  data: { sha256: 'a'.repeat(64), part: 0, parts: 1, private: { json: text } },
});
const ask = async (): Promise<string> => {
  const id = derivedId('apr', 'data keys', ++approvals);
  await log.append(streamOf.approval(id), [requested(id)], by('none'));
  return id;
};
const sealedBy = async (stream: string): Promise<(string | undefined)[]> =>
  (await log.loadRaw(stream)).events.map(({ metadata }) => metadata.sealedBy);
const blocksOf = (keyIds: (string | undefined)[]) => new Set(keyIds.map(keyId => keyId!.split('.')[0]!));

describe('what is written about an approval', () => {
  it('is sealed by a key of its own, whoever writes it and in which of its streams', async () => {
    const [one, other] = [await ask(), await ask()];
    await log.append(streamOf.approval(one), [comment('one more')], by(0));
    await log.append(streamOf.callback(one), [granted()], by('none'));
    await restart();
    await log.append(streamOf.approval(one), [comment('by another process')], by(1));
    await log.append(streamOf.notification(one), [comment('elsewhere')], by('none'));
    const keys = [...(await sealedBy(streamOf.approval(one))), ...(await sealedBy(streamOf.notification(one)))];
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^dk_[a-z2-7]{26}\.\d+$/);
    expect(await sealedBy(streamOf.callback(one))).toEqual([undefined]);
    expect((await sealedBy(streamOf.approval(other)))[0]).not.toBe(keys[0]);
    expect((await log.load(streamOf.approval(one))).events.map(({ data }) => (data as { private: unknown }).private)).toMatchObject([
      { arguments: {} },
      { text: 'one more' },
      { text: 'by another process' },
    ]);
  });
  it('has one key also where the large part comes first', async () => {
    const id = derivedId('apr', 'context first');
    await log.append(streamOf.context(id), [context('"long"')], by('none'));
    await log.append(streamOf.approval(id), [requested(id)], by('none'));
    expect(await sealedBy(streamOf.context(id))).toEqual(await sealedBy(streamOf.approval(id)));
  });
  it('goes on under the key of a large part that was left without its request', async () => {
    const id = derivedId('apr', 'broken off');
    await log.append(streamOf.context(id), [context('"first"')], by('none'));
    await restart();
    await log.append(streamOf.context(id), [context('"second"')], by(0));
    expect(new Set(await sealedBy(streamOf.context(id))).size).toBe(1);
  });
  it('about none is sealed by the master key', async () => {
    await log.append('operator-keys', [joined()], by('none'));
    await log.append(streamOf.notification(derivedId('apr', 'nobody asked')), [comment('x')], by('none'));
    expect(await sealedBy('operator-keys')).toEqual([masterKey.keyId]);
    expect(await sealedBy(streamOf.notification(derivedId('apr', 'nobody asked')))).toEqual([masterKey.keyId]);
  });
  it('costs a 128th of an append more: blocks are made before they are needed, and shared by nobody else', async () => {
    await restart();
    const ids: string[] = [];
    for (let n = 0; n < 200; n++) ids.push(await ask());
    const blocks = blocksOf((await Promise.all(ids.map(id => sealedBy(streamOf.approval(id))))).flat());
    expect(blocks.size).toBe(2);
    const tenants = await Promise.all([...blocks].map(async id => (await log.loadRaw(streamOf.key(id))).events[0]?.metadata.tenant));
    expect(tenants).toEqual(['org_a', 'org_a']);
    const foreign = derivedId('apr', 'of another tenant');
    await log.append(streamOf.approval(foreign), [requested(foreign)], by('none', { tenant: 'org_b' }));
    expect(blocks).not.toContain([...blocksOf(await sealedBy(streamOf.approval(foreign)))][0]);
  });
  it('can be opened by whoever follows the log, without a word about keys', async () => {
    const id = await ask();
    await restart();
    const seen: unknown[] = [];
    const following = log.subscribe({
      name: 'spec',
      from: 'start',
      prefixes: ['approval-'],
      onEvents: events =>
        void seen.push(...events.filter(({ stream }) => stream === streamOf.approval(id)).map(event => log.open(event).data)),
    });
    await until(() => seen.length > 0);
    await following.close();
    expect(seen).toMatchObject([{ approvalId: id, private: { arguments: {} } }]);
  });
  it('that came with a message has to have its key fetched', async () => {
    const id = await ask();
    const { events } = await log.loadRaw(streamOf.approval(id));
    await restart();
    expect(() => log.open(events[0]!)).toThrow(/has to be fetched first/);
    await log.fetchKeys(events);
    expect(log.open(events[0]!).data).toMatchObject({ approvalId: id });
  });
});

describe('an approval whose keys are destroyed', () => {
  let erased: string;
  let neighbour: string;
  let keyId: string;
  beforeEach(async () => {
    [erased, neighbour] = [await ask(), await ask()];
    await log.append(streamOf.approval(erased), [comment('a secret thing')], by(0));
    await log.append(streamOf.notification(erased), [comment('said elsewhere')], by('none'));
    keyId = (await sealedBy(streamOf.approval(erased)))[0]!;
  });

  it('cannot be read by anybody any more, with any key there is; its neighbour can', async () => {
    await log.load(streamOf.approval(erased));
    expect(await log.destroyKeys(erased)).toBe(1);
    for (const stream of [streamOf.approval(erased), streamOf.notification(erased)])
      await expect(log.load(stream)).rejects.toThrow(EventErased);
    await restart();
    await expect(log.load(streamOf.approval(erased))).rejects.toThrow(EventErased);
    expect((await log.load(streamOf.approval(neighbour))).events).toHaveLength(1);
    expect((await log.loadRaw(streamOf.approval(erased))).events).toHaveLength(2);
  });
  it('leaves no copy of its key in the store', async () => {
    const [block, index] = keyId.split('.') as [string, string];
    const before = (await log.load(streamOf.key(block))).events.at(-1) as Event<'DataKeysStored'>;
    const key = before.data.private.keys[Number(index)];
    expect(key).toHaveLength(44);
    const boxBefore = ((await log.loadRaw(streamOf.key(block))).events.at(-1)!.data as { private: string }).private;
    await log.destroyKeys(erased);
    const { events } = await log.load(streamOf.key(block));
    expect(events).toHaveLength(1);
    const { data } = events[0] as Event<'DataKeysStored'>;
    expect(data.private.keys[Number(index)]).toBeNull();
    expect(data).toMatchObject({ keys: before.data.keys - 1, destroyed: before.data.destroyed + 1 });
    const files = readdirSync(dataDir)
      .filter(name => name.includes('.db'))
      .map(name => join(dataDir, name));
    const db = new DatabaseSync(
      files.find(file => file.endsWith('.db'))!,
      { readOnly: true },
    );
    const rows = db.prepare('SELECT data FROM events WHERE stream = ? ORDER BY revision').all(streamOf.key(block));
    db.close();
    expect(rows.slice(0, -1).map(row => row['data'])).toEqual(rows.slice(1).map(() => null));
    for (const file of files) expect(readFileSync(file).includes(boxBefore.slice(-200))).toBe(false);
  });
  it('takes no more words, only events without any', async () => {
    await log.destroyKeys(erased);
    await expect(log.append(streamOf.approval(erased), [comment('late')], by(1))).rejects.toThrow(EventErased);
    await restart();
    await expect(log.append(streamOf.callback(erased), [comment('late')], by('none'))).rejects.toThrow(EventErased);
    await log.append(streamOf.approval(erased), [{ type: 'ApprovalErased', data: { ground: 'request', keys: 1, at } }], by(1));
  });
  it('is as erased after a second time, and neighbours may go at the same moment', async () => {
    expect(await Promise.all([erased, neighbour, erased].map(id => log.destroyKeys(id)))).toEqual([1, 1, 1]);
    for (const id of [erased, neighbour]) await expect(log.load(streamOf.approval(id))).rejects.toThrow(EventErased);
  });
  it('had two of them where its large part came from a process that ended', async () => {
    const id = derivedId('apr', 'two keys');
    await log.append(streamOf.context(id), [context('"kept"')], by('none'));
    await restart();
    await log.append(streamOf.approval(id), [requested(id)], by('none'));
    expect(await log.destroyKeys(id)).toBe(2);
    for (const stream of [streamOf.context(id), streamOf.approval(id)]) await expect(log.load(stream)).rejects.toThrow(EventErased);
  });
  it('of before there were data keys has none to destroy', async () => {
    expect(await log.destroyKeys(derivedId('apr', 'nobody asked'))).toBe(0);
  });
});
