import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openReadModels } from '@holdpoint/console';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rerouteWhatIsAskedOf } from '../../../services/console/src/accounts/reroute.ts';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';
import { aBrowser, type ABrowser } from './a-browser.ts';
import { startIdentityProvider, type AnIdentityProvider } from './an-identity-provider.ts';
import { codeOf } from './totp-code.ts';

const PASSWORD = 'seven quiet herons';
let world: RunningConsole;
let provider: AnIdentityProvider;
let owner: ABrowser;

const join = async (email: string, role = 'senior', name = email.split('@')[0]): Promise<ABrowser> => {
  const made = await world.json<{ link: string }>('POST', '/api/invitations', { email, name, roles: [role] });
  const browser = aBrowser(world);
  await browser.json('POST', '/api/invitations/accept', { token: made.link.split('#')[1], password: PASSWORD });
  return browser;
};
const idOf = async (browser: ABrowser): Promise<string> => (await browser.json<{ operatorId: string }>('GET', '/api/me')).operatorId;
const eventsOf = async (operatorId: string) => (await world.parts.eventLog.load(`operator-${operatorId}`)).events;
const addTotp = async (browser: ABrowser): Promise<{ secret: string; recoveryCodes: string[] }> => {
  const { secret } = await browser.json<{ secret: string }>('POST', '/api/security/totp', {});
  const { recoveryCodes } = await browser.json<{ recoveryCodes: string[] }>('POST', '/api/security/totp/confirm', {
    code: codeOf(secret, -1),
  });
  return { secret, recoveryCodes };
};
const beginWithPassword = async (browser: ABrowser, email: string): Promise<string> => {
  const reply = await browser.call('POST', '/api/sign-in', { email, password: PASSWORD });
  const { code, flow } = (await reply.json()) as { code: string; flow: string };
  expect([reply.status, code]).toEqual([401, 'second_factor_required']);
  return flow;
};

beforeAll(async () => {
  provider = await startIdentityProvider();
  world = await startConsole({ HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8' });
  owner = aBrowser(world);
  await owner.json('POST', '/api/sign-in', { email: world.credentials.email, password: world.credentials.password });
});
afterAll(async () => {
  await world.close();
  await provider.close();
});

describe('a second factor', () => {
  it('is asked for after the password; its code is good once, a recovery code too', async () => {
    const ada = await join('ada@example.test');
    const { secret, recoveryCodes } = await addTotp(ada);
    expect(recoveryCodes).toHaveLength(10);
    const browser = aBrowser(world);
    const flow = await beginWithPassword(browser, 'ada@example.test');
    expect(await browser.refused('GET', '/api/me')).toBe('not_signed_in');
    // The code that confirmed the app was taken; the next one is good once.
    for (const code of [codeOf(secret, -1), '000000', codeOf(secret, 5)])
      expect(await browser.refused('POST', '/api/sign-in/second-factor', { flow, code })).toBe('wrong_credentials');
    const code = codeOf(secret);
    await browser.json('POST', '/api/sign-in/second-factor', { flow, code });
    const again = await beginWithPassword(aBrowser(world), 'ada@example.test');
    expect(await aBrowser(world).refused('POST', '/api/sign-in/second-factor', { flow: again, code })).toBe('wrong_credentials');
    const recovering = aBrowser(world);
    await recovering.json('POST', '/api/sign-in/second-factor', { flow: again, code: recoveryCodes[3]?.toUpperCase() });
    const third = await beginWithPassword(aBrowser(world), 'ada@example.test');
    expect(await aBrowser(world).refused('POST', '/api/sign-in/second-factor', { flow: third, code: recoveryCodes[3] })).toBe(
      'wrong_credentials',
    );
    expect(await ada.json('GET', '/api/security')).toMatchObject({ totp: { enabled: true, recoveryCodesLeft: 9 } });
    const types = (await eventsOf(await idOf(ada))).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['TotpEnabled', 'RecoveryCodesIssued', 'RecoveryCodeUsed']));
    expect(JSON.stringify(await eventsOf(await idOf(ada)))).not.toContain(secret);
  });

  it('cannot be guessed: five tries for one password, and ten wrong ones make wait', async () => {
    const ben = await join('ben@example.test');
    await addTotp(ben);
    const tries = async () => {
      const flow = await beginWithPassword(aBrowser(world), 'ben@example.test');
      const outcomes: (string | number)[] = [];
      for (let attempt = 0; attempt < 6; attempt += 1)
        outcomes.push(await aBrowser(world).refused('POST', '/api/sign-in/second-factor', { flow, code: '000000' }));
      return outcomes;
    };
    expect(await tries()).toEqual([...Array<string>(5).fill('wrong_credentials'), 'sign_in_not_taken']);
    expect((await tries()).slice(0, 5)).toEqual(Array(5).fill('wrong_credentials'));
    expect((await aBrowser(world).call('POST', '/api/sign-in', { email: 'ben@example.test', password: PASSWORD })).status).toBe(429);
  });

  it('survives a new password', async () => {
    const cleo = await join('cleo@example.test');
    await addTotp(cleo);
    const { link } = await world.json<{ link: string }>('POST', `/api/members/${await idOf(cleo)}/password-reset`, {});
    const token = link.split('#')[1];
    expect((await aBrowser(world).call('POST', '/api/password-reset/confirm', { token, password: PASSWORD })).status).toBe(204);
    await beginWithPassword(aBrowser(world), 'cleo@example.test');
  });
});

describe('a session', () => {
  it('has a token of its own at every sign-in, and the one before ends', async () => {
    const dora = await join('dora@example.test');
    const before = dora.cookie();
    await dora.json('POST', '/api/sign-in', { email: 'dora@example.test', password: PASSWORD });
    expect(dora.cookie()).not.toBe(before);
    expect((await world.call('GET', '/api/me', undefined, { cookie: before })).status).toBe(401);
    const planted = aBrowser(world, `holdpoint=${'A'.repeat(43)}`);
    await planted.json('POST', '/api/sign-in', { email: 'dora@example.test', password: PASSWORD });
    expect(planted.cookie()).not.toContain('AAAA');
  });

  it('is listed in words, and ended by id or all at once; a new password ends the others', async () => {
    const eli = await join('eli@example.test');
    const others = [aBrowser(world), aBrowser(world), aBrowser(world)];
    for (const other of others)
      await other.call(
        'POST',
        '/api/sign-in',
        { email: 'eli@example.test', password: PASSWORD },
        { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:1) Gecko Firefox/1 <b>' },
      );
    const { items } = await eli.json<{ items: { id: string; device: string; current: boolean }[] }>('GET', '/api/sessions');
    expect(items.map(({ device }) => device).filter(device => device === 'Firefox on Linux')).toHaveLength(3);
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    const firefox = items.find(({ device }) => device === 'Firefox on Linux');
    expect((await owner.call('DELETE', `/api/sessions/${firefox?.id}`)).status).toBe(404);
    expect((await eli.call('DELETE', `/api/sessions/${firefox?.id}`)).status).toBe(204);
    expect((await eli.call('PUT', '/api/security/password', { current: 'wrong', password: 'nine slow barges' })).status).toBe(403);
    expect((await eli.call('PUT', '/api/security/password', { current: PASSWORD, password: 'nine slow barges' })).status).toBe(204);
    for (const other of others) expect(await other.refused('GET', '/api/me')).toBe('not_signed_in');
    expect(await eli.json('GET', '/api/sessions')).toMatchObject({ items: [{ current: true }] });
  });

  it('is what changes how one signs in: an access token does not', async () => {
    for (const [method, path] of [
      ['POST', '/api/security/totp'],
      ['POST', '/api/security/passkeys/options'],
      ['DELETE', '/api/security/totp'],
    ] as const)
      expect(((await (await world.call(method, path, {})).json()) as { code: string }).code, path).toBe('session_required');
  });
});

describe('single sign-on', () => {
  const begin = (browser: ABrowser) =>
    browser.json<{ url: string; flow: string }>('POST', '/api/sign-in/oidc', { organizationId: world.credentials.organizationId });
  const finish = async (account: Parameters<AnIdentityProvider['signIn']>[1], fault = {}, change = (query: string) => query) => {
    const browser = aBrowser(world);
    const { url, flow } = await begin(browser);
    const reply = await browser.call('POST', '/api/sign-in/oidc/finish', { flow, query: change(provider.signIn(url, account, fault)) });
    return { browser, flow, outcome: reply.ok ? 200 : ((await reply.json()) as { code: string }).code };
  };
  beforeAll(async () => {
    const body = { issuer: provider.issuer, clientId: 'holdpoint', clientSecret: 'the client’s secret', domains: ['example.test'] };
    await owner.json('PUT', '/api/organization/single-sign-on', body);
  });

  it('is checked before it is saved, and never shows its secret', async () => {
    const wrong = { issuer: `${provider.issuer}/elsewhere`, clientId: 'holdpoint', domains: ['example.test'] };
    expect(await owner.refused('PUT', '/api/organization/single-sign-on', wrong)).toBe('invalid_issuer');
    const read = await owner.json('GET', '/api/organization/sign-in-policy');
    expect(read).toMatchObject({
      singleSignOn: { issuer: provider.issuer, hasSecret: true },
      returnAddress: 'http://127.0.0.1:7071/sign-in/return',
    });
    expect(JSON.stringify(read)).not.toContain('secret of');
    expect(JSON.stringify(read)).not.toContain('client’s');
  });

  it('lets a member and an invited person in, by verified address first and by subject ever after', async () => {
    await join('finn@example.test', 'operator');
    expect((await finish({ sub: 'finn-1', email: 'Finn@example.test' })).outcome).toBe(200);
    const { browser } = await finish({ sub: 'finn-1', email: 'somebody.else@example.test' });
    expect(await browser.json('GET', '/api/me')).toMatchObject({ email: 'finn@example.test' });
    await world.json('POST', '/api/invitations', { email: 'gwen@example.test', name: 'Gwen', roles: ['operator'] });
    const joined = await finish({ sub: 'gwen-1', email: 'gwen@example.test', name: 'Gwen of the provider' });
    expect(await joined.browser.json('GET', '/api/me')).toMatchObject({ name: 'Gwen of the provider', roles: ['operator'] });
    expect(await joined.browser.json('GET', '/api/security')).toMatchObject({
      emailVerified: true,
      password: false,
      identities: [{ issuer: provider.issuer }],
    });
    expect(provider.exchanges.at(-1)?.get('client_secret')).toBe('the client’s secret');
  });

  it.each([
    ['a stranger', { sub: 'x-1', email: 'stranger@example.test' }],
    ['another domain', { sub: 'x-2', email: 'ada@elsewhere.test' }],
    ['an address nobody verified', { sub: 'x-3', email: 'ada@example.test', emailVerified: false }],
    ['no address', { sub: 'x-4' }],
    ['a second account for a linked member', { sub: 'x-5', email: 'finn@example.test' }],
  ])('does not take %s', async (_who, account) => {
    expect((await finish(account)).outcome).toBe('sign_in_not_taken');
  });

  it.each([
    ['another issuer in the token', { iss: 'https://evil.example' }],
    ['a token for another client', { aud: 'somebody else' }],
    ['the nonce of another sign-in', { nonce: 'n'.repeat(43) }],
    ['an old token', { expiredSec: 3_600 }],
    ['a token nobody signed', { unsigned: true }],
  ])('refuses %s', async (_what, fault) => {
    expect((await finish({ sub: 'finn-1', email: 'finn@example.test' }, fault)).outcome).toBe('wrong_credentials');
  });

  it('refuses the state of another browser, a mixed-up issuer, and an answer that was used', async () => {
    const account = { sub: 'finn-1', email: 'finn@example.test' };
    const changed = (name: string, value: string) => (query: string) => {
      const parameters = new URLSearchParams(query);
      parameters.set(name, value);
      return parameters.toString();
    };
    expect((await finish(account, {}, changed('state', 'other'))).outcome).toBe('wrong_credentials');
    expect((await finish(account, {}, changed('iss', 'https://evil.example'))).outcome).toBe('wrong_credentials');
    const victim = aBrowser(world);
    const attacker = await begin(aBrowser(world));
    const query = provider.signIn(attacker.url, account);
    const own = await begin(victim);
    expect(await victim.refused('POST', '/api/sign-in/oidc/finish', { flow: own.flow, query })).toBe('wrong_credentials');
    const done = await finish(account);
    expect(await done.browser.refused('POST', '/api/sign-in/oidc/finish', { flow: done.flow, query })).toBe('sign_in_not_taken');
  });
});

describe('the sign-in policy', () => {
  it('never locks every owner out, and only owners set it', async () => {
    expect(await owner.refused('PUT', '/api/organization/sign-in-policy', { policy: { methods: ['passkey'], secondFactor: false } })).toBe(
      'locked_out',
    );
    expect(await owner.refused('PUT', '/api/organization/sign-in-policy', { policy: { methods: [], secondFactor: false } })).toBe(
      'invalid_body',
    );
    const admin = await join('hana@example.test', 'admin');
    expect(await admin.refused('PUT', '/api/organization/sign-in-policy', { policy: { methods: ['password'], secondFactor: true } })).toBe(
      'role_required',
    );
  });

  it('asks for a second factor at once: until one is set up nothing else can be done', async () => {
    const iris = await join('iris@example.test', 'operator');
    await owner.json('PUT', '/api/organization/sign-in-policy', {
      policy: { methods: ['password', 'passkey', 'oidc'], secondFactor: true },
    });
    try {
      expect(await iris.json('GET', '/api/me')).toMatchObject({ email: 'iris@example.test' });
      expect(await iris.json('GET', '/api/security')).toMatchObject({ mustAddFactor: true });
      for (const path of ['/api/inbox', '/api/people', '/api/sessions', '/api/live'])
        expect(await iris.refused('GET', path), path).toBe('second_factor_required');
      expect(await iris.refused('POST', '/api/tokens', {})).toBe('second_factor_required');
      const before = iris.cookie();
      await addTotp(iris);
      expect(iris.cookie()).not.toBe(before);
      expect(await iris.json('GET', '/api/inbox')).toMatchObject({ items: [] });
      expect((await world.call('GET', '/api/me', undefined, { cookie: before })).status).toBe(401);
    } finally {
      await world.json('PUT', '/api/organization/sign-in-policy', {
        policy: { methods: ['password', 'passkey', 'oidc'], secondFactor: false },
      });
    }
  });
});

describe('a decision that takes a fresh proof', () => {
  const highRisk = () => world.pending({ riskLevel: 'high' }, { stepUp: 'high' });

  it('is refused without one, and from a script; a code proves it once, for this action alone', async () => {
    const jon = await join('jon@example.test');
    const { secret } = await addTotp(jon);
    const [id, other] = [await highRisk(), await highRisk()];
    expect(await jon.json('GET', `/api/approvals/${id}`)).toMatchObject({ stepUpNeeded: true });
    expect(await jon.refused('POST', `/api/approvals/${id}/approve`, {})).toBe('step_up_required');
    expect(((await (await world.call('POST', `/api/approvals/${id}/approve`, {})).json()) as { code: string }).code).toBe(
      'step_up_required',
    );
    const begun = async (approval: string, body: object = { verb: 'approve' }) =>
      (await jon.json<{ flow: string; method: string }>('POST', `/api/approvals/${approval}/step-up`, body)).flow;
    const approve = async (approval: string, flow: string, code: string) =>
      jon.refused('POST', `/api/approvals/${approval}/approve`, { stepUp: { flow, code } });
    const flow = await begun(id);
    expect(await approve(other, flow, codeOf(secret))).toBe('step_up_refused');
    expect(await approve(id, await begun(id), '000000')).toBe('step_up_refused');
    const edited = { name: 'issue_refund', args: { order_id: 'A-1', amount: 1, currency: 'USD' } };
    expect(await approve(id, await begun(id, { verb: 'approve', action: edited }), codeOf(secret))).toBe('action_mismatch');
    expect(await approve(id, await begun(id), codeOf(secret))).toBe('step_up_refused');
    expect(await approve(id, await begun(id), codeOf(secret, 1))).toBe(200);
    const voted = (await world.parts.eventLog.load(`approval-${id}`)).events.find(({ type }) => type === 'StepApproved');
    expect(voted?.data).toMatchObject({ stepUp: { method: 'totp' } });
    expect(await jon.refused('POST', `/api/approvals/${other}/reject`, { note: 'no' })).toBe(200);
  });

  it('cannot be made by somebody who has neither passkey nor app', async () => {
    const kim = await join('kim@example.test');
    expect(await kim.refused('POST', `/api/approvals/${await highRisk()}/step-up`, { verb: 'approve' })).toBe('step_up_unavailable');
  });
});

describe('a member', () => {
  it('gets and loses roles with the next request; the last owner stays one', async () => {
    const lea = await join('lea@example.test', 'viewer');
    const id = await idOf(lea);
    expect(await owner.json('POST', `/api/members/${id}/roles`, { role: 'admin' })).toEqual({ roles: ['viewer', 'admin'] });
    expect(await lea.refused('POST', `/api/members/${id}/roles`, { role: 'owner' })).toBe('role_required');
    expect(await lea.refused('DELETE', `/api/members/${await idOf(owner)}/roles/owner`)).toBe('role_required');
    expect(await owner.json('DELETE', `/api/members/${id}/roles/admin`)).toEqual({ roles: ['viewer'] });
    expect(await lea.refused('GET', '/api/members')).toBe('role_required');
    expect(await owner.refused('DELETE', `/api/members/${await idOf(owner)}/roles/owner`)).toBe('last_owner');
    expect(await owner.refused('DELETE', `/api/members/${await idOf(owner)}`)).toBe('not_yourself');
  });

  it('who is removed is out at once, and what waited for this person waits for the successor', async () => {
    const [max, nia] = [await join('max@example.test', 'operator'), await join('nia@example.test', 'operator')];
    const [maxId, niaId] = [await idOf(max), await idOf(nia)];
    const { token } = await max.json<{ token: string }>('POST', '/api/tokens', {});
    const id = await world.pending();
    await world.json('POST', `/api/approvals/${id}/reassign`, { to: [maxId] });
    // At once: lists follow the log a moment later, and what is not in one yet must not be left behind.
    const removed = await owner.json<{ rerouted: object[] }>('DELETE', `/api/members/${maxId}?successor=${niaId}`);
    expect(removed.rerouted).toContainEqual({ id, verb: 'reassign', outcome: 'done', detail: null });
    const assigned = (await world.parts.eventLog.load(`approval-${id}`)).events.filter(({ type }) => type === 'ReviewerAssigned');
    expect(assigned.at(-1)?.data).toMatchObject({ operators: [niaId] });
    expect(await max.refused('GET', '/api/me')).toBe('not_signed_in');
    expect((await world.call('GET', '/api/me', undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
    expect(await aBrowser(world).refused('POST', '/api/sign-in', { email: 'max@example.test', password: PASSWORD })).toBe(
      'wrong_credentials',
    );
  });

  it('leaves nothing behind that no list has yet: the log says what waits for somebody', async () => {
    const [ned, ona] = [await join('ned@example.test', 'operator'), await join('ona@example.test', 'operator')];
    const [nedId, onaId] = [await idOf(ned), await idOf(ona)];
    const [assigned, decided] = [await world.pending(), await world.pending()];
    for (const id of [assigned, decided]) await world.json('POST', `/api/approvals/${id}/reassign`, { to: [nedId] });
    await world.json('POST', `/api/approvals/${decided}/reject`, { note: 'Not this one.' });
    const { eventLog, messaging } = world.parts;
    const folder = await mkdtemp(path.join(tmpdir(), 'reroute-spec-'));
    const models = await openReadModels(folder, event => eventLog.open(event));
    const by = {
      operatorId: await idOf(owner),
      tenant: world.credentials.organizationId,
      name: 'Owner',
      email: '',
      by: 'session' as const,
    };
    const reroute = rerouteWhatIsAskedOf({ models, messaging, eventLog });
    const roles = ['owner'] as const;
    expect(await reroute({ ...by, roles }, nedId, onaId)).toEqual([{ id: assigned, verb: 'reassign', outcome: 'done', detail: null }]);
    expect(await reroute({ ...by, roles }, nedId, onaId, new Set([assigned]))).toEqual([]);
    await models.close();
    await rm(folder, { recursive: true });
  });

  it('keeps the address it has where no mail can ask whose another one is', async () => {
    const rae = await join('rae@example.test', 'viewer');
    expect(await rae.refused('POST', '/api/me/email', { email: 'rae.new@example.test' })).toBe('mail_not_sent');
    expect(await rae.json('GET', '/api/security')).toMatchObject({ email: 'rae@example.test', emailChange: null });
  });

  it('stands in the access review, safe to open as a table', async () => {
    await join('oz@example.test', 'auditor', '=HYPERLINK("http://evil.example")');
    const reply = await world.call('GET', '/api/exports/access-review');
    const csv = await reply.text();
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    const { items } = await world.json<{ items: { email: string; role: string; since: string; lastSignInAt: string | null }[] }>(
      'GET',
      '/api/exports/access-review?format=json',
    );
    expect(items.find(({ email }) => email === world.credentials.email)).toMatchObject({ role: 'owner', lastSignInMethod: 'password' });
    expect(items.find(({ email }) => email === 'oz@example.test')).toMatchObject({ role: 'auditor', lastSignInMethod: 'password' });
    const operator = await join('pia@example.test', 'operator');
    expect(await operator.refused('GET', '/api/exports/access-review')).toBe('role_required');
  });
});
