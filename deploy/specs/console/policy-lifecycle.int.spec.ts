import { defaultPolicy } from '@holdpoint/gate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember, type AMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
let admin: AMember;
beforeAll(async () => {
  world = await startConsole();
  admin = await aMember(world, ['admin']);
});
afterAll(() => world.close());

type Problem = { status: number; code: string; errors: { pointer: string; detail: string }[] };
const problem = async (reply: Response): Promise<Problem> => ({ ...((await reply.json()) as Problem), status: reply.status });
const tenant = () => world.credentials.organizationId;
const active = () => {
  const version = world.parts.directory.activePolicy(tenant());
  return version && [version.policyId, version.version];
};
const version = (number: number, verb: string) => `/api/policies/refunds/versions/${number}/${verb}`;

const REFUNDS = `# What may be refunded without asking
id: refunds
name: Refunds
rules:
  - name: small
    when: tool == "issue_refund" && has(args.amount) && amount < 50
    verdict: APPROVE_AUTOMATICALLY
    explain: The amount {amount} is below 50.
routes:
  people:
    steps:
      - name: review
        approvers: { roles: [senior, owner] }
defaultRoute: people
cases:
  - name: small refunds pass
    given: { tool: issue_refund, args: { amount: 10 } }
    then: { verdict: APPROVE_AUTOMATICALLY, rule: small }
`;

describe('a policy written as text', () => {
  it('is published as the next version, without deciding anything until it is activated', async () => {
    expect(await world.json('POST', '/api/policies', { text: REFUNDS, activate: false })).toEqual({
      id: 'refunds',
      version: 1,
      active: false,
    });
    expect(active()).toEqual(['default', 1]);
    expect(await world.json('POST', version(1, 'activate'))).toMatchObject({ active: true });
    expect(active()).toEqual(['refunds', 1]);
  });
  it('is refused with the line and column of what cannot be read or does not work', async () => {
    for (const [text, detail] of [
      [REFUNDS.replace('name: Refunds', 'name: Refunds\nname: Again'), /^line 4, column 1: /],
      [REFUNDS.replace('verdict: APPROVE', 'verdict: APROVE'), /^line 7, column 5: .*verdict/],
      [REFUNDS.replace('amount < 50', 'amount <'), /^line 6, column \d+: .*small/],
      [REFUNDS.replace('defaultRoute: people', 'defaultRoute: nobody'), /^line \d+, column \d+: .*nobody/],
    ] as const) {
      const { status, code, errors } = await problem(await world.call('POST', '/api/policies', { text }));
      expect([status, code, errors[0]?.pointer]).toEqual([422, 'invalid_policy', '/text']);
      expect(errors[0]?.detail).toMatch(detail);
    }
  });
  it('is refused when it does not pass its own cases', async () => {
    const { code, errors } = await problem(
      await world.call('POST', '/api/policies', { text: REFUNDS.replace('amount: 10', 'amount: 90') }),
    );
    expect(code).toBe('invalid_policy');
    expect(errors[0]?.detail).toMatch(/case "small refunds pass" expects APPROVE_AUTOMATICALLY by rule small, but it is HUMAN_REVIEW/);
    expect(active()).toEqual(['refunds', 1]);
  });
  it('comes with a document or a text, not with both or neither', async () => {
    for (const body of [{}, { text: REFUNDS, document: defaultPolicy() }])
      expect((await world.call('POST', '/api/policies', body)).status).toBe(422);
  });
  it('is warned about names that the organisation does not have', async () => {
    const text = REFUNDS.replace('roles: [senior, owner]', 'roles: [senior], teams: [atlantis]');
    expect(await world.json('POST', '/api/policies', { text, activate: false })).toMatchObject({
      version: 2,
      warnings: [{ pointer: '/document/routes/people/steps/0/approvers/teams/0', detail: 'there is no team atlantis' }],
    });
  });
});

describe('a version', () => {
  it('says in words what changes to another', async () => {
    const { changes } = await world.json<{ changes: { kind: string; words: string }[] }>('GET', '/api/policies/refunds/diff?from=1&to=2');
    expect(changes.map(change => change.kind)).toEqual(['routeChanged']);
    expect(changes[0]?.words).toContain('atlantis');
    expect((await world.call('GET', '/api/policies/refunds/diff?from=7')).status).toBe(404);
  });
  it('can be tried out beside the active one, which cannot', async () => {
    const on = async (of: number, value: boolean) => world.call('PUT', version(of, 'shadow'), { on: value });
    const shadows = () => world.parts.directory.shadowPolicies(tenant()).map(shadow => shadow.version);
    expect((await on(2, true)).status).toBe(200);
    expect(shadows()).toEqual([2]);
    expect(await problem(await on(1, true))).toMatchObject({ status: 409, code: 'policy_active' });
    expect((await on(2, false)).status).toBe(200);
    expect(shadows()).toEqual([]);
    expect((await on(9, true)).status).toBe(404);
  });
  it('that is active is not retired; a retired one never comes back', async () => {
    expect(await problem(await world.call('POST', version(1, 'retire')))).toMatchObject({ status: 409, code: 'policy_active' });
    expect(await world.json('POST', version(2, 'retire'))).toMatchObject({ retired: true });
    for (const [method, path, body] of [
      ['POST', version(2, 'activate'), {}],
      ['POST', version(2, 'propose'), {}],
      ['PUT', version(2, 'shadow'), { on: true }],
    ] as const)
      expect(await problem(await world.call(method, path, body))).toMatchObject({ status: 409, code: 'policy_retired' });
    const { items } = await world.json<{ items: object[] }>('GET', '/api/policies/refunds/versions');
    expect(items).toMatchObject([
      { version: 1, active: true },
      { version: 2, active: false, retired: true },
    ]);
  });
});

describe('where a second person must agree', () => {
  beforeAll(() => world.json('PUT', '/api/organization/activation-rule', { secondPerson: true }));
  afterAll(() => world.json('PUT', '/api/organization/activation-rule', { secondPerson: false }));

  it('nobody activates what nobody proposed, nor what they proposed themselves', async () => {
    await world.json('POST', '/api/policies', { text: REFUNDS, activate: false });
    expect(await problem(await world.call('POST', version(3, 'activate')))).toMatchObject({ status: 409, code: 'not_proposed' });
    expect(await world.json('POST', version(3, 'propose'), {}, admin.headers)).toMatchObject({ proposed: { by: admin.operatorId } });
    expect(await problem(await world.call('POST', version(3, 'activate'), {}, admin.headers))).toMatchObject({
      status: 403,
      code: 'second_person_required',
    });
    expect(active()).toEqual(['refunds', 1]);
    expect(await world.json('POST', version(3, 'activate'))).toMatchObject({ active: true, proposed: null });
    expect(active()).toEqual(['refunds', 3]);
  });
  it('publishing proposes instead of activating', async () => {
    expect(await world.json('POST', '/api/policies', { text: REFUNDS })).toMatchObject({ version: 4, active: false, proposed: true });
    expect(active()).toEqual(['refunds', 3]);
    expect((await world.call('POST', version(4, 'activate'))).status).toBe(403);
    expect(await world.json('POST', version(4, 'activate'), {}, admin.headers)).toMatchObject({ active: true });
  });
  it('two who activate at once make one event', async () => {
    await world.json('POST', version(3, 'propose'), {}, admin.headers);
    await Promise.all([1, 2, 3].map(() => world.call('POST', version(3, 'activate'))));
    const { events } = await world.parts.eventLog.load(`gatePolicy-${tenant()}`);
    expect(events.filter(event => event.type === 'GatePolicyActivated' && event.data.version === 3)).toHaveLength(2);
    expect(active()).toEqual(['refunds', 3]);
  });
});

describe('a draft', () => {
  it('need not work yet, can be written anew, and is published when it does', async () => {
    const broken = REFUNDS.replace('amount < 50', 'amount <');
    const { id } = await world.json<{ id: string }>('POST', '/api/policy-drafts', { text: broken });
    expect((await world.call('POST', `/api/policy-drafts/${id}/publish`, {})).status).toBe(422);
    await world.json('POST', '/api/policy-drafts', { draftId: id, text: REFUNDS });
    expect(await world.json('POST', `/api/policy-drafts/${id}/publish`, {})).toMatchObject({ id: 'refunds', version: 5, active: false });
    const { items } = await world.json<{ items: object[] }>('GET', '/api/policy-drafts');
    expect(items).toMatchObject([{ id, policyId: 'refunds', source: 'person' }]);
    expect((await world.call('POST', '/api/policy-drafts', { draftId: 'drf_unknown', text: REFUNDS })).status).toBe(404);
  });
});
