import { approvalReply, type ApprovalReply, type LiveMessage } from '@holdpoint/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest({ INGEST_WAITERS_MAX: '3' });
});

const wait = async (id: string, timeoutSec: number): Promise<{ approval: ApprovalReply; ms: number }> => {
  const from = performance.now();
  const response = await world.call('GET', `/v1/approvals/${id}/wait?timeout=${timeoutSec}`);
  return { approval: approvalReply.parse(await response.json()), ms: performance.now() - from };
};
const held = async (): Promise<number> => {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^holdpoint_ingest_waiters (\d+)/m.exec(text)?.[1]);
};

describe('a long poll', () => {
  it('wakes on the decision', async () => {
    const { id } = await world.ask();
    const waiting = wait(id, 20);
    await expect.poll(held).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 200));
    const from = performance.now();
    await world.approve(id);
    const { approval } = await waiting;
    expect(approval).toMatchObject({ id, status: 'approved', decision: { approved: true, by: { kind: 'rule' } } });
    expect(performance.now() - from).toBeLessThan(500);
    expect(await held()).toBe(0);
  });
  it('answers at once when the decision is there already', async () => {
    const { id } = await world.ask();
    await world.approve(id);
    const { approval, ms } = await wait(id, 30);
    expect(approval.status).toBe('approved');
    expect(ms).toBeLessThan(1_000);
  });
  it('does not miss a decision that falls between asking and hanging up', async () => {
    const asked = await Promise.all(Array.from({ length: 3 }, () => world.ask()));
    const polls = asked.map(({ id }) => wait(id, 20));
    await Promise.all(asked.map(({ id }) => world.approve(id)));
    for (const poll of polls) expect((await poll).ms).toBeLessThan(3_000);
  });
  it('answers that it is still pending when its time is over', async () => {
    const { id } = await world.ask();
    const { approval, ms } = await wait(id, 0.3);
    expect(approval).toMatchObject({ status: 'pending', decision: null });
    expect(ms).toBeGreaterThan(250);
    expect((await wait(id, 0)).approval.status).toBe('pending');
  });
  it('finds the decision by itself when the live message is lost', async () => {
    const { id } = await world.ask();
    const waiting = wait(id, 20);
    await expect.poll(held).toBe(1);
    const { messaging } = world.parts;
    const publish = messaging.publishLive.bind(messaging);
    messaging.publishLive = (_tenant: string, _message: LiveMessage) => {};
    await world.approve(id);
    messaging.publishLive = publish;
    const { approval, ms } = await waiting;
    expect(approval.status).toBe('approved');
    expect(ms).toBeLessThan(7_000);
  });
  it('gives its place back when the client hangs up', async () => {
    const { id } = await world.ask();
    const client = new AbortController();
    const polls = [1, 2, 3].map(() =>
      world.call('GET', `/v1/approvals/${id}/wait?timeout=60`, undefined, { signal: client.signal }).catch((error: Error) => error.name),
    );
    await expect.poll(held).toBe(3);
    const refused = await world.call('GET', `/v1/approvals/${id}/wait?timeout=60`);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'too_many_waiters' });
    client.abort();
    expect(await Promise.all(polls)).toEqual(['AbortError', 'AbortError', 'AbortError']);
    await expect.poll(held).toBe(0);
  });
  it.each(['61', '-1', 'soon', '5&until=decided'])('refuses timeout=%s', async timeout => {
    const { id } = await world.ask();
    expect(await problemOf(await world.call('GET', `/v1/approvals/${id}/wait?timeout=${timeout}`))).toMatchObject({
      status: 400,
      code: 'invalid_query',
    });
  });
  it('for another organisation’s approval finds nothing, at once', async () => {
    const { id } = await world.ask();
    expect(await problemOf(await world.call('GET', `/v1/approvals/${id}/wait`, undefined, { key: world.keys.foreign }))).toMatchObject({
      status: 404,
    });
  });
});

describe('a process that stops', () => {
  it('lets its long polls answer first', async () => {
    const { id } = await world.ask();
    const waiting = world.call('GET', `/v1/approvals/${id}/wait?timeout=60`);
    await expect.poll(held).toBe(1);
    const from = performance.now();
    await world.close();
    expect((await waiting).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});
