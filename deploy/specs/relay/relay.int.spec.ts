import type { LiveMessage, WorkItem } from '@holdpoint/contracts';
import { connectMessaging, type Messaging } from '@holdpoint/messaging';
import { PACE, type Relay } from '@holdpoint/relay';
import { refundRequested, TENANT } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  approvalExpired,
  callbackAttemptFailed,
  callbackDelivered,
  consumeGates,
  gateEvaluated,
  inSec,
  type Log,
  pause,
  startLog,
  startRelayOn,
  until,
} from './relay-stack.ts';

/** Rings again after a few hundred milliseconds instead of seconds, and parks after three rings. */
const IMPATIENT = { againAfterMs: { routing: 300, notification: 300, callback: 300 }, againAfterMsMax: 400, parkAfterRings: 3 };

describe('the relay on a real log', () => {
  let log: Log;
  let messaging: Messaging;
  let relay: Relay | undefined;
  beforeEach(async () => {
    log = await startLog();
    messaging = await connectMessaging({ transport: 'inProcess' });
  });
  afterEach(async () => {
    await relay?.close();
    relay = undefined;
    await messaging.close();
    await log.close();
  });
  const takeAll = (worker: 'routing' | 'callback' | 'notification'): WorkItem[] => {
    const items: WorkItem[] = [];
    messaging.consumeWork(worker, async batch => void items.push(...batch.items));
    return items;
  };
  const of = (items: WorkItem[], id: string): WorkItem[] => items.filter(item => item.stream.endsWith(id));
  const startAndCatchUp = async (...args: Parameters<typeof startRelayOn> extends [unknown, unknown, ...infer Rest] ? Rest : never) => {
    relay = startRelayOn(log.eventLog, messaging, ...args);
    await until('the relay to be active', () => relay?.status().active === true);
  };

  it('rings a request at once with its data, fresh and once, and tells the screens', async () => {
    const items = takeAll('routing');
    const changes: LiveMessage['changes'] = [];
    messaging.subscribeLive(TENANT, message => void changes.push(...message.changes));
    await startAndCatchUp();
    const id = await log.append.request('fresh');
    await until('the item', () => of(items, id).length > 0);
    await until('the live change', () => changes.some(change => change.approvalId === id));
    await pause(100);
    expect(of(items, id)).toHaveLength(1);
    const [item] = of(items, id);
    expect(item).toMatchObject({ kind: 'event', type: 'ApprovalRequested', revision: 0, fresh: true, metadata: { tenant: TENANT } });
    const opened = log.eventLog.open(item!);
    expect(opened).toMatchObject({ type: 'ApprovalRequested', data: { approvalId: id, private: { arguments: { entityId: 'A-1' } } } });
    expect(changes.find(change => change.approvalId === id)).toMatchObject({
      type: 'ApprovalRequested',
      revision: 0,
      position: expect.any(String),
    });
  });

  it('rings again, without data and not as fresh, what nobody answers for, parks it, and falls silent when the log shows the answer', async () => {
    const parked: string[] = [];
    const items = takeAll('routing');
    await startAndCatchUp({ pace: IMPATIENT, seen: { parked: worker => void parked.push(worker) } });
    const id = await log.append.request('silent');
    await until('four rings', () => of(items, id).length >= 4);
    expect(of(items, id)[0]?.fresh).toBe(true);
    for (const again of of(items, id).slice(1)) expect(again).toMatchObject({ fresh: false, id: of(items, id)[0]!.id, revision: 0 });
    expect(of(items, id)[1]).not.toHaveProperty('data');
    await until('the parked event', async () => {
      const { events } = await log.eventLog.load('relay-parked');
      return events.some(event => event.type === 'WorkParked' && event.data.stream.endsWith(id) && event.data.rings === 3);
    });
    expect(parked).toContain('routing');
    await log.append.approval(id, gateEvaluated());
    await pause(200);
    const rings = of(items, id).length;
    await pause(1_000);
    expect(of(items, id)).toHaveLength(rings);
  });

  it('fires a deadline at its time, never before, and again until the log shows the end', async () => {
    const fired: { item: WorkItem; at: number }[] = [];
    messaging.consumeWork('routing', async batch => void fired.push(...batch.items.map(item => ({ item, at: Date.now() }))));
    await startAndCatchUp({ pace: IMPATIENT });
    const expiresAt = inSec(1);
    const asked = refundRequested({ key: 'deadline', expiresAt });
    const id = await log.append.request('deadline', { expiresAt });
    await log.append.approval(id, gateEvaluated());
    const timers = () => fired.filter(({ item }) => item.stream.endsWith(id) && item.kind === 'timer');
    await until('two firings', () => timers().length >= 2);
    expect(timers()[0]?.item).toMatchObject({ timer: 'expire', type: 'ApprovalRequested', revision: 0, fresh: false });
    expect(timers()[0]!.at - Date.parse(expiresAt)).toBeGreaterThanOrEqual(0);
    expect(timers()[0]!.at - Date.parse(expiresAt)).toBeLessThan(500);
    await log.append.approval(id, approvalExpired(asked));
    await pause(200);
    const count = timers().length;
    await pause(900);
    expect(timers()).toHaveLength(count);
  });

  it('follows a callback from the end over a planned attempt to its delivery', async () => {
    const items = takeAll('callback');
    await startAndCatchUp({ pace: { ...IMPATIENT, againAfterMs: PACE.againAfterMs } });
    const id = await log.append.request('callback');
    const asked = refundRequested({ key: 'callback' });
    await log.append.approval(id, approvalExpired(asked));
    await until('the end', () => of(items, id).length === 1);
    expect(of(items, id)[0]).toMatchObject({ kind: 'event', type: 'ApprovalExpired', revision: 1, fresh: true });
    await log.append.callback(id, callbackAttemptFailed(id, 1, inSec(0.5)));
    await pause(300);
    expect(of(items, id)).toHaveLength(1);
    await until('the next attempt', () => of(items, id).length === 2);
    expect(of(items, id)[1]).toMatchObject({
      kind: 'timer',
      timer: 'nextCallback',
      stream: `callback-${id}`,
      type: 'CallbackAttemptFailed',
    });
    await log.append.callback(id, callbackDelivered(id, 2));
    await until('nothing open', () => relay!.status().approvals === 0);
  });

  it('begins where its snapshot was taken, and rings what is open, not as fresh', async () => {
    await startAndCatchUp();
    const gates = consumeGates(log.eventLog, messaging);
    const [done, open] = [await log.append.request('done'), await log.append.request('open')];
    await until('both gates', () => gates.evaluated() === 2);
    await gates.close();
    const late = await log.append.request('late');
    await until('the late one to be rung', () => relay!.status().workers.routing.inFlight >= 1);
    const position = relay!.status().position;
    await relay!.close();
    await messaging.close();
    const snapshots = await log.eventLog.load('relay-snapshot');
    expect(snapshots.events.at(-1)?.data).toMatchObject({ position, parts: 1 });

    messaging = await connectMessaging({ transport: 'inProcess' });
    const items = takeAll('routing');
    await startAndCatchUp();
    await until('the open gate', () => of(items, late).length > 0);
    expect(of(items, late)[0]).toMatchObject({ fresh: false, type: 'ApprovalRequested', revision: 0 });
    expect(of(items, done)).toEqual([]);
    expect(of(items, open)).toEqual([]);
    expect(relay!.status().approvals).toBe(3);
  });

  it('takes snapshots while it runs, each generation whole', async () => {
    await startAndCatchUp({ snapshotEvents: 10 });
    for (let index = 0; index < 12; index += 1) await log.append.request(`running-${index}`);
    const parts = async () => (await log.eventLog.load('relay-snapshot')).events;
    await until('a snapshot', async () => (await parts()).length > 0);
    const [first] = await parts();
    expect(first?.data).toMatchObject({ generation: 1, part: 0, parts: 1 });
    expect(relay!.status().active).toBe(true);
  });

  it('lets one relay ring; the next one takes over when the first is gone', async () => {
    await startAndCatchUp();
    const second = startRelayOn(log.eventLog, messaging);
    await pause(300);
    expect(second.status().active).toBe(false);
    await relay!.close();
    await until('the second to be active', () => second.status().active);
    const items = takeAll('routing');
    const id = await log.append.request('handover');
    await until('the item', () => of(items, id).length === 1);
    relay = second;
  });

  it('keeps only a window of work unanswered, and answers make room', async () => {
    const items = takeAll('routing');
    await startAndCatchUp({ pace: { windowItems: 5 } });
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => log.append.request(`window-${index}`)));
    await until('a full window', () => relay!.status().workers.routing.inFlight === 5);
    await pause(150);
    const rung = ids.filter(id => of(items, id).length > 0);
    expect(rung.length).toBeLessThanOrEqual(5);
    for (let round = 0; round < 30 && ids.some(id => of(items, id).length === 0); round += 1) {
      await Promise.all(
        items.splice(0).map(async item => {
          const { revision } = await log.eventLog.load(item.stream);
          if (revision > 0) return;
          await log.eventLog.append(item.stream, [gateEvaluated()], {
            expectedRevision: 0,
            commandId: `gate:${item.id}`,
            tenant: TENANT,
            actor: 'service:routing',
            recordedAt: item.metadata.recordedAt,
          });
        }),
      );
      await pause(30);
    }
    await until('all gates', async () => {
      const revisions = await Promise.all(ids.map(async id => (await log.eventLog.load(`approval-${id}`)).revision));
      return revisions.every(revision => revision === 1);
    });
  });
});
