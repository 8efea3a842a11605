import { approvalReply } from '@holdpoint/contracts';
import { evaluation } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

const eventsOf = async (id: string) => (await world.parts.eventLog.load(`approval-${id}`)).events;
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);
const read = async (id: string) => approvalReply.parse(await (await world.call('GET', `/v1/approvals/${id}`)).json());
const revise = (id: string, changes: object, options?: { key: string }) =>
  world.call('POST', `/v1/approvals/${id}/revise`, changes, options);
const smaller = { action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 100, currency: 'USD' } } };
const solo = { people: () => ({ operators: [], standIns: [] }), solo: false, hold: null };

describe('revising a request', () => {
  it('asks anew with what changed, keeps the rest, and ends the old one without an answer of its own', async () => {
    const callback = { url: 'http://127.0.0.1:9/callback', state: 'order-1' };
    const old = await world.ask(aRequest({ labels: { team: 'support' }, deadlineSec: 600, callback }));
    const response = await revise(old.id, smaller);
    expect(response.status).toBe(202);
    const { id, expiresAt, binding } = (await response.json()) as typeof old;
    expect(id).not.toBe(old.id);
    expect(binding.actionHash).not.toBe(old.binding.actionHash);
    expect(expiresAt).toBe(old.expiresAt);
    const [requested] = await eventsOf(id);
    expect(requested?.data).toMatchObject({
      revises: old.id,
      labels: { team: 'support' },
      delivery: { callback: true },
      private: { action: smaller.action, arguments: { proposedAction: 'Refund $245' }, callback },
    });
    expect(await typesOf(old.id)).toEqual(['ApprovalRequested', 'ApprovalRevised', 'ApprovalWithdrawn']);
    expect((await eventsOf(old.id)).at(-1)?.data).toMatchObject({ delivery: { callback: false, resume: { mode: 'none' } } });
    expect(await read(old.id)).toMatchObject({ status: 'withdrawn', replacedBy: id, decision: { reasonCode: 'revised' } });
  });

  it('twice is once, and another revision is another request', async () => {
    const old = await world.ask();
    const first = (await (await revise(old.id, smaller)).json()) as { id: string };
    const again = await revise(old.id, smaller);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect(await again.json()).toMatchObject({ id: first.id });
    expect(await typesOf(first.id)).toEqual(['ApprovalRequested']);
    // The revision is the one to revise from now on.
    expect((await revise(first.id, { arguments: { ...(aRequest()['arguments'] as object), proposedAction: 'Refund $90' } })).status).toBe(
      202,
    );
  });

  it('comes too late after a decision, and nothing is asked then', async () => {
    const { id } = await world.ask();
    await world.approve(id);
    expect(await problemOf(await revise(id, smaller))).toMatchObject({ status: 409, code: 'already_decided' });
    expect(await read(id)).not.toHaveProperty('replacedBy');
  });

  it('is for the agent that asked only, and says what it does not take', async () => {
    const { id } = await world.ask();
    expect(await problemOf(await revise(id, smaller, { key: world.keys.second }))).toMatchObject({ status: 403, code: 'not_your_request' });
    expect(await problemOf(await revise(id, { callback: { url: 'https://elsewhere.example' } }))).toMatchObject({
      status: 422,
      code: 'invalid_request',
    });
    expect(await typesOf(id)).toEqual(['ApprovalRequested']);
  });
});

describe('a question to the agent', () => {
  const asked = async (text: string) => {
    const { id } = await world.ask();
    const now = world.parts.now();
    const by = { id: 'opr_a', roles: ['operator' as const], teams: [], onCall: [], ownsAgent: false };
    await world.decideAs(id, { type: 'ApplyGate', evaluation: evaluation(), now, ...solo });
    await world.decideAs(id, { type: 'Ask', by, channel: 'console', questionId: `q_${id}`, text, now });
    return id;
  };

  it('is read with the approval, wakes who waits for one, and is answered once', async () => {
    const id = await asked('Which card is it?');
    const waited = await world.call('GET', `/v1/approvals/${id}/wait?timeout=20&until=question`);
    const { questions, status } = approvalReply.parse(await waited.json());
    expect([status, questions]).toEqual(['pending', [{ id: `q_${id}`, text: 'Which card is it?', askedAt: expect.any(String) as string }]]);
    const answer = { questionId: `q_${id}`, text: 'The Visa ending in 4242.' };
    const answered = await world.call('POST', `/v1/approvals/${id}/answers`, answer);
    expect(answered.status).toBe(202);
    expect(await read(id)).not.toHaveProperty('questions');
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      type: 'QuestionAnswered',
      data: { by: { kind: 'agent' }, private: { text: answer.text } },
    });
    expect(await problemOf(await world.call('POST', `/v1/approvals/${id}/answers`, answer))).toMatchObject({ code: 'question_not_open' });
  });

  it('is answered by the agent that asked only', async () => {
    const id = await asked('Which card is it?');
    const response = await world.call(
      'POST',
      `/v1/approvals/${id}/answers`,
      { questionId: `q_${id}`, text: 'Mine.' },
      { key: world.keys.second },
    );
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'not_your_request' });
  });
});

describe('spending an approval that takes something for granted', () => {
  const balance = (value: number) => [{ name: 'balance', value }];
  const approvedWith = async (preconditions: object[], more: object = {}) => {
    const { id, binding } = await world.ask(aRequest({ preconditions, ...more }));
    await world.approve(id);
    return { id, actionHash: binding.actionHash };
  };
  const consume = (id: string, body: object) => world.call('POST', `/v1/approvals/${id}/consume`, body);

  it('needs every precondition named', async () => {
    const { id, actionHash } = await approvedWith(balance(500));
    expect(await problemOf(await consume(id, { actionHash }))).toMatchObject({ status: 422, code: 'preconditions_required' });
    expect((await consume(id, { actionHash, preconditions: balance(500) })).status).toBe(200);
    expect(await typesOf(id)).toContain('ApprovalConsumed');
  });

  it('fails when the world changed, and asks again about the world as it is', async () => {
    const { id, actionHash } = await approvedWith([...balance(500), { name: 'owner', value: { id: 1, name: 'Ada' } }]);
    // The order of an object's members is no change.
    const seen = [...balance(20), { name: 'owner', value: { name: 'Ada', id: 1 } }];
    const problem = await problemOf(await consume(id, { actionHash, preconditions: seen }));
    expect(problem).toMatchObject({ status: 409, code: 'preconditions_changed' });
    const again = String(problem['again']);
    expect(await read(id)).toMatchObject({ status: 'approved', consumedAt: null, replacedBy: again });
    expect(await read(again)).toMatchObject({ status: 'pending' });
    expect((await eventsOf(again))[0]?.data).toMatchObject({
      revises: id,
      binding: { actionHash },
      private: { preconditions: [{ name: 'balance', value: 20 }, { name: 'owner' }] },
    });
    // Once fallen it stays fallen, even when the world changes back.
    expect(await problemOf(await consume(id, { actionHash, preconditions: [...balance(500), seen[1]!] }))).toMatchObject({
      status: 403,
      code: 'not_approved',
    });
    expect(await typesOf(id)).not.toContain('ApprovalConsumed');
  });

  it('asks again only while the run can still take an answer', async () => {
    const upstreamExpiresAt = new Date(Date.now() + 80_000).toISOString();
    const { id, actionHash } = await approvedWith(balance(500), { upstreamExpiresAt });
    await new Promise(resolve => setTimeout(resolve, 6_000));
    const problem = await problemOf(await consume(id, { actionHash, preconditions: balance(1) }));
    expect(problem).toMatchObject({ status: 409, code: 'preconditions_changed' });
    expect(problem).not.toHaveProperty('again');
  });
});
