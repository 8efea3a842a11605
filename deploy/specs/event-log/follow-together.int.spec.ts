import { comparePositions, type LoggedEvent, type SubscribeOptions } from '@holdpoint/event-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRunningLog, by, joined, until, type RunningLog } from './a-running-log.ts';

let running: RunningLog;
beforeEach(async () => {
  running = await aRunningLog();
});
afterEach(() => running.end());

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
/** Streams hold `events` events each: `operator-<name>-<n>` and as many of `agent-<name>-<n>`. */
const append = (name: string, count: number, events = 1) =>
  Promise.all(
    ['operator', 'agent'].flatMap(kind =>
      Array.from({ length: count }, (_, n) =>
        running.log.append(
          `${kind}-${name}-${n}`,
          Array.from({ length: events }, () => joined()),
          by('none'),
        ),
      ),
    ),
  );
const follow = (prefixes: string[], more: Partial<SubscribeOptions> = {}) => {
  const seen: LoggedEvent[] = [];
  const subscription = running.log.subscribe({
    name: prefixes.join(),
    from: 'start',
    prefixes,
    ...more,
    onEvents: async events => {
      await more.onEvents?.(events);
      seen.push(...events);
    },
  });
  const names = () => seen.map(({ stream, revision }) => `${stream}/${revision}`);
  return { seen, names, subscription };
};
const expectOnceInOrder = (seen: LoggedEvent[], count: number) => {
  const positions = seen.map(event => event.position);
  expect(positions).toEqual([...new Set(positions)].sort(comparePositions));
  expect(positions).toHaveLength(count);
};
/** Feeds that the store serves: its open calls but the one that carries the appends. */
const feeds = () => running.store().stats().openCalls - 1;

describe('followers of one process that want the same streams', () => {
  it('share one feed as soon as they are caught up, and each gets its own events once and in order', async () => {
    await append('old', 10);
    const both = follow(['operator-', 'agent-']);
    const one = follow(['operator-']);
    const late = follow(['agent-'], { from: 'end' });
    await until(() => both.seen.length === 20 && one.seen.length === 10);
    await append('first', 1);
    await until(() => feeds() === 1);
    await append('new', 20);
    await until(() => both.seen.length === 62 && one.seen.length === 31 && late.seen.length >= 20);
    expectOnceInOrder(both.seen, 62);
    expectOnceInOrder(one.seen, 31);
    expect(one.names().every(name => name.startsWith('operator-'))).toBe(true);
    expect(late.names().every(name => name.startsWith('agent-'))).toBe(true);
    await until(() => both.subscription.position() === one.subscription.position());
    expect(feeds()).toBe(1);
  });

  it('are joined by one that begins later, after what it has missed; it is told when it has caught up', async () => {
    follow(['operator-']);
    follow(['operator-']);
    await append('before', 10);
    await until(() => feeds() === 1);
    let toldAt = -1;
    const newcomer: ReturnType<typeof follow> = follow(['operator-'], { onCaughtUp: () => void (toldAt = newcomer.seen.length) });
    await until(() => toldAt === 10);
    const follower = follow(['operator-'], { from: newcomer.subscription.position(), onCaughtUp: () => void (toldAt = -2) });
    await until(() => toldAt === -2);
    await append('after', 10);
    await until(() => newcomer.seen.length === 20 && follower.seen.length === 10 && feeds() === 1);
    expectOnceInOrder(newcomer.seen, 20);
  });

  it('do not wait for a slow one, which gets everything all the same', async () => {
    const quick = follow(['operator-']);
    const slow = follow(['operator-'], { onEvents: () => (quick.seen.length > 2 ? sleep(20) : undefined) });
    await append('first', 2);
    await until(() => feeds() === 1);
    let release = (): void => undefined;
    const stuck = follow(['operator-'], { onEvents: () => new Promise<void>(resolve => (release = resolve)) });
    await until(() => stuck.seen.length === 0 && quick.seen.length === 2);
    await append('many', 60, 50);
    await until(() => quick.seen.length === 3_002);
    await until(() => slow.seen.length === 3_002);
    const releasing = setInterval(() => release(), 1);
    await until(() => stuck.seen.length === 3_002).finally(() => clearInterval(releasing));
    for (const { seen } of [quick, slow, stuck]) expectOnceInOrder(seen, 3_002);
  });

  it('give one that failed the same events again, and the others not', async () => {
    const sound = follow(['operator-']);
    let failures = 0;
    const failing = follow(['operator-'], {
      onEvents: events => {
        if (events.some(({ stream }) => stream.startsWith('operator-bad')) && failures++ < 2) throw new Error('no database');
      },
    });
    await append('good', 3);
    await until(() => feeds() === 1);
    await append('bad', 3);
    await append('good again', 3);
    await until(() => sound.seen.length === 9 && failing.seen.length === 9);
    expect(failures).toBeGreaterThanOrEqual(2);
    for (const { seen } of [sound, failing]) expectOnceInOrder(seen, 9);
  });

  it('go on, each from its own position, when the store was stopped and started, and share again', async () => {
    const followers = [follow(['operator-', 'agent-']), follow(['operator-', 'agent-']), follow(['agent-', 'operator-'])];
    await append('before', 5);
    await until(() => feeds() === 1);
    for (const round of ['one', 'two']) {
      await running.stopStore();
      await running.startStore();
      await append(round, 5);
    }
    for (const { seen } of followers) await until(() => seen.length === 30);
    await append('after', 5);
    for (const { seen } of followers) await until(() => seen.length === 40);
    await until(() => feeds() === 1);
    for (const { seen } of followers) expectOnceInOrder(seen, 40);
  });

  it('leave one by one; the last one closes the feed', async () => {
    const [first, second] = [follow(['operator-']), follow(['operator-'])];
    await append('a', 2);
    await until(() => feeds() === 1 && first.seen.length === 2 && second.seen.length === 2);
    await first.subscription.close();
    await append('b', 2);
    await until(() => second.seen.length === 4);
    expect(first.seen).toHaveLength(2);
    await second.subscription.close();
    await until(() => feeds() === 0);
  });
});
