import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember, type AMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let ada: AMember;
let ben: AMember;
let cleo: AMember;
beforeAll(async () => {
  world = await startConsole();
  ada = await aMember(world, ['senior']);
  ben = await aMember(world, ['operator']);
  cleo = await aMember(world, ['operator']);
});
afterAll(() => world.close());

type Problem = { status: number; code: string; errors: { pointer: string; detail: string }[] };
const refused = async (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Problem> => {
  const reply = await world.call(method, path, body, headers);
  return { ...((await reply.json()) as Problem), status: reply.status };
};
const items = async (path: string) => (await world.json<{ items: Record<string, unknown>[] }>('GET', path)).items;
const asked = (approvers: { teams?: string[]; schedules?: string[]; roles?: 'senior'[] }, at = world.parts.now()) =>
  world.parts.directory.asked(world.credentials.organizationId, { roles: [], operators: [], ...approvers }, at);

describe('a team', () => {
  it('is asked as its members, from the next request on', async () => {
    expect(await world.json('POST', '/api/teams', { id: 'finance', name: 'Finance' })).toEqual({
      id: 'finance',
      name: 'Finance',
      members: [],
    });
    for (const { operatorId } of [ada, ben, ada])
      expect((await world.call('POST', '/api/teams/finance/members', { operatorId })).status).toBe(204);
    expect(asked({ teams: ['finance'] }).operators).toEqual([ada.operatorId, ben.operatorId].sort());
    expect((await world.call('DELETE', `/api/teams/finance/members/${ada.operatorId}`)).status).toBe(204);
    expect(await items('/api/teams')).toEqual([{ id: 'finance', name: 'Finance', members: [ben.operatorId] }]);
  });
  it('takes members of the organisation only, and its id once', async () => {
    expect(await refused('POST', '/api/teams/finance/members', { operatorId: 'opr_stranger' })).toMatchObject({
      status: 422,
      code: 'unknown_member',
      errors: [{ pointer: '/operatorId' }],
    });
    expect(await refused('POST', '/api/teams', { id: 'finance', name: 'Again' })).toMatchObject({ status: 409, code: 'team_exists' });
    expect(await refused('POST', '/api/teams/nobody/members', { operatorId: ada.operatorId })).toMatchObject({ status: 404 });
  });
  it('that is removed asks nobody, and its id is free again', async () => {
    expect((await world.call('DELETE', '/api/teams/finance')).status).toBe(204);
    expect((await world.call('DELETE', '/api/teams/finance')).status).toBe(404);
    expect(asked({ teams: ['finance'] }).operators).toEqual([]);
    expect((await world.call('POST', '/api/teams', { id: 'finance', name: 'Finance' })).status).toBe(201);
  });
});

describe('a schedule', () => {
  const document = () => ({
    name: 'Night',
    timeZone: 'Europe/Berlin',
    layers: [{ name: 'turns', startsOn: '2026-11-02', handoff: '09:00', turnDays: 7, turns: [[ada.operatorId], [ben.operatorId]] }],
  });

  it('says who is on call and who takes over when, on the clocks of its zone', async () => {
    expect(await world.json('PUT', '/api/schedules/night', { document: document() })).toEqual({ id: 'night', version: 1, warnings: [] });
    expect(await world.json('GET', '/api/schedules/night/on-call?at=2026-11-22T12:00:00Z')).toEqual({
      at: '2026-11-22T12:00:00Z',
      operators: [{ id: ada.operatorId, name: 'Somebody' }],
      next: { at: '2026-11-23T08:00:00.000Z', operators: [{ id: ben.operatorId, name: 'Somebody' }] },
    });
    expect(asked({ schedules: ['night'] }, '2026-11-23T08:00:00.000Z').operators).toEqual([ben.operatorId]);
  });

  it('names the gaps of the coming year, and is saved nevertheless', async () => {
    const soon = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const [layer] = document().layers;
    const saved = await world.json<{ version: number; warnings: { pointer: string; detail: string }[] }>('PUT', '/api/schedules/holes', {
      document: {
        ...document(),
        layers: [
          { ...layer, endsOn: soon(10) },
          { ...layer, startsOn: soon(20) },
        ],
      },
    });
    expect(saved.version).toBe(1);
    expect(saved.warnings).toHaveLength(1);
    expect(saved.warnings[0]).toMatchObject({
      pointer: '/document/layers',
      detail: expect.stringContaining(`nobody is on call from ${soon(10)}`),
    });
  });

  it('is refused with people and zones that do not exist, naming each', async () => {
    const [layer] = document().layers;
    const problem = await refused('PUT', '/api/schedules/night', {
      document: { ...document(), timeZone: 'Europe/Atlantis', layers: [{ ...layer, turns: [['opr_stranger']] }] },
    });
    expect([problem.status, problem.code]).toEqual([422, 'invalid_schedule']);
    expect(problem.errors.map(error => error.pointer)).toEqual(['/document/layers/0/turns/0', '/document/timeZone']);
    expect(await items('/api/schedules')).toContainEqual(expect.objectContaining({ id: 'night', version: 1 }));
  });

  it('is not overwritten by somebody who saw an older version', async () => {
    expect(await world.json('PUT', '/api/schedules/night', { document: document(), expectedVersion: 1 })).toMatchObject({ version: 2 });
    expect(await refused('PUT', '/api/schedules/night', { document: document(), expectedVersion: 1 })).toMatchObject({
      status: 409,
      code: 'version_conflict',
    });
  });

  it('lets somebody stand in for a day, until that is taken back', async () => {
    const override = { from: '2026-12-24T00:00:00Z', to: '2026-12-25T00:00:00Z', operators: [cleo.operatorId], reason: 'Christmas' };
    const made = await world.json<{ overrideId: string }>('POST', '/api/schedules/night/overrides', override);
    const christmas = () => asked({ schedules: ['night'] }, '2026-12-24T12:00:00.000Z').operators;
    expect(christmas()).toEqual([cleo.operatorId]);
    expect(await world.json('PUT', '/api/schedules/night', { document: document() })).toMatchObject({ version: 4 });
    expect(christmas()).toEqual([cleo.operatorId]);
    expect((await world.call('DELETE', `/api/schedules/night/overrides/${made.overrideId}`)).status).toBe(204);
    expect(christmas()).not.toEqual([cleo.operatorId]);
    expect((await world.call('DELETE', `/api/schedules/night/overrides/${made.overrideId}`)).status).toBe(404);
  });

  it('that is removed asks nobody; saved again it goes on counting', async () => {
    expect((await world.call('DELETE', '/api/schedules/night')).status).toBe(204);
    expect(asked({ schedules: ['night'] }).operators).toEqual([]);
    expect((await world.call('GET', '/api/schedules/night/on-call')).status).toBe(404);
    expect(await world.json('PUT', '/api/schedules/night', { document: document() })).toMatchObject({ version: 6 });
  });
});

describe('an escalation policy', () => {
  const level = (targets: object) => ({ afterSec: 60, targets: { roles: [], operators: [], ...targets } });

  it('is published in versions that stay', async () => {
    const document = { id: 'standard', levels: [level({ schedules: ['night'] }), level({ roles: ['admin'] })] };
    expect(await world.json('POST', '/api/escalations', { document })).toEqual({ id: 'standard', version: 1, warnings: [] });
    const lenient = { ...document, onExhausted: 'approveLowRisk' };
    expect(await world.json('POST', '/api/escalations', { document: lenient })).toMatchObject({
      version: 2,
      warnings: [{ pointer: '/document/onExhausted' }],
    });
    expect((await items('/api/escalations')).map(({ id, version }) => [id, version])).toEqual([['standard', 2]]);
    expect((await items('/api/escalations/standard/versions')).map(({ version }) => version)).toEqual([1, 2]);
  });
  it('is refused when it asks somebody who is not there', async () => {
    const document = { id: 'standard', levels: [level({ teams: ['finance', 'atlantis'], operators: ['opr_stranger'] })] };
    const problem = await refused('POST', '/api/escalations', { document });
    expect([problem.status, problem.errors.map(error => error.pointer)]).toEqual([
      422,
      ['/document/levels/0/targets/teams/1', '/document/levels/0/targets/operators/0'],
    ]);
  });
});

describe('somebody who is away', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

  it('says so, and the delegate is asked instead until the absence ends', async () => {
    const absence = { from: day(-1), to: day(7), delegateId: ben.operatorId };
    const { id } = await world.json<{ id: string }>('POST', '/api/members/me/absences', absence, ada.headers);
    expect(asked({ roles: ['senior'] })).toEqual({
      operators: [ben.operatorId],
      standIns: [{ from: ada.operatorId, to: ben.operatorId }],
    });
    expect(await world.json('GET', `/api/members/${ada.operatorId}/availability`)).toMatchObject({ absences: [{ id, ...absence }] });
    expect((await world.call('DELETE', `/api/members/${ada.operatorId}/absences/${id}`)).status).toBe(204);
    expect(asked({ roles: ['senior'] }).operators).toEqual([ada.operatorId]);
  });
  it('cannot be declared away by a colleague, nor be their own delegate, nor go back in time', async () => {
    const absence = { from: day(0), to: day(1) };
    expect(await refused('POST', `/api/members/${ada.operatorId}/absences`, absence, ben.headers)).toMatchObject({ status: 403 });
    expect((await world.call('GET', `/api/members/${ada.operatorId}/availability`, undefined, ben.headers)).status).toBe(403);
    for (const [wrong, pointer] of [
      [{ ...absence, delegateId: ada.operatorId }, '/delegateId'],
      [{ ...absence, delegateId: 'opr_stranger' }, '/delegateId'],
      [{ from: day(1), to: day(0) }, '/to'],
      [{ from: day(-2), to: day(-1) }, '/to'],
      [{ from: day(0), to: day(400) }, '/to'],
    ] as const)
      expect(await refused('POST', '/api/members/me/absences', wrong, ada.headers)).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
  it('keeps quiet hours of their own', async () => {
    const quietHours = { timeZone: 'Asia/Kathmandu', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }] };
    await world.json('PUT', '/api/members/me/quiet-hours', { quietHours }, ben.headers);
    expect(world.parts.directory.quietHours(ben.operatorId)).toEqual(quietHours);
    expect(
      await refused('PUT', '/api/members/me/quiet-hours', { quietHours: { ...quietHours, timeZone: 'Mars' } }, ben.headers),
    ).toMatchObject({
      status: 422,
      errors: [{ pointer: '/quietHours/timeZone' }],
    });
    await world.json('PUT', `/api/members/${ben.operatorId}/quiet-hours`, { quietHours: null });
    expect(world.parts.directory.quietHours(ben.operatorId)).toBeNull();
  });
});
