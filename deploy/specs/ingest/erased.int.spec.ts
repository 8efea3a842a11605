import { LIMITS } from '@holdpoint/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

const owner = { id: 'opr_olga', display: 'Olga', roles: ['owner'], teams: [], onCall: [], ownsAgent: false } as const;
const order = (id: string) =>
  world.decideAs(id, {
    type: 'EraseApproval',
    ground: 'request',
    reason: 'Request 4711.',
    by: owner,
    channel: 'console',
    now: world.parts.now(),
  });

describe.each([
  ['that is ordered to be erased', false],
  ['whose keys are destroyed', true],
])('an approval %s', (_how, destroyed) => {
  let body: Record<string, unknown>;
  let id: string;
  beforeEach(async () => {
    body = aRequest({ context: { instructions: 'x'.repeat(LIMITS.contextInlineBytesMax) } });
    ({ id } = await world.ask(body));
    await world.approve(id);
    await order(id);
    if (destroyed) await world.parts.eventLog.destroyKeys(id);
  });
  const erased = { status: 410, code: 'erased' };

  it('answers every call of its organisation alike, and names what to do', async () => {
    const hash = 'a'.repeat(64);
    const calls = [
      ['GET', ''],
      ['GET', '/wait?timeout=1'],
      ['POST', '/consume', { actionHash: hash }],
      ['POST', '/executions', { actionHash: hash, outcome: 'succeeded' }],
      ['POST', '/withdraw', {}],
      ['POST', '/revise', { labels: { a: 'b' } }],
      ['POST', '/answers', { questionId: 'q', text: 'yes' }],
    ] as const;
    for (const [method, path, sent] of calls) {
      const problem = await problemOf(await world.call(method, `/v1/approvals/${id}${path}`, sent));
      expect(problem, path).toMatchObject({ ...erased, detail: expect.stringMatching(/erased at 20.*new idempotency key/) as string });
    }
  });
  it('is still nobody else’s to know of', async () => {
    for (const key of [world.keys.foreign, world.keys.test])
      for (const path of ['', '/wait?timeout=1'])
        expect(await problemOf(await world.call('GET', `/v1/approvals/${id}${path}`, undefined, { key }))).toMatchObject({ status: 404 });
  });
  if (destroyed)
    it('takes no repeat under its key, alone or in a batch; the same under another key is a new request', async () => {
      expect(await problemOf(await world.call('POST', '/v1/approvals', body))).toMatchObject(erased);
      const batch = await world.call('POST', '/v1/approvals:batch', { requests: [body, aRequest()] });
      expect(((await batch.json()) as { results: object[] }).results).toMatchObject([{ status: 410, body: erased }, { status: 202 }]);
      const again = await world.call('POST', '/v1/approvals', body, { headers: { 'idempotency-key': `again-${id}` } });
      expect(again.status).toBe(202);
    });
});
