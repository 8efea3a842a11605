import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS, type WorkItem } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { connectMessaging, hasNatsServer, type Messaging, type NatsServer, startNatsServer } from '@holdpoint/messaging';
import { openMasterKey } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFreshEvents } from './fresh-events.ts';
import { lifeOf, requested } from './logged-life.fixture.ts';
import { openApprovals } from './open-approvals.ts';
import { PACE } from './pace.ts';
import { openRinger } from './ring.ts';
import { openTelling } from './tell-workers.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

describe.skipIf(!hasNatsServer())('telling the workers over NATS', () => {
  let folder: string;
  let server: NatsServer;
  let messaging: Messaging;
  /** A worker of another process: what goes to one of this process is handed over without a message. */
  let worker: Messaging;
  let batches: WorkItem[][];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relay-tell-'));
    server = await startNatsServer({ storeDir: folder });
    const key = openMasterKey({ base64: randomBytes(32).toString('base64') });
    messaging = await connectMessaging({ transport: 'nats', servers: server.url, key, name: 'spec' });
    worker = await connectMessaging({ transport: 'nats', servers: server.url, key, name: 'worker' });
    worker.consumeWork('routing', async batch => void batches.push(batch.items));
  });
  afterAll(async () => {
    await worker.close();
    await messaging.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const tell = async (events: readonly LoggedEvent[]): Promise<WorkItem[][]> => {
    batches = [];
    const fresh = openFreshEvents();
    const ringers = {
      routing: openRinger('routing', PACE),
      notification: openRinger('notification', PACE),
      callback: openRinger('callback', PACE),
    };
    const approvals = openApprovals(ringers);
    const nowMs = Date.now;
    const ignore = () => undefined;
    const { ringAll } = openTelling({
      messaging,
      ringers,
      fresh,
      pace: PACE,
      relayId: 'r',
      nowMs,
      onRung: ignore,
      onTold: () => undefined,
      onOverdue: ignore,
      onChanged: ignore,
      onRoom: ignore,
    });
    for (const event of events)
      approvals.take(event, nowMs(), { begun: wait => wait.kind === 'gate' && fresh.keep(wait, event), ended: ignore });
    ringAll(new Date().toISOString());
    const deadlineMs = performance.now() + 5_000;
    while (batches.flat().length < events.length && performance.now() < deadlineMs) await pause(10);
    return batches;
  };
  const far = new Date(Date.now() + 3_600_000).toISOString();
  const requests = (prefix: string, count: number, data: Record<string, unknown>): LoggedEvent[] =>
    Array.from({ length: count }, (_, index) => {
      const [event] = lifeOf(`apr_${prefix}${index}`, requested(far));
      return { ...event!, data: { ...(event!.data as object), ...data } };
    });

  it('sends all of one turn in one message', async () => {
    expect((await tell(requests('turn', 20, { private: 'x'.repeat(1_000) }))).map(batch => batch.length)).toEqual([20]);
  });

  it('halves a message whose size was guessed too small, and loses no item and no data', async () => {
    const events = requests('wide', 8, { labels: { note: 'x'.repeat(100_000) } });
    const sent = await tell(events);
    expect(sent.length).toBeGreaterThan(1);
    expect(
      sent
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(events.map(({ id }) => id).toSorted());
    expect(sent.flat().every(({ fresh, data }) => fresh && data !== undefined)).toBe(true);
  });

  it('only points to an event that is too large for any message', async () => {
    const [event] = requests('huge', 1, { private: 'x'.repeat(LIMITS.workBytesMax) });
    const [[item] = []] = await tell([event!]);
    expect(item).toMatchObject({ id: event!.id, fresh: false, stream: event!.stream });
    expect(item).not.toHaveProperty('data');
  });
});
