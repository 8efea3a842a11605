import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, EventData, GatePolicy, WorkItem } from '@holdpoint/contracts';
import { idOf, streamOf } from '@holdpoint/contracts';
import { defaultPolicy } from '@holdpoint/gate';
import { routing } from '@holdpoint/routing';
import { newId } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { refund, type RefundOptions } from '@holdpoint/testing';
import { eventually, openOrganisation, ORG, type Organisation } from '../decision/an-organisation.ts';

let world: Organisation;
let running: RunningService;
let version = 1;
const start = (): Promise<RunningService> =>
  routing.start(routing.readConfig({ ...world.env, ROUTING_IN_FLIGHT_MAX: '8' }), world.serviceParts);
beforeAll(async () => {
  world = await openOrganisation();
  running = await start();
});
afterAll(async () => {
  await running.close();
  await world.close();
});

const publish = async (parts: Partial<GatePolicy> = {}): Promise<void> => {
  const how = { policyId: 'default', version: (version += 1), by: 'opr_olga', at: at() };
  await set(
    streamOf.gatePolicy(ORG),
    { type: 'GatePolicyPublished', data: { ...how, document: { ...defaultPolicy(), sampleShare: 0, ...parts } } },
    { type: 'GatePolicyActivated', data: how },
  );
};
/** Appends settings as the console does, and waits until the directory knows them. */
const set = async (stream: string, ...events: Event[]): Promise<void> => {
  const { eventLog, directory } = world.parts;
  const { revision } = await eventLog.load(stream);
  const { position } = await eventLog.append(stream, events, {
    expectedRevision: revision < 0 ? 'none' : revision,
    commandId: newId('cmd'),
    tenant: ORG,
    actor: 'operator:opr_olga',
    recordedAt: world.serviceParts.now(),
  });
  await directory.atLeast(position);
};
const at = (): string => world.serviceParts.now();
let rings = 0;
const ring = (...items: WorkItem[]): Promise<void> => world.parts.messaging.publishWork('routing', 'work', { items }, `beside-${++rings}`);
const askAndRing = async (options: RefundOptions = {}): Promise<string> => {
  const id = await world.ask(options);
  await ring(await world.item(id, 0));
  return id;
};
const gated = (id: string): Promise<EventData<'GateEvaluated'>> =>
  eventually(async () => {
    const said = (await world.events(id)).find(event => event.type === 'GateEvaluated');
    return said?.type === 'GateEvaluated' && said.data;
  });
const small: RefundOptions = { action: refund(20), riskLevel: 'low' };

describe('a standing grant', () => {
  const make = async (usesMax: number, amountMax: number | null = null): Promise<string> => {
    const grantId = newId('grt');
    await set(streamOf.grant(grantId), {
      type: 'GrantMade',
      data: {
        grantId,
        pattern: { tool: 'issue_refund', agentId: 'agt_assistant', when: 'amount < 500' },
        usesMax,
        amountMax,
        currency: 'USD',
        expiresAt: new Date(world.clock.ms + 1_800_000).toISOString(),
        by: 'opr_cleo',
        at: at(),
        private: { reason: 'A wave of broken lamps.' },
      },
    });
    return grantId;
  };
  const usesOf = async (grantId: string): Promise<number> => (await world.parts.eventLog.load(streamOf.grant(grantId))).revision;
  const revoke = (grantId: string): Promise<void> =>
    set(streamOf.grant(grantId), { type: 'GrantRevoked', data: { grantId, by: 'opr_cleo', at: at() } });

  it('lets through what people would decide, and its use is on record', async () => {
    const grantId = await make(10);
    const id = await askAndRing();
    expect(await gated(id)).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY', grantId });
    expect(await world.types(id)).toContain('ApprovalGrantedAutomatically');
    const { events } = await world.parts.eventLog.load(streamOf.grant(grantId));
    expect(events[1]).toMatchObject({ type: 'GrantUsed', data: { approvalId: id, amount: 245 } });
    const large = await askAndRing({ action: refund(700) });
    expect(await gated(large)).toMatchObject({ verdict: 'HUMAN_REVIEW' });
    await revoke(grantId);
  });

  it('is used exactly as often as it says, however many ask at once', async () => {
    const grantId = await make(5);
    const ids = await Promise.all(Array.from({ length: 12 }, () => world.ask()));
    const items = await Promise.all(ids.map(id => world.item(id, 0)));
    await Promise.all([ring(...items), ring(...items)]);
    const said = await Promise.all(ids.map(gated));
    expect(said.filter(one => one.grantId === grantId)).toHaveLength(5);
    expect(said.filter(({ verdict }) => verdict === 'HUMAN_REVIEW')).toHaveLength(7);
    expect(await usesOf(grantId)).toBe(5);
  });

  it('is not used for a request that people were asked about before it was made, when its work comes again', async () => {
    const asked = await askAndRing();
    expect((await gated(asked)).verdict).toBe('HUMAN_REVIEW');
    const grantId = await make(5);
    const next = await world.ask();
    await ring(await world.item(asked, 0), await world.item(next, 0));
    expect((await gated(next)).grantId).toBe(grantId);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(await usesOf(grantId)).toBe(1);
    await revoke(grantId);
  });

  it('is spent up to its amount and no further', async () => {
    const grantId = await make(10, 500);
    for (const [amount, lets] of [
      [300, true],
      [201, false],
      [200, true],
    ] as const)
      expect((await gated(await askAndRing({ action: refund(amount) }))).grantId).toBe(lets ? grantId : undefined);
    await revoke(grantId);
  });

  it('goes on with a use that was recorded before the process died', async () => {
    const grantId = await make(1);
    const id = await world.ask();
    await set(streamOf.grant(grantId), { type: 'GrantUsed', data: { grantId, approvalId: id, amount: 245, at: at() } });
    await ring(await world.item(id, 0));
    expect(await gated(id)).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY', grantId });
    expect(await usesOf(grantId)).toBe(1);
  });

  it('is not spent on what a test key asks', async () => {
    const grantId = await make(1);
    expect(await gated(await askAndRing({ test: true }))).toMatchObject({ verdict: 'HUMAN_REVIEW' });
    expect(await usesOf(grantId)).toBe(0);
    await revoke(grantId);
  });
});

describe('a version that is only tried out', () => {
  it('says what it would have said, without effect', async () => {
    const strict: GatePolicy = { ...defaultPolicy(), id: 'strict', rules: [] };
    await set(
      streamOf.gatePolicy(ORG),
      { type: 'GatePolicyPublished', data: { policyId: 'strict', version: 1, document: strict, by: 'opr_olga', at: at() } },
      { type: 'GatePolicyShadowed', data: { policyId: 'strict', version: 1, on: true, by: 'opr_olga', at: at() } },
    );
    const id = await askAndRing(small);
    expect(await gated(id)).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });
    const events = await world.events(id);
    expect(events.map(({ type }) => type)).toEqual([
      'ApprovalRequested',
      'GateEvaluated',
      'ShadowEvaluated',
      'ApprovalGrantedAutomatically',
    ]);
    expect(events[2]).toMatchObject({
      data: { verdict: 'HUMAN_REVIEW', policy: { id: 'strict', version: 1, rule: 'default' }, agrees: false },
    });
    await set(streamOf.gatePolicy(ORG), {
      type: 'GatePolicyShadowed',
      data: { policyId: 'strict', version: 1, on: false, by: 'opr_olga', at: at() },
    });
    expect((await world.types(await askAndRing(small).then(async next => (await gated(next), next)))).includes('ShadowEvaluated')).toBe(
      false,
    );
  });
});

describe('the kill switch', () => {
  it('stops what would pass by itself, and says so', async () => {
    const scope = { kind: 'agent' as const, agentId: 'agt_assistant' };
    await set(streamOf.organization(ORG), {
      type: 'KillSwitchEngaged',
      data: { scope, reason: 'It refunds at random.', by: 'opr_cleo', at: at() },
    });
    const id = await askAndRing(small);
    expect(await gated(id)).toMatchObject({ verdict: 'HUMAN_REVIEW', problems: ['automatic approval is stopped: It refunds at random.'] });
    expect(await world.types(id)).toContain('ReviewStepOpened');
    await set(streamOf.organization(ORG), { type: 'KillSwitchReleased', data: { scope, by: 'opr_olga', at: at() } });
    expect(await gated(await askAndRing(small))).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });
  });
});

describe('history facts', () => {
  it('count what came before a request in the log, and nothing that came after', async () => {
    const rules: GatePolicy['rules'] = [
      {
        name: 'few',
        when: 'tool == "issue_refund" && history.asked < 2 && history.refunded + amount <= 50.0',
        verdict: 'APPROVE_AUTOMATICALLY',
        explain: 'Few.',
      },
    ];
    const entityId = newId('order');
    await publish({
      rules,
      history: {
        asked: { measure: 'count', by: ['entity'], of: 'requested', windowSec: 3_600 },
        refunded: { measure: 'sum', by: ['entity'], of: 'approved', windowSec: 3_600 },
      },
    });
    const forOrder = async (): Promise<RefundOptions> => {
      const item = await world.item(await world.ask(), 0);
      const { private: hidden } = world.parts.eventLog.open(item).data as EventData<'ApprovalRequested'>;
      return { ...small, private: { arguments: { ...hidden.arguments, entityId } } };
    };
    const options = await forOrder();
    const ids = [await world.ask(options), await world.ask(options), await world.ask(options)];
    for (const id of ids) {
      await ring(await world.item(id, 0));
      await gated(id);
    }
    const said = await Promise.all(ids.map(gated));
    expect(said.map(({ private: { facts } }) => facts.history)).toEqual([
      { asked: 0, refunded: 0 },
      { asked: 1, refunded: 0 },
      { asked: 2, refunded: 0 },
    ]);
    expect(said.map(({ verdict }) => verdict)).toEqual(['APPROVE_AUTOMATICALLY', 'APPROVE_AUTOMATICALLY', 'HUMAN_REVIEW']);
    const later = await gated(await askAndRing(options));
    expect(later.private.facts.history).toEqual({ asked: 3, refunded: 40 });

    // A service that starts again reads the past anew, and says the same.
    await running.close();
    running = await start();
    const afterwards = await gated(await askAndRing(options));
    expect(afterwards.private.facts.history).toEqual({ asked: 4, refunded: 40 });

    // What is erased can no longer be counted: while it lies within a window nothing is known, so a person decides.
    await world.parts.eventLog.destroyKeys(ids[0]!);
    await running.close();
    running = await start();
    const blind = await gated(await askAndRing(options));
    expect([blind.verdict, blind.private.facts.history]).toEqual(['HUMAN_REVIEW', {}]);
    // So far the clock stood still; two hours on, nothing erased lies within the window of an hour.
    world.clock.ms += 2 * 3_600_000;
    const sighted = await gated(await askAndRing(options));
    expect(sighted.private.facts.history).toEqual({ asked: 0, refunded: 0 });
    await publish();
  });
});

describe('a deadline in working hours', () => {
  it('takes the place of the one nobody asked for, and only of that', async () => {
    const everyDay = [1, 2, 3, 4, 5, 6, 7];
    await set(streamOf.organization(ORG), {
      type: 'WorkingHoursSet',
      data: {
        workingHours: { timeZone: 'UTC', windows: [{ days: everyDay, from: '00:00', to: '24:00' }], holidays: [] },
        by: 'opr_olga',
        at: at(),
      },
    });
    const { routes } = defaultPolicy();
    await publish({ rules: [], routes: { ...routes, review: { ...routes['review']!, workingHoursOnly: true, expireAfterSec: 7_200 } } });
    const inADay = new Date(world.clock.ms + 86_400_000).toISOString();
    const unasked = await askAndRing({ expiresAt: inADay, deadlineBy: 'default' });
    await gated(unasked);
    expect(await world.events(unasked)).toContainEqual(
      expect.objectContaining({
        type: 'DeadlineChanged',
        data: expect.objectContaining({
          expiresAt: new Date(world.clock.ms + 7_200_000).toISOString(),
          previous: inADay,
          reason: 'workingHours',
        }),
      }),
    );
    for (const deadlineBy of [{ deadlineBy: 'agent' as const }, {}]) {
      const asked = await askAndRing({ expiresAt: inADay, ...deadlineBy });
      await gated(asked);
      expect(await world.types(asked)).not.toContain('DeadlineChanged');
    }
    await publish();
  });
});

describe('a deadline of the route', () => {
  it('takes the place of the default without working hours too, and is recorded only where it differs', async () => {
    const { routes } = defaultPolicy();
    await publish({ rules: [], routes: { ...routes, review: { ...routes['review']!, expireAfterSec: 7_200 } } });
    const expiresAfter = (sec: number) => ({
      expiresAt: new Date(world.clock.ms + sec * 1_000).toISOString(),
      deadlineBy: 'default' as const,
    });
    const unasked = await askAndRing(expiresAfter(86_400));
    await gated(unasked);
    expect(await world.events(unasked)).toContainEqual(
      expect.objectContaining({
        type: 'DeadlineChanged',
        data: expect.objectContaining({ expiresAt: expiresAfter(7_200).expiresAt, reason: 'route' }),
      }),
    );
    const same = await askAndRing(expiresAfter(7_200));
    await gated(same);
    expect(await world.types(same)).not.toContain('DeadlineChanged');
    await publish();
  });
});

describe('samples that people reject', () => {
  it('take the band back to people, once, until it is released', async () => {
    await publish({ sampleShare: 1 });
    const sampleAndReject = async (agreed: boolean): Promise<WorkItem> => {
      const id = await askAndRing(small);
      await gated(id);
      await eventually(async () => (await world.types(id)).includes('AfterReviewOpened'));
      const by = { id: 'opr_cleo', display: 'Cleo', roles: ['senior' as const], ownsAgent: false, teams: [], onCall: [] };
      await world.record(id, { type: 'Review', by, channel: 'console', now: at(), agreed, solo: false });
      return world.item(id, 4);
    };
    const gone = await sampleAndReject(false);
    await world.parts.eventLog.destroyKeys(idOf(gone.stream));
    await sampleAndReject(true);
    const [first, second] = [await sampleAndReject(false), await sampleAndReject(false)];
    await Promise.all([ring(gone, first, second), ring(second), ring(first)]);
    const { directory } = world.parts;
    await eventually(async () => directory.returnedBands(ORG).length > 0);
    expect(directory.returnedBands(ORG)).toMatchObject([
      { agentId: 'agt_assistant', tool: 'issue_refund', band: { from: 10, to: 25 }, sampled: 3, rejected: 2 },
    ]);
    expect(await gated(await askAndRing(small))).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      problems: [expect.stringMatching(/people rejected samples/)],
    });
    expect(await gated(await askAndRing({ ...small, action: refund(5) }))).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });

    const band = { from: 10, to: 25 };
    world.clock.ms += 1_000;
    await set(streamOf.gatePolicy(ORG), {
      type: 'BandReleased',
      data: { agentId: 'agt_assistant', tool: 'issue_refund', band, by: 'opr_olga', at: at() },
    });
    await ring(first, second);
    expect(await gated(await askAndRing(small))).toMatchObject({ verdict: 'APPROVE_AUTOMATICALLY' });
    const { events } = await world.parts.eventLog.load(streamOf.gatePolicy(ORG));
    expect(events.filter(({ type }) => type === 'BandReturnedToReview')).toHaveLength(1);
  });
});
