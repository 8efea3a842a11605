import { EventErased, LogUnavailable } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer, InboundItem, InboundRequest, OpenChannel, Outcome, Verdict } from '../channels/channel.ts';
import type { ReplyDeps } from './reply-deps.ts';
import { openHooks } from './take-inbound.ts';

const HOOK = 'a'.repeat(26);
const press = (inboundId: string, handle = 'not a handle'): InboundItem => ({
  kind: 'press',
  inboundId,
  identities: ['1'],
  handle,
  reply: { to: inboundId },
});
/** Its approval has to be read from the log. */
const HANDLE = `hp1${'b'.repeat(52)}`;

type Given = {
  items?: InboundItem[];
  verdict?: Verdict;
  answersWithOutcome?: boolean;
  load?: () => Promise<{ events: []; revision: number }>;
  /** Of the person whose account `1` is. */
  language?: string;
};
const opened = ({
  items = [press('1')],
  verdict = { verdict: 'accepted' },
  answersWithOutcome = false,
  load,
  language = 'en',
}: Given = {}) => {
  const told: [string, Outcome][] = [];
  const seen: InboundRequest[] = [];
  const counts: string[] = [];
  let loads = 0;
  const channel: OpenChannel = {
    send: () => Promise.reject(new Error('nothing is sent here')),
    acknowledge: (item, outcome) => Promise.resolve(void told.push([item.reply['to']!, outcome])),
    healthCheck: () => Promise.resolve(null),
    close: () => Promise.resolve(),
    inbound: {
      verify: request => {
        seen.push(request);
        return verdict;
      },
      parse: () => items,
      answersWithOutcome,
      answer: (_items, outcomes): HttpAnswer => ({ status: 200, body: outcomes.map(({ text }) => text).join('|') }),
    },
  };
  const deps = {
    publicUrl: 'https://notify.example.test',
    now: () => '2026-11-22T12:00:00.000Z',
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    countReply: (_channel: string, outcome: string) => counts.push(outcome),
    directory: {
      channelByHook: (hookId: string) => (hookId === HOOK ? { tenant: 'org_example', channel: 'telegram', hookId, config: {} } : null),
      list: () => [{ operatorId: 'opr_ada', tenant: 'org_example', addresses: [{ channel: 'telegram', address: '1', verified: true }] }],
      profile: (operatorId: string) => (operatorId === 'opr_ada' ? { language } : null),
      organization: () => null,
    },
    offered: { in: () => null },
    channels: { of: () => channel, normalise: (_tenant: string, _channel: string, address: string) => address },
    eventLog: {
      load: () => {
        loads += 1;
        return load?.() ?? Promise.resolve({ events: [], revision: -1 });
      },
    },
  } as unknown as ReplyDeps;
  const hooks = openHooks(deps);
  const take = (hookId = HOOK) =>
    hooks.take('telegram', hookId, { method: 'POST', query: '?x=1', headers: {}, rawBody: Buffer.from('raw') });
  return { hooks, take, told, seen, counts, loads: () => loads };
};
const statusOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof ProblemError ? error.status : error;
};

describe('a call of a provider', () => {
  it('is looked at under the address the provider calls, over its raw bytes', async () => {
    const { take, seen } = opened();
    await take();
    expect(seen).toEqual([
      { method: 'POST', url: `https://notify.example.test/channels/telegram/${HOOK}?x=1`, headers: {}, rawBody: Buffer.from('raw') },
    ]);
    expect(await statusOf(take('b'.repeat(26)))).toBe(404);
  });

  it('that is not proven is refused, counted, and not read', async () => {
    const { take, told, counts } = opened({ verdict: { verdict: 'refused', reason: 'no signature' } });
    expect(await statusOf(take())).toBe(401);
    expect([told, counts]).toEqual([[], ['forged']]);
  });

  it('that is a question of the protocol gets its answer, and nothing is done', async () => {
    const answer = { status: 200, body: 'challenge' };
    const { take, counts } = opened({ verdict: { verdict: 'challenge', answer } });
    expect(await take()).toBe(answer);
    expect(counts).toEqual([]);
  });

  it('is acted on in order, each thing once, and each person is told once', async () => {
    const { take, told, counts, hooks } = opened({ items: [press('1'), press('2'), press('1'), { kind: 'ignored', reason: 'x' }] });
    await Promise.all([take(), take()]);
    await hooks.drain();
    expect(told.map(([to]) => to)).toEqual(['1', '2']);
    expect(told[0]![1].outcome).toBe('refused');
    expect(counts.filter(outcome => outcome === 'refused')).toHaveLength(2);
  });

  it('that tells of a message which is not on record yet keeps no answer waiting that came with it', async () => {
    const correlation = `apr_${'b'.repeat(26)}.ntf_1`;
    const early: InboundItem = { kind: 'receipt', inboundId: 'r', correlation, status: 'delivered', at: null };
    const { take, counts, loads } = opened({ items: [early, press('1')] });
    const answered = take();
    await expect.poll(() => counts, { timeout: 1_000 }).toEqual(['refused']);
    expect(loads()).toBeGreaterThan(0);
    expect((await answered).status).toBe(200);
    expect(counts).toEqual(['refused']);
  });

  it('is answered with what became of it where the protocol wants that, which then is not told again', async () => {
    const { take, told, hooks } = opened({ answersWithOutcome: true });
    expect((await take()).body).toContain('not known here');
    await hooks.drain();
    expect(told).toEqual([]);
  });

  it('is answered in time also when the log is slow, and goes on', { timeout: 10_000 }, async () => {
    const slow = Promise.withResolvers<{ events: []; revision: number }>();
    const { take, told, hooks } = opened({ items: [press('1', HANDLE)], answersWithOutcome: true, load: () => slow.promise });
    const start = performance.now();
    expect((await take()).body).toBe('');
    expect(performance.now() - start).toBeLessThan(2_900);
    expect(told).toEqual([]);
    slow.resolve({ events: [], revision: -1 });
    await hooks.drain();
    expect(told.map(([to]) => to)).toEqual(['1']);
  });

  it('is answered in the language of whoever is there, or that the conversation is in; in English where nobody is known', async () => {
    const stranger = { ...press('1'), identities: ['2'] } as InboundItem;
    const inACall = { ...press('1'), wordsIn: 'fr-CA' } as InboundItem;
    for (const [item, words] of [
      [press('1'), 'Das ist hier nicht bekannt.'],
      [inACall, 'Ceci n’est pas connu ici.'],
      [stranger, 'This is not known here.'],
    ] as const)
      expect((await opened({ items: [item], language: 'de-AT', answersWithOutcome: true }).take()).body).toContain(words);
  });

  it('that fails after it was answered is told to be tried again', { timeout: 10_000 }, async () => {
    const slow = Promise.withResolvers<{ events: []; revision: number }>();
    const { take, told, hooks } = opened({ items: [press('1', HANDLE)], load: () => slow.promise });
    expect((await take()).status).toBe(200);
    slow.reject(new LogUnavailable('unreachable', 1, 'down'));
    await hooks.drain();
    expect(told).toMatchObject([['1', { outcome: 'refused', text: expect.stringContaining('Try again') as string }]]);
  });

  it.each([
    ['a channel whose answer tells', true],
    ['any other channel', false],
  ])('about something that is erased is explained, and the provider does not send it again: %s', async (_, answersWithOutcome) => {
    const load = () => Promise.reject(new EventErased('notification-apr_a', 0, 'NotificationSent'));
    const { take, told, hooks, counts } = opened({ items: [press('1', HANDLE)], answersWithOutcome, load });
    const { status, body } = await take();
    await hooks.drain();
    expect([status, answersWithOutcome ? body : told[0]![1].text]).toEqual([200, expect.stringContaining('has been erased')]);
    expect([counts, told.length]).toEqual([['refused'], answersWithOutcome ? 0 : 1]);
  });

  it('has to come again when the log does not answer, and is then acted on', async () => {
    let isDown = true;
    const { take, told, hooks, loads } = opened({
      items: [press('1', HANDLE)],
      load: () => (isDown ? Promise.reject(new LogUnavailable('unreachable', 1, 'down')) : Promise.resolve({ events: [], revision: -1 })),
    });
    expect(await statusOf(take())).toBe(503);
    expect([told.length, loads()]).toEqual([0, 1]);
    isDown = false;
    expect((await take()).status).toBe(200);
    await hooks.drain();
    expect(told).toHaveLength(1);
    expect(loads()).toBeGreaterThan(1);
  });
});
