import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  commandSubject,
  streamOf,
  type CommandReply,
  type DecisionCommand,
  type DecisionVerb,
  type JsonObject,
  type SettingsEvent,
  type VerbBody,
} from '@holdpoint/contracts';
import { decision } from '@holdpoint/decision';
import { newId } from '@holdpoint/sealing';
import type { RunningService } from '@holdpoint/service-kit';
import { evaluation, type EvaluationOptions, ordinarily, type RefundOptions, refundRequested, routeStep } from '@holdpoint/testing';
import { openOrganisation, ORG, type Organisation } from './an-organisation.ts';

let world: Organisation;
let running: RunningService;
/** What the outside world says about the account, and how often it was asked. */
const account = { value: '{"open":true,"balance":10}', asked: 0, status: 200 };
let outside: Server;
let url = '';
beforeAll(async () => {
  world = await openOrganisation();
  outside = createServer((_request, response) => {
    account.asked += 1;
    response.writeHead(account.status, { 'content-type': 'application/json' }).end(account.value);
  });
  await new Promise<void>(resolve => outside.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/account`;
  const env = { ...world.env, DECISION_GATE_WAIT_MS: '300', HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8' };
  running = await decision.start(decision.readConfig(env), world.serviceParts);
});
afterAll(async () => {
  await running.close();
  outside.close();
  await world.close();
});

const send = (
  verb: DecisionVerb,
  approvalId: string,
  operatorId: string,
  body: VerbBody = {},
  commandId = newId('cmd'),
): Promise<CommandReply> => {
  const command: DecisionCommand = { approvalId, tenant: ORG, operatorId, channel: 'console', commandId, body };
  return world.parts.messaging.request<CommandReply>(commandSubject(verb), command, { timeoutMs: 8_000 });
};
const pending = async (options: RefundOptions = {}, gated: EvaluationOptions = {}): Promise<string> => {
  const id = await world.ask(options);
  await world.record(id, { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(gated), now: world.serviceParts.now() });
  return id;
};
const inSec = (seconds: number): string => new Date(world.clock.ms + seconds * 1_000).toISOString();
let revision = 0;
/** Changes a setting of the organisation, as the console does. */
const set = async (...events: SettingsEvent[]): Promise<void> => {
  const { position } = await world.parts.eventLog.append(streamOf.organization(ORG), events, {
    expectedRevision: revision,
    commandId: newId('cmd'),
    tenant: ORG,
    actor: 'operator:opr_olga',
    recordedAt: world.serviceParts.now(),
  });
  revision += events.length;
  await world.parts.directory.atLeast(position);
};
const last = async (id: string) => (await world.events(id)).at(-1);

describe('every verb', () => {
  const seniors = { steps: [routeStep({ approvers: { roles: ['senior'], operators: [] } })] };

  it('delegates to a member, who then decides in that place', async () => {
    const id = await pending({}, seniors);
    expect(await send('delegate', id, 'opr_cleo', { to: ['opr_zoe'] })).toMatchObject({ code: 'invalid_target' });
    expect(await send('delegate', id, 'opr_cleo', { to: ['opr_ada', 'opr_ben'] })).toMatchObject({ code: 'invalid_target' });
    expect(await send('delegate', id, 'opr_cleo', {})).toMatchObject({ code: 'invalid_target' });
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ code: 'not_eligible' });
    expect(await send('delegate', id, 'opr_cleo', { to: ['opr_ada'] })).toMatchObject({ outcome: 'done', status: 'pending' });
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ outcome: 'done', decision: { onBehalfOf: { id: 'opr_cleo' } } });
  });

  it('puts people on a step', async () => {
    const id = await pending({}, seniors);
    expect(await send('reassign', id, 'opr_olga', { to: ['opr_ada', 'opr_ben'] })).toMatchObject({ outcome: 'done' });
    expect(await send('approve', id, 'opr_ben')).toMatchObject({ outcome: 'done', status: 'approved' });
  });

  it('snoozes, extends and asks', async () => {
    const id = await pending();
    expect(await send('snooze', id, 'opr_ada', { until: inSec(60) })).toMatchObject({ outcome: 'done' });
    expect(await send('snooze', id, 'opr_ada')).toMatchObject({ code: 'invalid_until' });
    expect(await send('extend', id, 'opr_ada', { until: inSec(7_200) })).toMatchObject({ outcome: 'done' });
    expect(await last(id)).toMatchObject({ type: 'DeadlineChanged', data: { reason: 'extended', expiresAt: inSec(7_200) } });
    const click = newId('cmd');
    for (let sent = 0; sent < 2; sent += 1)
      expect(await send('ask', id, 'opr_ada', { note: 'Which order?' }, click)).toMatchObject({ outcome: 'done' });
    expect((await world.types(id)).filter(type => type === 'QuestionAsked')).toHaveLength(1);
    expect(await last(id)).toMatchObject({ data: { questionId: click, private: { text: 'Which order?' } } });
  });

  it('sets the rules aside with a reason, and somebody else looks at it afterwards', async () => {
    const id = await pending({}, { steps: [routeStep({ approveCount: 3 })] });
    expect(await send('bypass', id, 'opr_ada', { note: 'now' })).toMatchObject({ code: 'not_eligible' });
    expect(await send('bypass', id, 'opr_cleo')).toMatchObject({ code: 'reason_required' });
    expect(await send('bypass', id, 'opr_cleo', { note: 'The shop is down.' })).toMatchObject({ outcome: 'done', status: 'approved' });
    expect((await world.types(id)).slice(-3)).toEqual(['GateBypassed', 'ApprovalGranted', 'AfterReviewOpened']);
    expect(await send('review', id, 'opr_cleo', { agreed: true })).toMatchObject({ code: 'not_eligible' });
    expect(await send('review', id, 'opr_ada')).toMatchObject({ code: 'note_required' });
    expect(await send('review', id, 'opr_ada', { agreed: false, note: 'no need' })).toMatchObject({ outcome: 'done' });
    expect(await last(id)).toMatchObject({ type: 'AfterReviewed', data: { agreed: false } });
  });
});

describe('what the organisation has switched on', () => {
  it('holds approvals while a kill switch is engaged, and lets them go on after it', async () => {
    const id = await pending();
    const scope = { kind: 'organization' } as const;
    await set({ type: 'KillSwitchEngaged', data: { scope, reason: 'incident 7', by: 'opr_olga', at: world.serviceParts.now() } });
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ code: 'held', detail: expect.stringContaining('incident 7') });
    expect(await send('bypass', id, 'opr_cleo', { note: 'x' })).toMatchObject({ code: 'held' });
    const other = await pending();
    expect(await send('reject', other, 'opr_ada')).toMatchObject({ outcome: 'done', status: 'rejected' });
    await set({ type: 'KillSwitchReleased', data: { scope, by: 'opr_olga', at: world.serviceParts.now() } });
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ outcome: 'done', status: 'approved' });
  });

  it('lets the owner of the agent decide in solo mode only', async () => {
    const barred = { steps: [routeStep({ excludeRequester: true })] };
    const id = await pending({}, barred);
    expect(await send('approve', id, 'opr_ben')).toMatchObject({ code: 'requester_excluded' });
    await set({ type: 'SoloModeSwitched', data: { on: true, by: 'opr_olga', at: world.serviceParts.now() } });
    expect(await send('approve', id, 'opr_ben')).toMatchObject({ outcome: 'done' });
    expect((await world.events(id)).find(({ type }) => type === 'StepApproved')).toMatchObject({ data: { solo: true } });
    await set({ type: 'SoloModeSwitched', data: { on: false, by: 'opr_olga', at: world.serviceParts.now() } });
  });
});

describe('preconditions', () => {
  const taken = (value: JsonObject): RefundOptions => ({
    private: { ...refundRequested().private, preconditions: [{ name: 'account', value, check: { url } }] },
  });

  it('are looked up when somebody approves, and not before somebody may', async () => {
    const id = await pending(taken({ balance: 10, open: true }));
    const before = account.asked;
    expect(await send('approve', id, 'opr_vera')).toMatchObject({ code: 'not_eligible' });
    expect(await send('reject', await pending(taken({})), 'opr_ada')).toMatchObject({ outcome: 'done' });
    expect(account.asked).toBe(before);
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ outcome: 'done', status: 'approved' });
    expect(account.asked).toBe(before + 1);
  });

  it('that changed refuse the vote, also when the click is sent again, and show what holds now', async () => {
    const id = await pending(taken({ balance: 11, open: true }));
    const click = newId('cmd');
    for (let sent = 0; sent < 2; sent += 1)
      expect(await send('approve', id, 'opr_ada', {}, click)).toMatchObject({ code: 'preconditions_changed' });
    expect((await world.types(id)).filter(type => type === 'PreconditionsChanged')).toHaveLength(1);
    expect(await last(id)).toMatchObject({
      data: { changed: ['account'], private: { preconditions: [{ value: { balance: 10, open: true } }] } },
    });
    expect(await send('approve', id, 'opr_ada', { expectedRevision: 2 })).toMatchObject({ code: 'revision_conflict' });
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ outcome: 'done', status: 'approved' });
  });

  it('that cannot be read let nothing run, and leave rejecting and break-glass', async () => {
    const id = await pending(taken({ balance: 10, open: true }));
    account.status = 500;
    expect(await send('approve', id, 'opr_ada')).toMatchObject({
      code: 'preconditions_changed',
      detail: expect.stringContaining('status 500'),
    });
    account.status = 200;
    account.value = 'no json';
    expect(await send('approve', id, 'opr_ada')).toMatchObject({
      code: 'preconditions_changed',
      detail: expect.stringContaining('not JSON'),
    });
    account.value = `"${'x'.repeat(20_000)}"`;
    expect(await send('approve', id, 'opr_ada')).toMatchObject({ detail: expect.stringContaining('too long') });
    account.value = '{"balance":10,"open":true}';
    const nowhere = await pending({
      private: { ...refundRequested().private, preconditions: [{ name: 'account', value: 1, check: { url: 'http://169.254.169.254/' } }] },
    });
    expect(await send('approve', nowhere, 'opr_ada')).toMatchObject({
      code: 'preconditions_changed',
      detail: expect.stringContaining('no usable answer'),
    });
    expect(await send('bypass', nowhere, 'opr_cleo', { note: 'checked by hand' })).toMatchObject({ outcome: 'done' });
    expect((await world.types(id)).at(-1)).toBe('ReviewStepOpened');
  });
});
