import { comparePositions, LogUnavailable, type LoggedEvent } from '@holdpoint/event-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRunningLog, by, granted, joined, until, type RunningLog } from './a-running-log.ts';

let running: RunningLog;
beforeEach(async () => {
  running = await aRunningLog();
});
afterEach(() => running.end());

const append = (stream: string) => running.log.append(stream, [joined()], by('none'));
const appendMany = (prefix: string, count: number) => Promise.all(Array.from({ length: count }, (_, n) => append(`${prefix}${n}`)));
const nothing = (): void => undefined;
const streamsOf = (events: LoggedEvent[]) => events.map(event => event.stream);

describe('a subscription', () => {
  it('delivers what is there and what comes, in log order, in batches, and nothing else', async () => {
    await appendMany('operator-old', 30);
    await append('agent-not');
    const batches: LoggedEvent[][] = [];
    let caughtUp = 0;
    const subscription = running.log.subscribe({
      name: 'all',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void batches.push(events),
      onCaughtUp: () => void caughtUp++,
    });
    await until(() => caughtUp === 1);
    expect(batches.flat()).toHaveLength(30);
    await appendMany('operator-new', 30);
    await until(() => batches.flat().length === 60);
    const positions = batches.flat().map(event => event.position);
    expect(positions).toEqual([...positions].sort(comparePositions));
    expect(new Set(streamsOf(batches.flat())).size).toBe(60);
    expect(batches.length).toBeLessThan(40);
    expect(subscription.position()).toBe(positions.at(-1));
  });

  it('says caught up only after everything that was there was handled, however slow the handler', async () => {
    await appendMany('operator-', 50);
    let handled = 0;
    const seen = await new Promise<number>(resolve => {
      running.log.subscribe({
        name: 'slow',
        from: 'start',
        prefixes: ['operator-'],
        onEvents: async events => {
          await new Promise(done => setTimeout(done, 30));
          handled += events.length;
        },
        onCaughtUp: () => resolve(handled),
      });
    });
    expect(seen).toBe(50);
  });

  it('goes on from its own position when the store was stopped and started, losing and repeating nothing', async () => {
    const seen: string[] = [];
    running.log.subscribe({
      name: 'steady',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...streamsOf(events)),
    });
    await appendMany('operator-before', 5);
    await until(() => seen.length === 5);
    for (const round of ['one', 'two']) {
      await running.stopStore();
      await running.startStore();
      await appendMany(`operator-${round}`, 5);
    }
    await until(() => seen.length === 15);
    expect(new Set(seen).size).toBe(15);
    expect(running.warnings).toContain('a subscription broke; it resumes');
  });

  it('opened while the store is away starts when it comes', async () => {
    await append('operator-a');
    await running.stopStore();
    const seen: string[] = [];
    running.log.subscribe({
      name: 'early',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...streamsOf(events)),
    });
    await until(() => running.warnings.length > 0);
    await running.startStore();
    await until(() => seen.length === 1);
  });

  it('from the end means from the moment it was asked for, also when the connection breaks before anything came', async () => {
    await append('operator-past');
    const seen: string[] = [];
    const subscription = running.log.subscribe({
      name: 'end',
      from: 'end',
      prefixes: ['operator-'],
      onEvents: events => void seen.push(...streamsOf(events)),
    });
    await until(() => subscription.position() !== 'end');
    await running.stopStore();
    await running.startStore();
    await append('operator-meanwhile');
    await until(() => seen.length > 0);
    expect(seen).toEqual(['operator-meanwhile']);
  });

  it('gives a handler that failed the same events again, and what came after them only afterwards', async () => {
    const handled: string[] = [];
    let failures = 0;
    running.log.subscribe({
      name: 'failing',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: events => {
        if (failures < 2 && streamsOf(events).includes('operator-b')) {
          failures++;
          throw new Error('no database');
        }
        handled.push(...streamsOf(events));
      },
    });
    await append('operator-a');
    await until(() => handled.length === 1);
    await append('operator-b');
    await append('operator-c');
    await until(() => handled.length === 3);
    expect(handled).toEqual(['operator-a', 'operator-b', 'operator-c']);
    expect(failures).toBe(2);
  });

  it('holds the store back while a batch is being handled, and closes after that batch', async () => {
    let started = 0;
    let finished = 0;
    let release = nothing;
    const subscription = running.log.subscribe({
      name: 'held',
      from: 'start',
      prefixes: ['operator-'],
      onEvents: async () => {
        started++;
        await new Promise<void>(resolve => (release = resolve));
        finished++;
      },
    });
    await append('operator-a');
    await until(() => started === 1);
    await appendMany('operator-more', 20);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(started).toBe(1);
    const closing = subscription.close();
    expect(finished).toBe(0);
    release();
    await closing;
    expect([started, finished]).toEqual([1, 1]);
  });

  it('moves its position past events that are none of its own', async () => {
    const checkpoints: string[] = [];
    const subscription = running.log.subscribe({
      name: 'rare',
      from: 'start',
      prefixes: ['gatePolicy-'],
      onEvents: nothing,
      onCheckpoint: position => void checkpoints.push(position),
    });
    await appendMany('operator-', 2_200);
    await until(() => checkpoints.length > 0);
    await until(() => comparePositions(subscription.position(), 'start') > 0);
    expect(subscription.position()).toBe(checkpoints.at(-1));
  });
});

describe('a replay', () => {
  it('delivers all matching events once and resolves with the position to go on from', async () => {
    await appendMany('operator-', 300);
    await append('agent-x');
    const seen: LoggedEvent[] = [];
    const position = await running.log.replay({ prefixes: ['operator-'], from: 'start', onEvents: events => void seen.push(...events) });
    expect(new Set(streamsOf(seen)).size).toBe(300);
    expect(comparePositions(position, seen.at(-1)!.position)).toBeGreaterThanOrEqual(0);
    await append('operator-late');
    const late: string[] = [];
    await running.log.replay({ prefixes: ['operator-'], from: position, onEvents: events => void late.push(...streamsOf(events)) });
    expect(late).toEqual(['operator-late']);
  });
  it('of nothing resolves where it started', async () => {
    expect(await running.log.replay({ prefixes: ['operator-'], from: 'start', onEvents: nothing })).toBe('start');
  });
  it('ends with what its handler threw', async () => {
    await append('operator-a');
    const replay = running.log.replay({
      prefixes: ['operator-'],
      from: 'start',
      onEvents: () => {
        throw new Error('disk of the reader full');
      },
    });
    await expect(replay).rejects.toThrow('disk of the reader full');
  });
  it('gives up when the log stays away', async () => {
    await running.stopStore();
    await expect(running.log.replay({ prefixes: ['operator-'], from: 'start', onEvents: nothing })).rejects.toBeInstanceOf(LogUnavailable);
    await running.startStore();
  });
});

describe('a command handled on a stream', () => {
  type State = { roles: string[] };
  const decider = {
    initial: { roles: [] } as State,
    evolve: (state: State, event: ReturnType<typeof joined> | ReturnType<typeof granted>): State =>
      event.type === 'RoleGranted' ? { roles: [...state.roles, event.data.role] } : state,
    decide: (role: 'owner' | 'senior' | 'operator', state: State) => {
      if (state.roles.length === 3) throw new Error('enough roles');
      return state.roles.includes(role) ? [] : [granted(role)];
    },
  };
  const options = (commandId: string) => {
    const { expectedRevision: _, ...rest } = by('none');
    return { ...rest, commandId };
  };

  it('is decided on what the stream holds, and decided again when another append came first', async () => {
    await running.log.append('operator-opr_a', [joined()], by('none'));
    const [owner, senior] = await Promise.all([
      running.log.handle(decider, 'operator-opr_a', 'owner' as const, options('grant-owner')),
      running.log.handle(decider, 'operator-opr_a', 'senior' as const, options('grant-senior')),
    ]);
    expect([owner.revision, senior.revision].sort()).toEqual([1, 2]);
    expect((await running.log.load('operator-opr_a')).revision).toBe(2);
  });
  it('with nothing to do appends nothing', async () => {
    await running.log.append('operator-opr_a', [joined(), granted('owner')], by('none'));
    const handled = await running.log.handle(decider, 'operator-opr_a', 'owner' as const, options('again'));
    expect(handled).toEqual({ state: { roles: ['owner'] }, revision: 1, events: [], position: null });
  });
  it('that was handled before is answered with its own events', async () => {
    const first = await running.log.handle(decider, 'operator-opr_a', 'owner' as const, options('once'));
    await running.log.append('operator-opr_a', [granted('senior'), granted('operator')], by(0));
    const repeat = await running.log.handle(decider, 'operator-opr_a', 'owner' as const, options('once'));
    expect(repeat).toMatchObject({ revision: 2, position: first.position, events: [{ type: 'RoleGranted', data: { role: 'owner' } }] });
  });
  it('uses the state it is given, and loads only when that turns out to be old', async () => {
    await running.log.append('operator-opr_a', [joined(), granted('owner')], by('none'));
    const stale = { state: { roles: [] }, revision: 0 };
    const handled = await running.log.handle(decider, 'operator-opr_a', 'senior' as const, { ...options('stale'), known: stale });
    expect(handled).toMatchObject({ state: { roles: ['owner', 'senior'] }, revision: 2 });
  });
  it('is not refused, and not passed over, on an old state', async () => {
    await running.log.append('operator-opr_a', [granted('owner')], by('none'));
    const full = { state: { roles: ['a', 'b', 'c'] }, revision: 0 };
    expect(await running.log.handle(decider, 'operator-opr_a', 'senior' as const, { ...options('full'), known: full })).toMatchObject({
      revision: 1,
    });
    const had = { state: { roles: ['operator'] }, revision: 1 };
    expect(await running.log.handle(decider, 'operator-opr_a', 'operator' as const, { ...options('had'), known: had })).toMatchObject({
      revision: 2,
    });
    const repeat = await running.log.handle(decider, 'operator-opr_a', 'operator' as const, { ...options('had'), known: had });
    expect(repeat).toMatchObject({ revision: 2, events: [granted('operator')] });
  });
  it('lets a refusal through', async () => {
    await running.log.append('operator-opr_a', [granted('owner'), granted('senior'), granted('operator')], by('none'));
    await expect(running.log.handle(decider, 'operator-opr_a', 'owner' as const, options('more'))).rejects.toThrow('enough roles');
  });
});
