import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escalationPolicy, streamOf, type Event, type EventData } from '@holdpoint/contracts';
import { defaultPolicy } from '@holdpoint/gate';
import { routing } from '@holdpoint/routing';
import { newId } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { eventually, openOrganisation, ORG, type Organisation } from '../decision/an-organisation.ts';

/** Three people take turns, five minutes after a request opened. */
const TURNS = ['opr_ada', 'opr_cleo', 'opr_olga'];
const AFTER_SEC = 300;

let world: Organisation;
let running: RunningService;
const start = (): Promise<RunningService> => routing.start(routing.readConfig(world.env), world.serviceParts);
beforeAll(async () => {
  world = await openOrganisation();
  running = await start();
});
afterAll(async () => {
  await running.close();
  await world.close();
});

const publish = async (version: number, strategy: 'roundRobin' | 'leastLoaded'): Promise<void> => {
  const { routes } = defaultPolicy();
  const escalation = escalationPolicy.parse({
    id: 'turns',
    levels: [{ afterSec: AFTER_SEC, targets: { operators: TURNS }, strategy }],
  });
  const how = { policyId: 'default', version, by: 'opr_olga', at: world.serviceParts.now() };
  const document = { ...defaultPolicy(), rules: [], routes: { ...routes, review: { ...routes['review']!, escalation } } };
  const events: Event[] = [
    { type: 'GatePolicyPublished', data: { ...how, document } },
    { type: 'GatePolicyActivated', data: how },
  ];
  const { revision } = await world.parts.eventLog.load(streamOf.gatePolicy(ORG));
  const { position } = await world.parts.eventLog.append(streamOf.gatePolicy(ORG), events, {
    expectedRevision: revision,
    commandId: newId('cmd'),
    tenant: ORG,
    actor: 'operator:opr_olga',
    recordedAt: how.at,
  });
  await world.parts.directory.atLeast(position);
};

let rings = 0;
const whoseTurn = async (): Promise<{ id: string; chosen: string | undefined }> => {
  const id = await world.ask({ expiresAt: new Date(world.clock.ms + 86_400_000).toISOString() });
  const { messaging } = world.parts;
  await messaging.publishWork('routing', 'work', { items: [await world.item(id, 0)] }, `turns-${++rings}`);
  await eventually(async () => (await world.types(id)).includes('ReviewStepOpened'));
  world.clock.ms += AFTER_SEC * 1_000;
  const { data: _data, ...item } = await world.item(id, 2, { kind: 'timer', fresh: false });
  await messaging.publishWork('routing', 'timer', { items: [{ ...item, timer: 'escalate' }] }, `turns-${++rings}`);
  const escalated = await eventually(async () => (await world.events(id)).find(({ type }) => type === 'ApprovalEscalated') ?? null);
  return { id, chosen: (escalated.data as EventData<'ApprovalEscalated'>).assigned?.[0] };
};
const restart = async (): Promise<void> => {
  await running.close();
  running = await start();
};

describe('turns', () => {
  it('go on where they were after a restart', async () => {
    await publish(2, 'roundRobin');
    expect([(await whoseTurn()).chosen, (await whoseTurn()).chosen]).toEqual(['opr_ada', 'opr_cleo']);
    await restart();
    expect((await whoseTurn()).chosen).toBe('opr_olga');
    await restart();
    expect((await whoseTurn()).chosen).toBe('opr_ada');
  });

  it('go to whoever has the least that is still open, after a restart too', async () => {
    await publish(3, 'leastLoaded');
    // Of the first four requests Ada has two, the others one each.
    const second = await whoseTurn();
    expect(second.chosen).toBe('opr_cleo');
    await restart();
    expect((await whoseTurn()).chosen).toBe('opr_olga');
    const by = { kind: 'agent' as const, id: 'agt_assistant' };
    await world.record(second.id, { type: 'Withdraw', by, now: world.serviceParts.now() });
    expect((await whoseTurn()).chosen).toBe('opr_cleo');
  });
});
