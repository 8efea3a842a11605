import { erasedProblem, LIMITS } from '@holdpoint/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectClient } from '../mcp/a-client.ts';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

/** What is shown of it, from its open parts. */
const erasure = { ground: 'request', by: { kind: 'operator', id: 'opr_olga' }, reason: 'Request 4711.', keysDestroyedAt: null };
/** A context that has to be stored beside the request. */
const large = (text: string) => ({ instructions: text.repeat(LIMITS.contextInlineBytesMax) });

describe.each([
  ['that is ordered to be erased', false],
  ['whose keys are destroyed', true],
])('an approval %s', (_how, destroyed) => {
  let body: Record<string, unknown>;
  let id: string;
  beforeEach(async () => {
    body = aRequest({ context: large('x') });
    ({ id } = await world.ask(body));
    await world.approve(id);
    await world.orderErasure(id);
    if (destroyed) await world.parts.eventLog.destroyKeys(id);
  });
  const erased = { status: 410, code: 'erased', ...erasure };

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
      expect(problem, path).toMatchObject({
        ...erased,
        detail: expect.stringMatching(/erased at 20.*because Olga ordered it\..*new idempotency key/) as string,
      });
      expect(erasedProblem.safeParse(problem).error, path).toBeUndefined();
    }
  });
  it('is still nobody else’s to know of', async () => {
    for (const key of [world.keys.foreign, world.keys.test])
      for (const path of ['', '/wait?timeout=1'])
        expect(await problemOf(await world.call('GET', `/v1/approvals/${id}${path}`, undefined, { key }))).toMatchObject({ status: 404 });
  });
  it('takes no repeat under its key, alone or in a batch; the same under another key is a new request', async () => {
    expect(await problemOf(await world.call('POST', '/v1/approvals', body))).toMatchObject(erased);
    const other = { ...body, context: large('y') };
    expect(await problemOf(await world.call('POST', '/v1/approvals', other))).toMatchObject(erased);
    const batch = await world.call('POST', '/v1/approvals:batch', { requests: [body, aRequest()] });
    expect(((await batch.json()) as { results: object[] }).results).toMatchObject([{ status: 410, body: erased }, { status: 202 }]);
    const again = await world.call('POST', '/v1/approvals', body, { headers: { 'idempotency-key': `again-${id}` } });
    expect(again.status).toBe(202);
  });
  it('is asked about anew by an agent that speaks MCP, unless it names the key of the one that is gone', async () => {
    const agent = await connectClient('2026-07-28', world.url, world.keys.live);
    const question = { context_summary: `Order ${id}`, proposed_action: 'Refund $245', entity_id: 'A-1', risk_level: 'medium' };
    const gone = async (more: object) => {
      const { approvalId } = (await agent.call('request_human_approval', { ...question, ...more })).said;
      await world.approve(approvalId);
      await world.orderErasure(approvalId);
      if (destroyed) await world.parts.eventLog.destroyKeys(approvalId);
      return approvalId;
    };
    const first = await gone({});
    const checked = await agent.call('check_approval', { approval_id: first });
    expect(checked).toMatchObject({ isError: true, said: { approved: false, code: 'erased' } });
    const second = (await agent.call('request_human_approval', question)).said;
    expect(second).toMatchObject({ status: 'pending', approved: false });
    expect(second.approvalId).not.toBe(first);
    const keyed = { idempotency_key: `mine-${id}` };
    await gone(keyed);
    expect((await agent.call('request_human_approval', { ...question, ...keyed })).said).toMatchObject({ approved: false, code: 'erased' });
    await agent.close();
  });
});
