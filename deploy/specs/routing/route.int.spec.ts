import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TerminalData, WorkItem } from '@holdpoint/contracts';
import { defaultPolicy } from '@holdpoint/gate';
import { routing } from '@holdpoint/routing';
import { verifyReceipt } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { hashOf, ordinarily, refund, type RefundOptions } from '@holdpoint/testing';
import { eventually, openOrganisation, ORG, type Organisation } from '../decision/an-organisation.ts';

let world: Organisation;
let running: RunningService;
beforeAll(async () => {
  world = await openOrganisation();
  running = await routing.start(routing.readConfig({ ...world.env, ROUTING_IN_FLIGHT_MAX: '8' }), world.serviceParts);
});
afterAll(async () => {
  await running.close();
  await world.close();
});

let rings = 0;
const ring = (...items: WorkItem[]): Promise<void> =>
  world.parts.messaging.publishWork('routing', items.some(({ kind }) => kind === 'timer') ? 'timer' : 'work', { items }, `ring-${++rings}`);
const small: RefundOptions = { action: refund(20), riskLevel: 'low' };
const askAndRing = async (options: RefundOptions = {}, more: Partial<WorkItem> = {}): Promise<string> => {
  const id = await world.ask(options);
  await ring(await world.item(id, 0, more));
  return id;
};
const gated = (id: string, events = 3): Promise<string[]> =>
  eventually(async () => {
    const types = await world.types(id);
    return types.length >= events && types;
  });
/** Rings something and waits until the service has certainly looked at it: it works in order, so a later request being gated tells. */
const ringAndSettle = async (...items: WorkItem[]): Promise<void> => {
  await ring(...items);
  await gated(await askAndRing());
};
/** The terminal event at a revision. */
const endOf = async (id: string, revision: number): Promise<TerminalData> => {
  const event = (await world.events(id))[revision];
  if (event === undefined) throw new Error(`${id} has no revision ${revision}`);
  return event.data as TerminalData;
};
const timer = async (id: string, kind: WorkItem['timer'], revision: number): Promise<WorkItem> => {
  const { data: _data, ...item } = await world.item(id, revision, { kind: 'timer', fresh: false });
  return { ...item, ...(kind === undefined ? {} : { timer: kind }) };
};

describe('a new request', () => {
  it('that is small and of low risk is granted by the rule, with a receipt that verifies', async () => {
    const id = await askAndRing(small);
    expect(await gated(id)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ApprovalGrantedAutomatically']);
    const { decision, receipt } = await endOf(id, 2);
    expect(decision).toMatchObject({ by: { kind: 'rule', id: 'small-and-low-risk' }, policy: { id: 'default', version: 1 } });
    expect(verifyReceipt(receipt, world.jwks as never)).toMatchObject({ sub: id, tenant: ORG, approvedActionHash: hashOf(refund(20)) });
  });

  it('of some weight opens a review; a large one asks seniors', async () => {
    const [middle, large] = [await askAndRing(), await askAndRing({ action: refund(1_500) })];
    expect(await gated(middle)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened']);
    await gated(large);
    expect((await world.events(large))[2]).toMatchObject({
      data: { verdict: 'ESCALATE_SENIOR', step: { seniorOnly: true, approvers: { roles: ['senior', 'admin', 'owner'] } } },
    });
  });

  it('is gated once, however often it is rung, with data or without', async () => {
    const id = await world.ask(small);
    const item = await world.item(id, 0);
    const { data: _data, ...pointer } = item;
    await Promise.all([ring(item), ring({ ...item, fresh: false }), ring({ ...pointer, fresh: false })]);
    await ringAndSettle(item);
    expect(await world.types(id)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ApprovalGrantedAutomatically']);
  });

  it('that was withdrawn before the rules spoke is left alone', async () => {
    const id = await world.ask(small);
    const item = await world.item(id, 0);
    await world.record(id, { type: 'Withdraw', by: { kind: 'agent', id: 'agt_assistant' }, now: world.serviceParts.now() });
    await ringAndSettle(item);
    expect(await world.types(id)).toEqual(['ApprovalRequested', 'ApprovalWithdrawn']);
  });

  it('does not wait for the one beside it that cannot be read', async () => {
    const [id, other] = [await world.ask(small), await world.ask(small)];
    const item = await world.item(other, 0);
    const broken = { ...item, data: { ...(item.data as object), private: 'hp1.none.AAAA' } };
    await ring(broken, await world.item(id, 0), { ...item, stream: 'approval-nowhere', data: undefined });
    expect(await gated(id)).toContain('ApprovalGrantedAutomatically');
    expect(await world.types(other)).toEqual(['ApprovalRequested']);
  });

  it('comes in batches, each item once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, (_, index) => world.ask(index % 2 === 0 ? small : {})));
    const items = await Promise.all(ids.map(id => world.item(id, 0)));
    await Promise.all([ring(...items), ring(...items.map(item => ({ ...item, fresh: false })))]);
    for (const [index, id] of ids.entries())
      expect(await gated(id)).toEqual([
        'ApprovalRequested',
        'GateEvaluated',
        index % 2 === 0 ? 'ApprovalGrantedAutomatically' : 'ReviewStepOpened',
      ]);
  });
});

describe('a new version of the policy', () => {
  it('rules from then on, and is named on every decision', async () => {
    await world.publishPolicy(2, { ...defaultPolicy(), rules: [] });
    const id = await askAndRing(small);
    await gated(id);
    expect((await world.events(id))[1]).toMatchObject({
      data: { verdict: 'HUMAN_REVIEW', policy: { id: 'default', version: 2, rule: 'default' } },
    });
    await world.publishPolicy(3, { ...defaultPolicy(), sampleShare: 0 });
    expect(await gated(await askAndRing(small))).toContain('ApprovalGrantedAutomatically');
  });
});

describe('a wait that is over', () => {
  it('asks the next level, then says that none is left, then expires', async () => {
    const started = world.clock.ms;
    const id = await askAndRing();
    await gated(id);
    const escalate = await timer(id, 'escalate', 2);
    await ringAndSettle(escalate);
    expect(await world.types(id)).toHaveLength(3);

    world.clock.ms = started + 300_000;
    await Promise.all([ring(escalate), ring(escalate)]);
    expect(await gated(id, 4)).toContain('ApprovalEscalated');
    await ringAndSettle(escalate);
    expect(await world.types(id)).toHaveLength(4);

    world.clock.ms = started + 600_000;
    await ring(await timer(id, 'escalate', 3));
    expect(await gated(id, 5)).toContain('EscalationExhausted');

    const expire = await timer(id, 'expire', 0);
    await ringAndSettle(expire);
    expect(await world.types(id)).toHaveLength(5);
    world.clock.ms = started + 3_600_000;
    await Promise.all([ring(expire), ring(expire)]);
    expect(await gated(id, 6)).toContain('ApprovalExpired');
    const { decision, receipt } = await endOf(id, 5);
    expect(decision).toMatchObject({ decision: 'expired', approved: false, by: { kind: 'timeout' } });
    expect(verifyReceipt(receipt, world.jwks as never)).toMatchObject({ approved: false, approvedActionHash: null });
    await ringAndSettle(expire, escalate);
    expect(await world.types(id)).toHaveLength(6);
  });

  it('releases a claim whose lease is over', async () => {
    const id = await askAndRing();
    await gated(id);
    const by = { id: 'opr_ada', roles: ['operator' as const], teams: [], onCall: [], ownsAgent: false };
    await world.record(id, { type: 'Claim', ...ordinarily, by, channel: 'console', now: world.serviceParts.now() });
    const claimExpires = await timer(id, 'claimExpires', 3);
    await ringAndSettle(claimExpires);
    expect(await world.types(id)).toHaveLength(4);
    world.clock.ms += 300_000;
    await ring(claimExpires);
    expect(await gated(id, 5)).toContain('ClaimReleased');
  });

  it('approves nothing that was asked too long ago', async () => {
    const id = await world.ask(small);
    const item = await world.item(id, 0);
    world.clock.ms += 3_600_000;
    await ring(item);
    expect(await gated(id)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ApprovalExpired']);
  });
});
