import { streamOf } from '@holdpoint/contracts';
import { ordinarily, person } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember, type AMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let senior: AMember;
beforeAll(async () => {
  world = await startConsole({ RETENTION_SWEEP_SEC: '1' });
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

describe('how long what was written is kept', () => {
  it('is seven years, until an administrator sets it, each time as one event', async () => {
    const set = (body: object, headers?: Record<string, string>) => world.call('PUT', '/api/organization/retention', body, headers);
    const sets = async () =>
      (await world.parts.eventLog.load(streamOf.organization(tenant()))).events.filter(event => event.type === 'RetentionSet');
    const before = await world.json<{ cutoff: string }>('GET', '/api/organization/retention');
    expect(before).toMatchObject({ months: 84, paused: false, due: { count: 0, more: false, oldest: null } });
    expect(Date.now() - Date.parse(before.cutoff)).toBeGreaterThan(6.9 * 365 * 86_400_000);
    expect(await (await set({ months: 6, paused: false })).json()).toMatchObject({ months: 6, cutoff: expect.any(String) as string });
    await set({ months: 6, paused: false });
    expect(await (await set({ months: 6, paused: true })).json()).toMatchObject({ paused: true, cutoff: null });
    expect(await (await set({ months: null, paused: false })).json()).toMatchObject({ months: null, cutoff: null });
    expect((await sets()).map(({ data }) => data)).toMatchObject([
      { months: 6, paused: false },
      { months: 6, paused: true },
      { months: null, paused: false },
    ]);
    expect((await sets())[0]?.metadata.actor).toMatch(/^operator:/);
    expect((await set({ months: 12, paused: false }, senior.headers)).status).toBe(403);
    expect(world.parts.directory.retentionOf(tenant())).toEqual({ months: null, paused: false });
  });
  it('has gone by itself when its time is over, but for what is on legal hold', async () => {
    await world.json('PUT', '/api/organization/retention', { months: 6, paused: true });
    const longAgo = new Date(Date.now() - 300 * 86_400_000).toISOString();
    const by = { ...ordinarily, by: person('ada', 'owner'), channel: 'console' as const, now: longAgo };
    const ended = async () => {
      const id = await world.pending({ requestedAt: longAgo });
      await world.record(id, { type: 'Reject', ...by, note: 'No.' });
      return id;
    };
    const [due, held] = [await ended(), await ended()];
    await world.json('POST', `/api/approvals/${held}/placeHold`, { note: 'Case 2026-117.' });
    await expect
      .poll(() => world.json<{ due: { oldest: string | null } }>('GET', '/api/organization/retention'), { timeout: 10_000 })
      .toMatchObject({ paused: true, due: { count: 0, oldest: longAgo } });
    await expect.poll(() => world.json<{ items: object[] }>('GET', '/api/legal-holds')).toMatchObject({ items: [{ approvalId: held }] });
    await world.json('PUT', '/api/organization/retention', { months: 6, paused: false });
    await expect
      .poll(() => world.json<{ items: object[] }>('GET', '/api/erased'), { timeout: 15_000 })
      .toMatchObject({ items: [{ approvalId: due, ground: 'retention', by: { kind: 'rule', id: 'retention' } }] });
    expect((await world.call('GET', `/api/approvals/${due}`)).status).toBe(410);
    expect((await world.call('GET', `/api/approvals/${held}`)).status).toBe(200);
    await world.json('PUT', '/api/organization/retention', { months: null, paused: false });
  });
  it.each([
    [{ months: 5, paused: false }, '/months'],
    [{ months: 7.5, paused: false }, '/months'],
    [{ months: 1_201, paused: false }, '/months'],
    [{ months: 12 }, '/paused'],
  ])('is refused as %j, with the field named', async (body, pointer) => {
    const reply = await world.call('PUT', '/api/organization/retention', body);
    expect(await problem(reply)).toMatchObject({ status: 422, code: 'invalid_body', errors: [{ pointer }] });
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

describe('the logo', () => {
  /** A PNG of 64 × 24 pixels, whole. */
  const image =
    'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAYAQMAAABwemkHAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABlBMVEUlY+v///8tVMD8AAAAAWJLR0QB/wIt3gAAAAd0SU1FB+oLHgEdKpkITAQAAAAMSURBVAjXY2AYngAAANgAAehTIP8AAAAldEVYdGRhdGU6Y3JlYXRlADIwMjYtMTEtMzBUMDE6Mjk6NDIrMDA6MDD1SIi1AAAAJXRFWHRkYXRlOm1vZGlmeQAyMDI2LTExLTMwVDAxOjI5OjQyKzAwOjAwhBUwCQAAAABJRU5ErkJggg==';
  const logoOf = async () => (await world.json<{ logo: string | null }>('GET', '/api/organization')).logo;
  const send = (body: object, headers?: Record<string, string>) => world.call('PUT', '/api/organization/logo', body, headers);

  it('is shown from the console’s own origin, also to whoever signs in, and no event carries the image in the clear', async () => {
    expect((await send({ image })).status).toBe(200);
    const address = await logoOf();
    expect(address).toMatch(/^\/api\/logos\/[0-9a-f]{64}$/);
    const reply = await world.call('GET', address ?? '', undefined, {});
    expect(Buffer.from(await reply.arrayBuffer()).toString('base64')).toBe(image);
    const header = (name: string) => reply.headers.get(name);
    expect([header('content-type'), header('x-content-type-options'), header('cross-origin-resource-policy')]).toEqual([
      'image/png',
      'nosniff',
      'same-origin',
    ]);
    expect(header('content-security-policy')).toContain("default-src 'none'");
    expect(await world.json('GET', '/api/me')).toMatchObject({ organization: { logo: address } });
    expect(await world.json('GET', '/api/sign-in/methods', undefined, {})).toMatchObject({ organization: { logo: address } });

    const { events } = await world.parts.eventLog.load(streamOf.organization(tenant()));
    expect(events.at(-1)).toMatchObject({
      type: 'OrganizationLogoSet',
      data: { logo: { mediaType: 'image/png', width: 64, height: 24 } },
      metadata: { actor: expect.stringMatching(/^operator:/) as string },
    });
    expect(JSON.stringify(events)).not.toContain(image.slice(0, 60));
    const raw = await world.parts.eventLog.loadRaw(streamOf.logo(tenant(), address?.split('/').at(-1) ?? ''));
    expect(raw.events.map(({ type }) => type)).toEqual(['LogoStored']);
    expect(JSON.stringify(raw.events)).not.toContain(image.slice(0, 60));
  });

  it('set again adds no event; taken away it is gone, and may be set once more', async () => {
    const changes = async () =>
      (await world.parts.eventLog.load(streamOf.organization(tenant()))).events.filter(({ type }) => type === 'OrganizationLogoSet').length;
    const before = await changes();
    const address = await logoOf();
    await send({ image });
    expect(await changes()).toBe(before);
    await send({ image: null });
    expect([await logoOf(), (await world.call('GET', address ?? '', undefined, {})).status]).toEqual([null, 404]);
    await send({ image });
    expect([await logoOf(), await changes()]).toEqual([address, before + 2]);
  });

  it('is a small PNG, JPEG or WebP, by its own bytes, and for administrators to set', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const huge = Buffer.from(image, 'base64');
    huge.writeUInt32BE(5_000, 16);
    for (const [wrong, detail] of [
      [base64('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'neither PNG nor JPEG nor WebP'],
      [huge.toString('base64'), '5000 × 24 pixels'],
      [Buffer.concat([Buffer.from(image, 'base64'), Buffer.alloc(65_536)]).toString('base64'), ''],
      ['not base64!', ''],
    ] as const) {
      const said = await problem(await send({ image: wrong }));
      expect([said.status, said.errors?.[0]?.pointer]).toEqual([422, '/image']);
      expect(said.errors?.[0]?.detail).toContain(detail);
    }
    expect((await send({ image }, senior.headers)).status).toBe(403);
  });
});
