import { evolve, initial } from '@holdpoint/approval';
import { streamOf, type CommandReply, type Event, type RetentionReply, type VerbBody } from '@holdpoint/contracts';
import { decision } from '@holdpoint/decision';
import { EventErased } from '@holdpoint/event-log';
import { startRelay, type Relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import { newId, verifyReceipt } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { evaluation, ordinarily } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_ORG, openOrganisation, ORG, type Organisation } from './an-organisation.ts';

let world: Organisation;
let services: RunningService[];
let relay: Relay | null = null;
const startRinging = (): void => {
  relay = startRelay({ ...world.parts, now: () => new Date().toISOString(), leaseMs: 600, snapshotEvents: 50_000 });
};
const stopRinging = async (): Promise<void> => {
  await relay?.close();
  relay = null;
};

beforeAll(async () => {
  world = await openOrganisation();
  services = await Promise.all([
    decision.start(decision.readConfig(world.env), world.serviceParts),
    routing.start(routing.readConfig(world.env), world.serviceParts),
  ]);
  startRinging();
});
afterAll(async () => {
  await stopRinging();
  await Promise.all(services.map(service => service.close()));
  await world.close();
});

const say = (verb: 'erase' | 'placeHold' | 'releaseHold' | 'approve', approvalId: string, body: VerbBody, operatorId = 'opr_olga') =>
  world.parts.messaging.request<CommandReply>(
    `hp.cmd.decision.${verb}`,
    { approvalId, tenant: ORG, operatorId, channel: 'console', commandId: newId('cmd'), body },
    { timeoutMs: 8_000 },
  );
const eraseDue = (approvalIds: string[], tenant = ORG) =>
  world.parts.messaging.request<RetentionReply>('hp.cmd.retention.erase', { tenant, approvalIds }, { timeoutMs: 8_000 });
const rawTypes = async (id: string): Promise<string[]> =>
  (await world.parts.eventLog.loadRaw(streamOf.approval(id))).events.map(({ type }) => type);
const erased = (id: string): Promise<void> =>
  expect.poll(async () => (await rawTypes(id)).at(-1), { timeout: 15_000 }).toBe('ApprovalErased');

/** An approval that was decided, with its large part and alerts in streams of their own. */
const decided = async (): Promise<string> => {
  const contextRef = { stream: '', sha256: 'a'.repeat(64), bytes: 6 };
  const id = await world.ask();
  const by = { tenant: ORG, actor: 'service:spec', recordedAt: world.serviceParts.now() };
  const context: Event = { type: 'ContextStored', data: { sha256: contextRef.sha256, part: 0, parts: 1, private: { json: '"long"' } } };
  await world.parts.eventLog.append(streamOf.context(id), [context], { ...by, commandId: newId('cmd'), expectedRevision: 'none' });
  await world.record(id, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: world.serviceParts.now() });
  expect(await say('approve', id, { note: 'Ada Lovelace asked for it' }, 'opr_ada')).toMatchObject({ outcome: 'done' });
  const told = {
    approvalId: id,
    attemptId: 'att_1',
    stepIndex: 0,
    level: 0,
    operatorId: 'opr_ada',
    channel: 'email',
    at: by.recordedAt,
  } as const;
  const alert: Event = {
    type: 'NotificationSent',
    data: { ...told, providerMessageId: null, private: { address: 'lovelace@example.test' } },
  };
  await world.parts.eventLog.append(streamOf.notification(id), [alert], { ...by, commandId: newId('cmd'), expectedRevision: 'none' });
  const failed: Event = {
    type: 'CallbackAttemptFailed',
    data: {
      approvalId: id,
      webhookId: 'msg_1',
      attempt: 1,
      at: by.recordedAt,
      durationMs: 5,
      status: 500,
      errorClass: 'http_5xx',
      resolvedAddress: null,
      nextAttemptAt: null,
      private: { responseExcerpt: 'Lovelace is unknown' },
    },
  };
  await world.parts.eventLog.append(streamOf.callback(id), [failed], { ...by, commandId: newId('cmd'), expectedRevision: 'none' });
  return id;
};
/** Everything that was written about an approval stands in one of these. */
const streamsOf = (id: string): string[] =>
  [streamOf.approval, streamOf.context, streamOf.notification, streamOf.callback].map(of => of(id));

describe('an approval that somebody may have erased and does', () => {
  it('is unreadable in all its streams; that it was, by whose order and why, stays, and so do its neighbours', async () => {
    const [id, neighbour] = [await decided(), await decided()];
    const receipt = await receiptOf(id);
    expect(await say('erase', id, { note: 'Request 4711.' })).toMatchObject({ outcome: 'done', status: 'approved' });
    await erased(id);
    for (const stream of streamsOf(id)) await expect(world.parts.eventLog.load(stream)).rejects.toThrow(EventErased);
    const { events } = await world.parts.eventLog.loadRaw(streamOf.approval(id));
    expect(events.slice(-2).map(({ type, data }) => ({ type, data }))).toMatchObject([
      { type: 'ErasureOrdered', data: { ground: 'request', reason: 'Request 4711.', by: { id: 'opr_olga', role: 'owner' } } },
      { type: 'ApprovalErased', data: { ground: 'request', keys: 1 } },
    ]);
    expect(JSON.stringify(events)).not.toContain('Lovelace');
    expect(await say('placeHold', id, { note: 'Too late.' })).toMatchObject({ outcome: 'refused', code: 'erased' });
    for (const stream of streamsOf(neighbour)) expect((await world.parts.eventLog.load(stream)).events.length).toBeGreaterThan(0);
    const block = await blockOf(id);
    expect(block).toMatch(/^dk_/);
    expect(await blockOf(neighbour)).toBe(block);
    expect(verifyReceipt(receipt, world.jwks)).toMatchObject({ sub: id, decision: 'approved' });
  });
  it('is erased once, however often it is ordered', async () => {
    const id = await decided();
    expect(await Promise.all([say('erase', id, { note: 'a' }), say('erase', id, { note: 'b' })])).toMatchObject([
      { outcome: 'done' },
      { outcome: 'done' },
    ]);
    await erased(id);
    expect((await rawTypes(id)).filter(type => /Eras/.test(type))).toEqual(['ErasureOrdered', 'ApprovalErased']);
  });
  it('is finished after a crash between the order and the end of its keys', async () => {
    const id = await decided();
    await stopRinging();
    expect(await say('erase', id, { note: 'Request 4712.' })).toMatchObject({ outcome: 'done' });
    expect((await rawTypes(id)).at(-1)).toBe('ErasureOrdered');
    // The keys are gone and the record of it is not: as after a kill in between.
    await world.parts.eventLog.destroyKeys(id);
    startRinging();
    await erased(id);
  });
  it.each([
    ['an operator', 'opr_ada', { note: 'x' }, 'not_eligible'],
    ['somebody of another organisation', 'opr_zoe', { note: 'x' }, 'not_eligible'],
    ['an owner without a reason', 'opr_olga', {}, 'reason_required'],
  ] as const)('is not for %s', async (_who, operatorId, body, code) => {
    const id = await decided();
    expect(await say('erase', id, body, operatorId)).toMatchObject({ outcome: 'refused', code });
    expect(await rawTypes(id)).not.toContain('ErasureOrdered');
  });
  it('is not possible while it is open', async () => {
    const id = await world.ask();
    await world.record(id, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: world.serviceParts.now() });
    expect(await say('erase', id, { note: 'x' })).toMatchObject({ outcome: 'refused', code: 'still_open' });
  });
});

describe('a legal hold', () => {
  it('keeps an approval from people and from retention, until it is released', async () => {
    const id = await decided();
    expect(await say('placeHold', id, { note: 'Case 117.' })).toMatchObject({ outcome: 'done' });
    expect(await say('erase', id, { note: 'x' })).toMatchObject({ outcome: 'refused', code: 'legal_hold', by: { id: 'opr_olga' } });
    await in84Months(async () => {
      expect(await eraseDue([id])).toMatchObject({ erased: 0, refused: [{ approvalId: id, code: 'legal_hold' }] });
    });
    expect(await say('releaseHold', id, { note: 'Closed.' })).toMatchObject({ outcome: 'done' });
    expect((await world.events(id)).reduce(evolve, initial)).toMatchObject({ legalHold: null });
    await in84Months(async () => expect(await eraseDue([id])).toEqual({ erased: 1, refused: [] }));
    await erased(id);
  });
});

describe('retention', () => {
  it('erases what ended before its months, whoever points at what', async () => {
    const id = await decided();
    const open = await world.ask();
    const unknown = `apr_${'a'.repeat(26)}`;
    expect(await eraseDue([id])).toMatchObject({ erased: 0, refused: [{ code: 'still_open' }] });
    await in84Months(async () => {
      expect(await eraseDue([id], OTHER_ORG)).toMatchObject({ refused: [{ code: 'not_found' }] });
      expect(await eraseDue([open, unknown, id])).toMatchObject({
        erased: 1,
        refused: [
          { approvalId: open, code: 'still_open' },
          { approvalId: unknown, code: 'not_found' },
        ],
      });
      await erased(id);
      expect(await eraseDue([id])).toEqual({ erased: 1, refused: [] });
    });
    const { events } = await world.parts.eventLog.loadRaw(streamOf.approval(id));
    expect(events.at(-2)).toMatchObject({ data: { by: { kind: 'rule', id: 'retention' }, reason: 'Kept for 84 months after its end.' } });
  });
  it('does nothing while it is paused', async () => {
    const id = await decided();
    const { position } = await world.parts.eventLog.append(
      streamOf.organization(ORG),
      [{ type: 'RetentionSet', data: { months: 84, paused: true, by: 'opr_olga', at: world.serviceParts.now() } }],
      {
        ...(await endOf(streamOf.organization(ORG))),
        commandId: newId('cmd'),
        tenant: ORG,
        actor: 'operator:opr_olga',
        recordedAt: world.serviceParts.now(),
      },
    );
    await world.parts.directory.atLeast(position);
    await in84Months(async () => expect(await eraseDue([id])).toMatchObject({ erased: 0, refused: [{ code: 'still_open' }] }));
  });
});

/** The block of data keys that an approval's own key is of: `<block>.<index>`. */
const blockOf = async (id: string): Promise<string | undefined> =>
  (await world.parts.eventLog.loadRaw(streamOf.approval(id))).events[0]?.metadata.sealedBy?.split('.')[0];
const receiptOf = async (id: string): Promise<string> => {
  const state = await world.state(id);
  if (state.status !== 'closed') throw new Error(`${id} is not closed`);
  return state.end.receipt;
};
const endOf = async (stream: string): Promise<{ expectedRevision: number }> => ({
  expectedRevision: (await world.parts.eventLog.loadRaw(stream)).revision,
});
/** Seven years and a day on, for all services of this world. */
const in84Months = async (act: () => Promise<unknown>): Promise<void> => {
  const { ms } = world.clock;
  world.clock.ms += (7 * 366 + 1) * 86_400_000;
  try {
    await act();
  } finally {
    world.clock.ms = ms;
  }
};
