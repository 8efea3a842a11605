import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

describe('a key that makes too many requests', () => {
  let world: RunningIngest;
  beforeAll(async () => {
    world = await startIngest({ INGEST_RATE_PER_SEC: '2', INGEST_RATE_BURST: '5' });
  });
  afterAll(() => world.close());

  it('is told to come back, and others are not held up', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => world.call('POST', '/v1/approvals', aRequest())));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(5);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"key";q=5;w=3');
    expect(await problemOf(refused[0]!)).toMatchObject({ status: 429, code: 'rate_limited' });
    expect((await world.call('POST', '/v1/approvals', aRequest(), { key: world.keys.second })).status).toBe(202);
  });
  it('pays for each request of a batch', async () => {
    const requests = Array.from({ length: 5 }, () => aRequest());
    const key = world.keys.foreign;
    expect((await world.call('POST', '/v1/approvals:batch', { requests }, { key })).status).toBe(207);
    expect((await world.call('POST', '/v1/approvals', aRequest(), { key })).status).toBe(429);
  });
});

describe('while more is waiting for the log than it takes', () => {
  it('writes are refused with 503 and a time to come back, and everything admitted is answered', async () => {
    const world = await startIngest({ INGEST_WRITES_MAX: '2' });
    const answers = await Promise.all(Array.from({ length: 60 }, () => world.call('POST', '/v1/approvals', aRequest())));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([202, 503]);
    const refused = answers.find(({ status }) => status === 503)!;
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toMatchObject({ code: 'overloaded' });
    expect((await world.call('POST', '/v1/approvals', aRequest())).status).toBe(202);
    await world.close();
  });
});

describe('while the event log is away', () => {
  it('nothing is accepted and readiness says so; afterwards the same request is accepted once', async () => {
    const world = await startIngest();
    const before = await world.ask();
    await world.stopStore();
    const request = aRequest();
    const refused = await world.call('POST', '/v1/approvals', request);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'log_unavailable' });
    expect(await problemOf(await world.call('GET', `/v1/approvals/${before.id}`))).toMatchObject({ status: 503 });
    expect((await fetch(`${world.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
    await world.startStore();
    await expect.poll(async () => (await world.call('POST', '/v1/approvals', request)).status, { timeout: 10_000 }).toBe(202);
    expect((await world.call('POST', '/v1/approvals', request)).status).toBe(200);
    await expect.poll(async () => (await fetch(`${world.url}/readyz`)).status, { timeout: 5_000 }).toBe(200);
    await world.close();
  });
  it('a disk that is nearly full refuses writes and still answers reads', async () => {
    const world = await startIngest();
    const { id } = await world.ask();
    await world.stopStore();
    await world.startStore({ diskFreePercentMin: 100 });
    await expect.poll(async () => (await world.call('GET', `/v1/approvals/${id}`)).status, { timeout: 10_000 }).toBe(200);
    const refused = await world.call('POST', '/v1/approvals', aRequest());
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'log_unavailable' });
    await world.close();
  });
});
