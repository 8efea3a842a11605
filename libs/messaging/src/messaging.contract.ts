import { LIMITS, liveSubject, type LiveMessage, type WorkBatch, type WorkItem } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NoResponder, RequestTimeout, ResponderFailed, WorkTooLarge } from './errors.ts';
import type { Messaging, MessagingLimits } from './messaging.ts';

/** Short enough for a test, long enough that order of magnitude mistakes show. */
export const CONTRACT_LIMITS: Partial<MessagingLimits> = { deliveriesMax: 3, redeliverAfterMs: 30, ackWaitMs: 2_000 };
const LEASE_MS = 600;

export type MessagingUnderTest = { connect(): Promise<Messaging>; close(): Promise<void> };

/** What every transport promises, told as tests. `open` gives a broker to which several parties can connect with {@link CONTRACT_LIMITS}. */
export const describeMessaging = (name: string, open: () => Promise<MessagingUnderTest>): void => {
  describe(`messaging ${name}`, () => {
    let broker: MessagingUnderTest;
    let a: Messaging;
    let b: Messaging;
    beforeAll(async () => {
      broker = await open();
      a = await broker.connect();
      b = await broker.connect();
    });
    afterAll(async () => {
      await Promise.all([a?.close(), b?.close()]);
      await broker?.close();
    });

    it('gives each batch to exactly one consumer of the role, and shares them out', async () => {
      const got: Record<'a' | 'b', string[]> = { a: [], b: [] };
      const taking = [
        a.consumeWork('routing', async batch => void got.a.push(...idsOf(batch))),
        b.consumeWork('routing', async batch => void got.b.push(...idsOf(batch))),
      ];
      const ids = Array.from({ length: 200 }, (_, index) => `share-${index}`);
      await Promise.all(ids.map(id => a.publishWork('routing', 'work', batchOf(id))));
      await until(() => got.a.length + got.b.length >= ids.length);
      expect([...got.a, ...got.b].toSorted()).toEqual(ids.toSorted());
      expect(Math.min(got.a.length, got.b.length)).toBeGreaterThan(0);
      await closeAll(taking);
    });

    it('carries an item unchanged and says whether it is work or a timer', async () => {
      const seen: { batch: WorkBatch; kind: string; redelivered: boolean }[] = [];
      const taking = b.consumeWork('notification', async (batch, delivery) => void seen.push({ batch, ...delivery }));
      const work = batchOf('carry-1', 'carry-2');
      const timer: WorkBatch = { items: [{ ...itemOf('carry-3'), kind: 'timer', timer: 'escalate' }] };
      await a.publishWork('notification', 'work', work);
      await a.publishWork('notification', 'timer', timer);
      await until(() => seen.length === 2);
      const byKind = new Map(seen.map(one => [one.kind, one]));
      expect(byKind.get('work')).toEqual({ batch: work, kind: 'work', redelivered: false });
      expect(byKind.get('timer')).toEqual({ batch: timer, kind: 'timer', redelivered: false });
      await taking.close();
    });

    it('keeps the work of a role until a consumer comes', async () => {
      await a.publishWork('callback', 'work', batchOf('early-1'));
      const got: string[] = [];
      const taking = b.consumeWork('callback', async batch => void got.push(...idsOf(batch)));
      await until(() => got.includes('early-1'));
      await taking.close();
    });

    it('delivers again, and no longer as fresh, what a handler failed on', async () => {
      const deliveries: { fresh: boolean; redelivered: boolean }[] = [];
      const taking = a.consumeWork('callback', async (batch, { redelivered }) => {
        deliveries.push({ fresh: batch.items[0]?.fresh === true, redelivered });
        if (deliveries.length === 1) throw new Error('the first time fails');
      });
      const batch = batchOf('again-1');
      await b.publishWork('callback', 'work', batch);
      await until(() => deliveries.length === 2);
      expect(deliveries).toEqual([
        { fresh: true, redelivered: false },
        { fresh: false, redelivered: true },
      ]);
      expect(batch.items[0]?.fresh).toBe(true);
      await taking.close();
    });

    it('parks a batch after its last delivery and goes on with the others', async () => {
      const before = await a.parkedBatches();
      let poison = 0;
      const good: string[] = [];
      const taking = a.consumeWork('notification', async batch => {
        const ids = idsOf(batch);
        if (!ids.includes('poison')) return void good.push(...ids);
        poison += 1;
        throw new Error('poison');
      });
      await a.publishWork('notification', 'work', batchOf('poison'));
      await a.publishWork('notification', 'work', batchOf('healthy'));
      await until(async () => (await a.parkedBatches()).notification > before.notification);
      await pause(300);
      expect(poison).toBe(CONTRACT_LIMITS.deliveriesMax);
      expect(good).toEqual(['healthy']);
      expect(await b.parkedBatches()).toEqual({ ...before, notification: before.notification + 1 });
      await taking.close();
    });

    it('handles several batches at the same time, and a slow one stops nobody', async () => {
      const finished: string[] = [];
      let letGo = (): void => undefined;
      const gate = new Promise<void>(resolve => (letGo = resolve));
      const taking = a.consumeWork('routing', async batch => {
        if (idsOf(batch).includes('slow')) await gate;
        finished.push(...idsOf(batch));
      });
      await b.publishWork('routing', 'work', batchOf('slow'));
      for (let index = 0; index < 20; index += 1) await b.publishWork('routing', 'work', batchOf(`quick-${index}`));
      await until(() => finished.length === 20);
      expect(finished).not.toContain('slow');
      letGo();
      await until(() => finished.includes('slow'));
      await taking.close();
    });

    it('lets running handlers finish before a consumption is closed', async () => {
      let done = false;
      let started = false;
      const taking = a.consumeWork('callback', async () => {
        started = true;
        await pause(150);
        done = true;
      });
      await a.publishWork('callback', 'work', batchOf('closing-1'));
      await until(() => started);
      await taking.close();
      expect(done).toBe(true);
    });

    it('refuses a batch over the limits of a message, and says to split it', async () => {
      const big: WorkItem = { ...itemOf('big'), data: { private: 'x'.repeat(LIMITS.workBytesMax) } };
      await expect(a.publishWork('routing', 'work', { items: [big] })).rejects.toThrow(WorkTooLarge);
      const many = batchOf(...Array.from({ length: LIMITS.workItemsMax + 1 }, (_, index) => `many-${index}`));
      await expect(a.publishWork('routing', 'work', many)).rejects.toThrow(/split it/);
    });

    it('carries a batch close to the limits of a message', async () => {
      const part = 'x'.repeat(Math.floor(LIMITS.workBytesMax / 128) - 300);
      const batch: WorkBatch = {
        items: Array.from({ length: 128 }, (_, index) => ({ ...itemOf(`wide-${index}`), data: { private: part } })),
      };
      let got = 0;
      const taking = b.consumeWork('routing', async received => void (got += received.items.length));
      await a.publishWork('routing', 'work', batch);
      await until(() => got === 128);
      await taking.close();
    });

    it('answers requests, by exact subject and by a last word left open', async () => {
      const responders = [
        b.respond('hp.query.sum', 'console', async body => (body as number[]).reduce((sum, one) => sum + one, 0)),
        b.respond('hp.cmd.decision.*', 'decision', async (body, subject) => ({ subject, body })),
      ];
      await untilAnswered(a, 'hp.query.sum', []);
      expect(await a.request('hp.query.sum', [1, 2, 3], { timeoutMs: 2_000 })).toBe(6);
      expect(await a.request('hp.cmd.decision.approve', { note: 'ok' }, { timeoutMs: 2_000 })).toEqual({
        subject: 'hp.cmd.decision.approve',
        body: { note: 'ok' },
      });
      await closeAll(responders);
      await expect(a.request('hp.query.sum', [], { timeoutMs: 1_000 })).rejects.toThrow(NoResponder);
    });

    it('asks only one responder of a queue', async () => {
      let asked = 0;
      const count = async () => void (asked += 1);
      const responders = [a.respond('hp.query.one', 'console', count), b.respond('hp.query.one', 'console', count)];
      await untilAnswered(a, 'hp.query.one', null);
      asked = 0;
      for (let index = 0; index < 20; index += 1) await a.request('hp.query.one', null, { timeoutMs: 1_000 });
      expect(asked).toBe(20);
      await closeAll(responders);
    });

    it('says apart: nobody there, no answer in time, the responder failed', async () => {
      const responders = [
        b.respond('hp.query.silent', 'q', () => pause(400)),
        b.respond('hp.query.broken', 'q', async () => {
          throw new Error('password=secret');
        }),
      ];
      await untilAnswered(a, 'hp.query.broken', null);
      await expect(a.request('hp.query.nobody', null, { timeoutMs: 1_000 })).rejects.toThrow(NoResponder);
      await expect(a.request('hp.query.silent', null, { timeoutMs: 50 })).rejects.toThrow(RequestTimeout);
      const failed = await a.request('hp.query.broken', null, { timeoutMs: 1_000 }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ResponderFailed);
      expect(String(failed)).not.toContain('secret');
      await closeAll(responders);
    });

    it('fans live messages out to every listener of the tenant and of all tenants', async () => {
      const seen: string[] = [];
      const listeners = [
        a.subscribeLive('acme', message => seen.push(`a:${revisionsOf(message)}`)),
        b.subscribeLive('acme', message => seen.push(`b:${revisionsOf(message)}`)),
        b.subscribeLive('*', (message, tenant) => seen.push(`${tenant}:${revisionsOf(message)}`)),
        b.subscribeLive('other', () => seen.push('wrong tenant')),
      ];
      await pause(100);
      a.publishLive('acme', liveOf(7));
      await until(() => seen.length === 3);
      await pause(50);
      expect(seen.toSorted()).toEqual(['a:7', 'acme:7', 'b:7']);
      for (const listener of listeners) listener.close();
      a.publishLive('acme', liveOf(8));
      await pause(100);
      expect(seen).toHaveLength(3);
      expect(liveSubject('acme')).toBe('hp.live.acme');
    });

    it('gives a lease to one, and to the next when it is released', async () => {
      const first = await a.lease('released', 'first', LEASE_MS);
      let second: string | undefined;
      const waiting = b.lease('released', 'second', LEASE_MS).then(lease => {
        second = 'second';
        return lease;
      });
      await pause(LEASE_MS * 2);
      expect(first.held()).toBe(true);
      expect(second).toBeUndefined();
      await first.release();
      const next = await waiting;
      expect(first.held()).toBe(false);
      expect(next.held()).toBe(true);
      await next.release();
    });

    it('gives a lease on as soon as its holder went away without releasing it', async () => {
      const dying = await broker.connect();
      const lost = await dying.lease('abandoned', 'dying', LEASE_MS);
      await dying.close();
      const startedMs = performance.now();
      const next = await b.lease('abandoned', 'next', LEASE_MS);
      expect(performance.now() - startedMs).toBeLessThan(LEASE_MS);
      await until(() => !lost.held());
      expect(next.held()).toBe(true);
      await next.release();
    });

    it('stops waiting for a lease when told to', async () => {
      const held = await a.lease('patience', 'first', LEASE_MS);
      const patience = new AbortController();
      const waiting = b.lease('patience', 'second', LEASE_MS, patience.signal);
      patience.abort(new Error('no longer'));
      await expect(waiting).rejects.toThrow('no longer');
      await held.release();
      const after = await a.lease('patience', 'third', LEASE_MS);
      expect(after.held()).toBe(true);
      await after.release();
    });

    it('says which transport it is and that it is connected', () => {
      expect(a.status().connected).toBe(true);
      expect(['nats', 'inProcess']).toContain(a.status().transport);
    });
  });
};

export const itemOf = (id: string): WorkItem => ({
  kind: 'event',
  stream: `approval-${id}`,
  revision: 0,
  id,
  type: 'ApprovalRequested',
  data: { text: 'ümlaut ✓' },
  metadata: { tenant: 'acme', actor: 'agent:agt_1', schemaVersion: 1, recordedAt: '2026-01-01T00:00:00.000Z' },
  fresh: true,
});
export const batchOf = (...ids: string[]): WorkBatch => ({ items: ids.map(itemOf) });
export const idsOf = (batch: WorkBatch): string[] => batch.items.map(item => item.id);
const liveOf = (revision: number): LiveMessage => ({
  changes: [{ approvalId: 'apr_x', stream: 'approval-apr_x', revision, type: 'ApprovalRequested', position: '1' }],
});
const revisionsOf = (message: LiveMessage): string => message.changes.map(change => change.revision).join();
const closeAll = (parts: { close(): Promise<void> }[]) => Promise.all(parts.map(part => part.close()));
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Waits until the condition holds; fails after 10 s. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadlineMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error('waited 10 s in vain');
    await pause(10);
  }
};

/** A subscription reaches the broker a moment after it was made. */
const untilAnswered = (messaging: Messaging, subject: string, body: unknown): Promise<void> =>
  until(() =>
    messaging.request(subject, body, { timeoutMs: 500 }).then(
      () => true,
      (error: unknown) => error instanceof ResponderFailed,
    ),
  );
