import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

type Change = { approvalId: string; type: string; revision: number; position: string };

/** Listens like a browser does. */
const listen = async (lastEventId?: string) => {
  const stop = new AbortController();
  const reply = await fetch(`${world.url}/api/live`, {
    headers: {
      authorization: `Bearer ${world.credentials.personalAccessToken}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: stop.signal,
  });
  expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const text = { all: '' };
  const reading = (async () => {
    for await (const chunk of reply.body!) text.all += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  const changes = () => [...text.all.matchAll(/^event: change\ndata: (.*)$/gm)].map(match => JSON.parse(match[1]!) as Change);
  return {
    text: () => text.all,
    changes,
    until: (id: string, type: string) =>
      expect.poll(() => changes().some(change => change.approvalId === id && change.type === type), { timeout: 5_000 }).toBe(true),
    lastId: () => [...text.all.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1],
    end: async () => {
      stop.abort();
      await reading;
    },
  };
};

describe('live updates', () => {
  it('arrive when the read model already shows the change', async () => {
    const stream = await listen();
    const id = await world.pending();
    await stream.until(id, 'ReviewStepOpened');
    const page = await world.json<{ items: { id: string; phase: string }[] }>('GET', '/api/inbox?view=all');
    expect(page.items.find(item => item.id === id)?.phase).toBe('review');
    expect(stream.changes().filter(change => change.approvalId === id)).toMatchObject([
      { type: 'ApprovalRequested', revision: 0 },
      { type: 'GateEvaluated', revision: 1 },
      { type: 'ReviewStepOpened', revision: 2 },
    ]);
    await stream.end();
  });

  it('go on where a browser was cut off, with nothing missing and nothing twice', async () => {
    const first = await listen();
    const before = await world.pending();
    await first.until(before, 'ReviewStepOpened');
    await first.end();
    const missed = [await world.pending(), await world.pending()];
    await world.shown(missed[1]!);
    const second = await listen(first.lastId());
    const after = await world.pending();
    await second.until(after, 'ReviewStepOpened');
    const keys = second.changes().map(change => `${change.approvalId} ${change.type}`);
    expect(keys).toEqual(
      [...missed, after].flatMap(id => ['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened'].map(type => `${id} ${type}`)),
    );
    await second.end();
  });

  it('can be resumed after a restart of the console', async () => {
    const first = await listen();
    await expect.poll(() => first.lastId(), { timeout: 5_000 }).toBeDefined();
    await first.end();
    const missed = await world.pending();
    await world.shown(missed);
    await world.restart();
    const second = await listen(first.lastId());
    await second.until(missed, 'ReviewStepOpened');
    await second.end();
  });

  it('say so when they cannot be resumed', async () => {
    const stream = await listen('nonsense');
    await expect.poll(() => stream.text(), { timeout: 5_000 }).toContain('event: reset');
    await stream.end();
  });

  it('carry nothing a person wrote', async () => {
    const stream = await listen();
    await stream.until(await world.pending(), 'ReviewStepOpened');
    expect(stream.text()).not.toContain('lamp');
    await stream.end();
  });
});
