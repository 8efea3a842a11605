import { approvalReply, approvalsPage, executionReply, type ApprovalsQuery } from '@holdpoint/contracts';
import { Holdpoint, verifyReceipt, type Jwks } from '@holdpoint/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

const typesOf = async (id: string) => (await world.parts.eventLog.load(`approval-${id}`)).events.map(({ type }) => type);
const approved = async () => {
  const reply = await world.ask();
  await world.approve(reply.id);
  return { id: reply.id, actionHash: reply.binding.actionHash };
};

describe('reading an approval', () => {
  it('shows it pending, then decided with a receipt that verifies', async () => {
    const { id, expiresAt } = await world.ask();
    const before = await world.call('GET', `/v1/approvals/${id}`);
    expect(before.headers.get('cache-control')).toBe('no-store');
    expect(approvalReply.parse(await before.json())).toMatchObject({ id, status: 'pending', expiresAt, decision: null, consumedAt: null });
    await world.approve(id);
    const { decision, binding } = approvalReply.parse(await (await world.call('GET', `/v1/approvals/${id}`)).json());
    expect(binding.approvedActionHash).toBe(binding.actionHash);
    const jwks = (await (await fetch(`${world.url}/.well-known/jwks.json`)).json()) as Jwks;
    expect(verifyReceipt(decision!.receipt, jwks)).toMatchObject({ sub: id, approved: true, actionHash: binding.actionHash });
  });
  it.each(['apr_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'apr_x', 'x', '..%2f..%2fetc', 'apr_AAAAAAAAAAAAAAAAAAAAAAAAAA'])(
    'finds nothing under %s',
    async id => {
      expect(await problemOf(await world.call('GET', `/v1/approvals/${id}`))).toMatchObject({ status: 404, code: 'not_found' });
    },
  );
  it('of another organisation, or asked with a test key, finds nothing', async () => {
    const { id } = await world.ask();
    for (const key of [world.keys.foreign, world.keys.test])
      expect(await problemOf(await world.call('GET', `/v1/approvals/${id}`, undefined, { key }))).toMatchObject({ status: 404 });
    for (const verb of ['withdraw', 'consume', 'executions']) {
      const body = verb === 'withdraw' ? {} : { actionHash: 'a'.repeat(64), ...(verb === 'executions' && { outcome: 'succeeded' }) };
      const response = await world.call('POST', `/v1/approvals/${id}/${verb}`, body, { key: world.keys.foreign });
      expect(await problemOf(response)).toMatchObject({ status: 404 });
    }
    expect(await typesOf(id)).toEqual(['ApprovalRequested']);
  });
});

describe('withdrawing', () => {
  it('ends a pending request, once, with a note and a receipt', async () => {
    const { id } = await world.ask();
    const first = await world.call('POST', `/v1/approvals/${id}/withdraw`, { note: 'the customer called back' });
    expect(first.status).toBe(200);
    const { status, decision } = approvalReply.parse(await first.json());
    expect(status).toBe('withdrawn');
    expect(decision).toMatchObject({ approved: false, note: 'the customer called back', by: { kind: 'agent', id: 'agt_assistant' } });
    expect(decision!.receipt.split('.')).toHaveLength(3);
    expect((await world.call('POST', `/v1/approvals/${id}/withdraw`)).status).toBe(200);
    expect(await typesOf(id)).toEqual(['ApprovalRequested', 'ApprovalWithdrawn']);
  });
  it('comes too late after a decision', async () => {
    const { id } = await approved();
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/withdraw`, {}))).toMatchObject({
      status: 409,
      code: 'already_decided',
    });
  });
  it('is for the agent that asked only', async () => {
    const { id } = await world.ask();
    const response = await world.call('POST', `/v1/approvals/${id}/withdraw`, {}, { key: world.keys.second });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'not_your_request' });
  });
});

describe('spending an approval', () => {
  it('works once, and says so afterwards', async () => {
    const { id, actionHash } = await approved();
    const first = await world.call('POST', `/v1/approvals/${id}/consume`, { actionHash });
    expect(first.status).toBe(200);
    expect(approvalReply.parse(await first.json()).consumedAt).not.toBeNull();
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/consume`, { actionHash }))).toMatchObject({
      status: 409,
      code: 'already_consumed',
    });
  });
  it('works once also when five try at the same moment', async () => {
    const { id, actionHash } = await approved();
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.call('POST', `/v1/approvals/${id}/consume`, { actionHash })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await typesOf(id)).filter(type => type === 'ApprovalConsumed')).toHaveLength(1);
  });
  it('is refused for another action, and before the decision', async () => {
    const { id } = await approved();
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/consume`, { actionHash: 'a'.repeat(64) }))).toMatchObject({
      status: 403,
      code: 'action_mismatch',
    });
    const pending = await world.ask();
    const early = await world.call('POST', `/v1/approvals/${pending.id}/consume`, { actionHash: pending.binding.actionHash });
    expect(await problemOf(early)).toMatchObject({ status: 403, code: 'not_approved' });
  });
  it('needs a hash and nothing else', async () => {
    const { id } = await approved();
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/consume`, { actionHash: 'abc' }))).toMatchObject({ status: 422 });
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/consume`))).toMatchObject({ status: 400, code: 'json_empty' });
  });
});

describe('reporting what ran', () => {
  it('is recorded, and matches what was approved', async () => {
    const { id, actionHash } = await approved();
    const response = await world.call('POST', `/v1/approvals/${id}/executions`, { actionHash, outcome: 'succeeded' });
    expect(response.status).toBe(202);
    expect(executionReply.parse(await response.json())).toEqual({ id, recorded: true, matchesApproval: true });
  });
  it('is recorded as a mismatch when something else ran', async () => {
    const { id } = await approved();
    const response = await world.call('POST', `/v1/approvals/${id}/executions`, {
      actionHash: 'b'.repeat(64),
      outcome: 'failed',
      detail: 'boom',
    });
    expect(executionReply.parse(await response.json())).toEqual({ id, recorded: true, matchesApproval: false });
    const { events } = await world.parts.eventLog.load(`approval-${id}`);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionReported', data: { matchesApproval: false } });
  });
});

describe('the list', () => {
  it('is unavailable, with a time to come back, while nobody answers', async () => {
    const response = await world.call('GET', '/v1/approvals');
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'list_unavailable' });
  });
  it('is what the read model answers for the caller’s organisation', async () => {
    const asked: ApprovalsQuery[] = [];
    const responder = world.parts.messaging.respond('hp.query.approvals', 'console', body => {
      asked.push(body as ApprovalsQuery);
      return Promise.resolve({ items: [], nextCursor: 'n' });
    });
    const response = await world.call('GET', '/v1/approvals?status=pending&agent=agt_assistant&thread=t&limit=10&cursor=c');
    expect(approvalsPage.parse(await response.json())).toEqual({ items: [], nextCursor: 'n' });
    expect(asked).toEqual([
      { tenant: 'org_a', test: false, status: 'pending', agentId: 'agt_assistant', threadId: 't', limit: 10, cursor: 'c' },
    ]);
    await responder.close();
  });
  it.each(['status=open', 'limit=0', 'limit=201', 'tenant=org_b', 'status=pending&status=expired'])('refuses ?%s', async query => {
    expect(await problemOf(await world.call('GET', `/v1/approvals?${query}`))).toMatchObject({ status: 400, code: 'invalid_query' });
  });
});

describe('an app with the client library', () => {
  it('asks, waits, spends and cannot spend twice', async () => {
    const app = new Holdpoint({ baseUrl: world.url, apiKey: world.keys.live });
    const asked = await app.request(
      {
        source: 'custom',
        arguments: { contextSummary: 's', proposedAction: 'p', entityId: 'e', riskLevel: 'low' },
        action: { name: 'restart', args: { host: 'web-1' } },
      },
      { idempotencyKey: 'restart web-1' },
    );
    const waiting = app.wait(asked.id, { timeoutSec: 20 });
    await world.approve(asked.id);
    expect((await waiting).status).toBe('approved');
    expect((await app.consume(asked.id, asked.binding.actionHash)).consumedAt).not.toBeNull();
    await expect(app.consume(asked.id, asked.binding.actionHash)).rejects.toMatchObject({ status: 409, code: 'already_consumed' });
  });
});
