import { streamOf } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember, type AMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let senior: AMember;
beforeAll(async () => {
  world = await startConsole();
  senior = await aMember(world, ['senior']);
});
afterAll(() => world.close());

const tenant = () => world.credentials.organizationId;
const killSwitch = (agentId = 'assistant') => world.parts.directory.killSwitch(tenant(), agentId);
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const problem = async (reply: Response) => ({
  status: reply.status,
  ...((await reply.json()) as { code: string; errors?: { pointer: string; detail: string }[] }),
});

describe('the kill switch', () => {
  it('is engaged by a senior with a reason, is an event, and is released by an administrator', async () => {
    const reason = 'The agent refunds the same order again and again';
    const engaged = await world.json<{ killSwitches: object[] }>('POST', '/api/organization/kill-switch', { reason }, senior.headers);
    expect(engaged.killSwitches).toMatchObject([{ scope: { kind: 'organization' }, reason, by: senior.operatorId }]);
    expect(killSwitch()).toMatchObject({ reason, by: senior.operatorId });
    const { events } = await world.parts.eventLog.load(streamOf.organization(tenant()));
    expect(events.at(-1)).toMatchObject({ type: 'KillSwitchEngaged', metadata: { actor: `operator:${senior.operatorId}` } });
    expect((await world.call('POST', '/api/organization/kill-switch/release', {}, senior.headers)).status).toBe(403);
    expect(await world.json('POST', '/api/organization/kill-switch/release', {})).toMatchObject({ killSwitches: [] });
    expect(killSwitch()).toBeNull();
    expect(await problem(await world.call('POST', '/api/organization/kill-switch/release', {}))).toMatchObject({
      status: 409,
      code: 'not_engaged',
    });
  });
  it('engaged twice is one event, and of one agent leaves the others running', async () => {
    const scope = { kind: 'agent', agentId: 'assistant' };
    await world.json('POST', '/api/organization/kill-switch', { scope, reason: 'first' });
    await world.json('POST', '/api/organization/kill-switch', { scope, reason: 'second' });
    expect(killSwitch('assistant')).toMatchObject({ reason: 'first' });
    expect(killSwitch('another')).toBeNull();
    await world.json('POST', '/api/organization/kill-switch/release', { scope });
    expect(killSwitch('assistant')).toBeNull();
  });
  it('needs a reason and an agent there is', async () => {
    expect(await problem(await world.call('POST', '/api/organization/kill-switch', {}))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/reason' }],
    });
    const scope = { kind: 'agent', agentId: 'nobody' };
    expect((await world.call('POST', '/api/organization/kill-switch', { scope, reason: 'x' })).status).toBe(404);
  });
});

describe('the organisation', () => {
  it('has working hours in a zone that exists', async () => {
    const workingHours = {
      timeZone: 'Europe/Berlin',
      windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' }],
      holidays: ['2026-12-25'],
    };
    expect(await world.json('PUT', '/api/organization/working-hours', { workingHours })).toMatchObject({ workingHours });
    const reply = await world.call('PUT', '/api/organization/working-hours', { workingHours: { ...workingHours, timeZone: 'Berlin' } });
    expect(await problem(reply)).toMatchObject({ status: 422, code: 'unknown_time_zone', errors: [{ pointer: '/workingHours/timeZone' }] });
    expect(world.parts.directory.workingHours(tenant())).toEqual(workingHours);
    expect(await world.json('PUT', '/api/organization/working-hours', { workingHours: null })).toMatchObject({ workingHours: null });
  });
  it('switches solo mode, each time as one event', async () => {
    const switches = async () =>
      (await world.parts.eventLog.load(streamOf.organization(tenant()))).events.filter(event => event.type === 'SoloModeSwitched').length;
    await world.json('PUT', '/api/organization/solo-mode', { on: false });
    const before = await switches();
    expect(await world.json('PUT', '/api/organization/solo-mode', { on: true })).toMatchObject({ soloMode: true });
    await world.json('PUT', '/api/organization/solo-mode', { on: true });
    expect(await switches()).toBe(before + 1);
    expect(await world.json('PUT', '/api/organization/solo-mode', { on: false })).toMatchObject({ soloMode: false });
    expect(world.parts.directory.soloMode(tenant())).toBe(false);
  });
});

describe('the history of settings', () => {
  it('says in words who changed what, newest first', async () => {
    await world.json('POST', '/api/teams', { id: 'finance', name: 'Finance' });
    await world.json('POST', '/api/organization/kill-switch', { reason: 'Look at this first.' }, senior.headers);
    await world.json('POST', '/api/organization/kill-switch/release', {});
    const { items } = await world.json<{ items: { summary: string; by: string }[] }>('GET', '/api/organization/history?limit=3');
    expect(items.map(({ summary, by }) => [by, summary])).toEqual([
      ['Owner', 'The kill switch of the organisation was released.'],
      ['Somebody', 'The kill switch of the organisation was engaged: Look at this first.'],
      ['Owner', 'Team finance (Finance) was created.'],
    ]);
  });
});

describe('a grant', () => {
  const grant = () => ({
    pattern: { tool: 'issue_refund', agentId: 'assistant', when: 'amount <= 50' },
    usesMax: 10,
    amountMax: 200,
    currency: 'USD',
    expiresAt: inAnHour(),
    reason: 'The card processor is down; small refunds pile up',
  });
  it('is made by a senior for a while, shows what is left of it, and can be revoked', async () => {
    const made = await world.json<{ id: string }>('POST', '/api/grants', grant(), senior.headers);
    expect(made).toMatchObject({ usesLeft: 10, amountLeft: 200, by: senior.operatorId, revoked: false });
    const { revision } = await world.parts.eventLog.load(streamOf.grant(made.id));
    const { position } = await world.parts.eventLog.append(
      streamOf.grant(made.id),
      [{ type: 'GrantUsed', data: { grantId: made.id, approvalId: 'apr_x', amount: 45, at: world.parts.now() } }],
      { expectedRevision: revision, commandId: 'use-once', tenant: tenant(), actor: 'service:spec', recordedAt: world.parts.now() },
    );
    await world.parts.directory.atLeast(position);
    const { items } = await world.json<{ items: object[] }>('GET', '/api/grants', undefined, senior.headers);
    expect(items).toMatchObject([{ id: made.id, usesLeft: 9, amountLeft: 155, usedBy: ['apr_x'] }]);
    expect((await world.call('DELETE', `/api/grants/${made.id}`, undefined, senior.headers)).status).toBe(204);
    expect((await world.call('DELETE', `/api/grants/${made.id}`, undefined, senior.headers)).status).toBe(204);
    expect(world.parts.directory.grants(tenant(), 'issue_refund')).toEqual([]);
  });
  it('is refused when it could not be used as it is meant, naming the field', async () => {
    for (const [wrong, pointer] of [
      [{ ...grant(), expiresAt: '2026-01-01T00:00:00Z' }, '/expiresAt'],
      [{ ...grant(), expiresAt: new Date(Date.now() + 3 * 86_400_000).toISOString() }, '/expiresAt'],
      [{ ...grant(), currency: null }, '/currency'],
      [{ ...grant(), pattern: { tool: 'issue_refund', agentId: 'nobody' } }, '/pattern/agentId'],
      [{ ...grant(), pattern: { tool: 'issue_refund', when: 'amount <' } }, '/pattern/when'],
      [{ ...grant(), pattern: { tool: 'issue_refund', when: 'time.hour < 9' } }, '/pattern/when'],
    ] as const)
      expect(await problem(await world.call('POST', '/api/grants', wrong))).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
  it('does not write its reason into the log in the clear', async () => {
    const { id } = await world.json<{ id: string }>('POST', '/api/grants', { ...grant(), reason: 'very-private-reason' });
    let stored = '';
    await world.parts.eventLog.replay({ from: 'start', prefixes: ['grant-'], onEvents: events => void (stored += JSON.stringify(events)) });
    expect(stored).toContain(id);
    expect(stored).not.toContain('very-private-reason');
  });
});
