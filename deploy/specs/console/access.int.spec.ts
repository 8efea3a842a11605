import { streamOf, type Role } from '@holdpoint/contracts';
import { newCredential, newId } from '@holdpoint/sealing';
import { defaultPolicy } from '@holdpoint/gate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

/** Every route of the operators' API, with a body that would be accepted. */
const READS = [
  '/api/me',
  '/api/inbox',
  '/api/approvals/:id',
  '/api/approvals/:id/events',
  '/api/live',
  '/api/members',
  '/api/agents',
  '/api/api-keys',
  '/api/endpoints',
  '/api/connections',
  '/api/mcp-gateways',
  '/api/organization/retention',
  '/api/erased',
  '/api/legal-holds',
  '/api/policies',
  '/api/policies/default/versions',
  '/api/policies/default/versions/1',
  '/api/policies/default/diff?from=1',
  '/api/policy-drafts',
  '/api/organization',
  '/api/organization/history',
  '/api/grants',
  '/api/reviews',
  '/api/bands',
  '/api/calibration',
] as const;
/** What everybody who works here may look at. */
const COMMON_READS = [
  '/api/people',
  '/api/teams',
  '/api/schedules',
  '/api/schedules/unknown/on-call',
  '/api/escalations',
  '/api/escalations/unknown/versions',
  '/api/members/me/availability',
  '/api/tokens',
] as const;
const schedule = {
  name: 'Night',
  timeZone: 'Europe/Berlin',
  layers: [{ name: 'all', startsOn: '2026-01-01', turns: [['opr_nobody']] }],
};
const SETTINGS: readonly (readonly [string, string, object?])[] = [
  ['POST', '/api/members', { email: 'new@example.test', name: 'New', roles: ['operator'] }],
  ['POST', '/api/agents', { id: 'other_agent', name: 'Other' }],
  ['POST', '/api/api-keys', { agentId: 'assistant' }],
  ['POST', '/api/endpoints', { id: 'orders', url: 'https://example.test/hook' }],
  [
    'POST',
    '/api/connections',
    { id: 'openai_main', provider: 'openai.assistants', baseUrl: 'https://example.test/v1', apiKey: 'sk-secret' },
  ],
  ['POST', '/api/mcp-gateways', { id: 'billing', name: 'Billing', url: 'https://example.test/mcp', credential: { bearer: 'secret' } }],
  ['POST', '/api/policies', { document: defaultPolicy() }],
  ['DELETE', '/api/api-keys/abcdefgh'],
  ['DELETE', '/api/endpoints/unknown'],
  ['POST', '/api/connections/unknown/check'],
  ['DELETE', '/api/connections/unknown'],
  ['DELETE', '/api/mcp-gateways/unknown'],
  ['POST', '/api/teams', { id: 'finance', name: 'Finance' }],
  ['DELETE', '/api/teams/finance'],
  ['POST', '/api/teams/finance/members', { operatorId: 'opr_nobody' }],
  ['DELETE', '/api/teams/finance/members/opr_nobody'],
  ['PUT', '/api/schedules/night', { document: schedule }],
  ['DELETE', '/api/schedules/night'],
  ['POST', '/api/schedules/night/overrides', { from: '2026-12-24T00:00:00Z', to: '2026-12-25T00:00:00Z', operators: ['opr_nobody'] }],
  ['DELETE', '/api/schedules/night/overrides/christmas'],
  ['POST', '/api/escalations', { document: { id: 'standard', levels: [] } }],
  ['PUT', '/api/organization/working-hours', { workingHours: null }],
  ['PUT', '/api/organization/solo-mode', { on: false }],
  ['PUT', '/api/organization/activation-rule', { secondPerson: true }],
  ['PUT', '/api/organization/retention', { months: 6, paused: true }],
  ['POST', '/api/organization/kill-switch', { reason: 'stop' }],
  ['POST', '/api/organization/kill-switch/release', {}],
  ['POST', '/api/members/opr_nobody/absences', { from: '2026-12-24T00:00:00Z', to: '2026-12-25T00:00:00Z' }],
  ['DELETE', '/api/members/opr_nobody/absences/abs_x'],
  ['PUT', '/api/members/opr_nobody/quiet-hours', { quietHours: null }],
  ['POST', '/api/grants', { pattern: { tool: 'issue_refund' }, usesMax: 1, expiresAt: '2026-12-24T00:00:00Z', reason: 'x' }],
  ['DELETE', '/api/grants/grt_unknown'],
  ['PUT', '/api/policies/default/versions/1/shadow', { on: true }],
  ['POST', '/api/policies/default/versions/1/propose'],
  ['POST', '/api/policies/default/versions/1/activate'],
  ['POST', '/api/policies/default/versions/1/retire'],
  ['POST', '/api/policy-drafts', { document: defaultPolicy() }],
  ['POST', '/api/policy-drafts/drf_unknown/publish', {}],
  ['POST', '/api/bands/release', { agentId: 'assistant', tool: 'issue_refund', band: { from: null, to: null } }],
  ['POST', '/api/calibration/propose', { agentId: 'assistant', tool: 'issue_refund', band: { from: null, to: null } }],
];
/** Stops an agent of the first organisation. */
const AGENT_SWITCH = { scope: { kind: 'agent', agentId: 'assistant' }, reason: 'stop' };
/** What everybody does for themselves. */
const OWN: readonly (readonly [string, string, object?])[] = [
  ['POST', '/api/tokens', {}],
  ['DELETE', '/api/tokens/abcdefgh'],
  ['POST', '/api/sign-out'],
];
const VERBS = ['claim', 'release', 'approve', 'reject', 'modify', 'comment', 'escalate'] as const;

let world: RunningConsole;
let approval: string;
const path = (route: string) => route.replace(':id', approval);
const writes = () => [
  ...SETTINGS,
  ...VERBS.map(verb => ['POST', `/api/approvals/${approval}/${verb}`, {}] as const),
  ['POST', '/api/approvals:bulk', { verb: 'approve', ids: [approval] }] as const,
  ...OWN,
];

const tokenOf = async (roles: Role[], tenant?: string): Promise<string> =>
  (await aMember(world, roles, tenant)).headers.authorization.replace('Bearer ', '');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const problemCode = async (reply: Response) => ((await reply.json()) as { code: string }).code;
const eventsOf = async () => {
  let count = 0;
  await world.parts.eventLog.replay({ from: 'start', prefixes: [''], onEvents: events => void (count += events.length) });
  return count;
};

beforeAll(async () => {
  world = await startConsole();
  approval = await world.pending();
});
afterAll(() => world.close());

describe('without credentials', () => {
  it('every route answers 401, known or not', async () => {
    for (const route of [...READS, ...COMMON_READS, '/api', '/api/', '/api/unknown', '/api/../api/me', '/%61pi/me'])
      expect((await world.call('GET', path(route), undefined, {})).status, route).toBe(401);
    for (const [method, route, body] of writes())
      expect((await world.call(method, route, body, {})).status, `${method} ${route}`).toBe(401);
  });

  it('a wrong, foreign or malformed token is no credential, and a cookie beside it does not help', async () => {
    const cookie = await signIn();
    for (const authorization of [
      'Bearer hpo_wrong',
      `Bearer ${newCredential('hpo').token}`,
      `Bearer ${world.credentials.apiKey}`,
      'Basic YTpi',
      'Bearer',
    ]) {
      expect((await world.call('GET', '/api/me', undefined, { authorization })).status, authorization).toBe(401);
      expect((await world.call('GET', '/api/me', undefined, { authorization, cookie })).status, authorization).toBe(401);
    }
  });
});

describe('roles', () => {
  it.each([['viewer'], ['auditor']] as const)('a %s reads approvals and changes nothing', async role => {
    const headers = bearer(await tokenOf([role]));
    for (const route of ['/api/me', '/api/inbox', '/api/approvals/:id', '/api/approvals/:id/events'])
      expect((await world.call('GET', path(route), undefined, headers)).status, route).toBe(200);
    const before = await eventsOf();
    for (const [method, route, body] of writes()) {
      if (OWN.some(([, own]) => own === route)) continue;
      const reply = await world.call(method, route, body, headers);
      expect([reply.status, await problemCode(reply)], `${method} ${route}`).toEqual([403, 'role_required']);
    }
    expect(await eventsOf()).toBe(before);
  });

  it('an operator sees no settings and changes none', async () => {
    const headers = bearer(await tokenOf(['operator']));
    for (const route of READS.slice(5)) expect((await world.call('GET', route, undefined, headers)).status, route).toBe(403);
    for (const [method, route, body] of SETTINGS) expect((await world.call(method, route, body, headers)).status, route).toBe(403);
  });

  it('everybody who works here sees who is there, who is on call and who is asked next', async () => {
    const headers = bearer(await tokenOf(['viewer']));
    for (const route of COMMON_READS)
      expect((await world.call('GET', route, undefined, headers)).status, route).toBe(route.includes('unknown') ? 404 : 200);
  });

  it('an auditor sees every setting, a senior how the gate is set', async () => {
    const auditor = bearer(await tokenOf(['auditor']));
    for (const route of READS.slice(5)) expect((await world.call('GET', route, undefined, auditor)).status, route).toBe(200);
    const senior = bearer(await tokenOf(['senior']));
    for (const route of READS.slice(READS.indexOf('/api/policies')))
      expect((await world.call('GET', route, undefined, senior)).status, route).toBe(200);
    for (const route of READS.slice(5, READS.indexOf('/api/policies')))
      expect((await world.call('GET', route, undefined, senior)).status, route).toBe(403);
  });

  it('a senior may pull the brake and make grants, but neither let go of the brake nor change settings', async () => {
    const headers = bearer(await tokenOf(['senior']));
    const mayDo = ['/api/organization/kill-switch', '/api/grants', '/api/grants/grt_unknown'];
    for (const [method, route, body] of SETTINGS.filter(([, path]) => !mayDo.includes(path)))
      expect((await world.call(method, route, body, headers)).status, `${method} ${route}`).toBe(403);
    expect((await world.call('DELETE', '/api/grants/grt_unknown', undefined, headers)).status).toBe(404);
  });

  it('an admin can neither switch solo mode on nor four eyes off', async () => {
    const headers = bearer(await tokenOf(['admin']));
    expect((await world.call('PUT', '/api/organization/solo-mode', { on: true }, headers)).status).toBe(403);
    expect((await world.call('PUT', '/api/organization/activation-rule', { secondPerson: false }, headers)).status).toBe(403);
  });

  it('an admin cannot make an owner', async () => {
    const body = { email: 'boss@example.test', name: 'Boss', roles: ['owner'] };
    expect((await world.call('POST', '/api/members', body, bearer(await tokenOf(['admin'])))).status).toBe(403);
  });

  it('a role taken away is gone with the next request', async () => {
    const token = await tokenOf(['admin']);
    const { operatorId } = await world.json<{ operatorId: string }>('GET', '/api/me', undefined, bearer(token));
    expect((await world.call('GET', '/api/members', undefined, bearer(token))).status).toBe(200);
    const { revision } = await world.parts.eventLog.load(streamOf.operator(operatorId));
    const at = world.parts.now();
    const { position } = await world.parts.eventLog.append(
      streamOf.operator(operatorId),
      [{ type: 'RoleRevoked', data: { operatorId, role: 'admin', at } }],
      {
        expectedRevision: revision,
        commandId: newId('cmd'),
        tenant: world.credentials.organizationId,
        actor: 'service:spec',
        recordedAt: at,
      },
    );
    await world.parts.directory.atLeast(position);
    expect((await world.call('GET', '/api/members', undefined, bearer(token))).status).toBe(403);
  });
});

describe('another tenant', () => {
  it('finds nothing: its approvals look as if they did not exist, and settings are its own', async () => {
    await world.shown(approval);
    const headers = bearer(await tokenOf(['owner'], 'org_other'));
    expect((await world.call('GET', path('/api/approvals/:id'), undefined, headers)).status).toBe(404);
    expect((await world.call('GET', path('/api/approvals/:id/events'), undefined, headers)).status).toBe(404);
    for (const view of ['mine', 'team', 'all', 'decided'])
      expect(await world.json('GET', `/api/inbox?view=${view}`, undefined, headers), view).toMatchObject({ items: [], counts: { all: 0 } });
    for (const route of ['/api/agents', '/api/api-keys', '/api/endpoints', '/api/connections', '/api/policies', '/api/policy-drafts'])
      expect(await world.json('GET', route, undefined, headers), route).toEqual({ items: [] });
    for (const route of [
      '/api/teams',
      '/api/schedules',
      '/api/escalations',
      '/api/grants',
      '/api/bands',
      '/api/reviews',
      '/api/calibration',
    ])
      expect(await world.json('GET', route, undefined, headers), route).toMatchObject({ items: [] });
    expect((await world.call('POST', '/api/policies/default/versions/1/activate', undefined, headers)).status).toBe(404);
    expect((await world.call('POST', '/api/organization/kill-switch', AGENT_SWITCH, headers)).status).toBe(404);
    const keys = await world.json<{ items: { id: string }[] }>('GET', '/api/api-keys');
    for (const { id } of keys.items) expect((await world.call('DELETE', `/api/api-keys/${id}`, undefined, headers)).status).toBe(404);
    expect((await world.call('POST', '/api/api-keys', { agentId: 'assistant' }, headers)).status).toBe(404);
  });
});

const signIn = async (body: object = { email: world.credentials.email, password: world.credentials.password }) => {
  const reply = await world.call('POST', '/api/sign-in', body, {});
  expect(reply.status).toBe(200);
  return reply.headers.getSetCookie()[0]!.split(';')[0]!;
};

describe('a session', () => {
  it('begins with email and password, in a cookie no script can read, and ends with sign-out', async () => {
    const reply = await world.call('POST', '/api/sign-in', { email: world.credentials.email, password: world.credentials.password }, {});
    const [cookie = ''] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/^holdpoint=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const headers = { cookie: cookie.split(';')[0]!, origin: world.url };
    expect(await world.json('GET', '/api/me', undefined, headers)).toMatchObject({ email: world.credentials.email, roles: ['owner'] });
    expect((await world.call('POST', '/api/sign-out', undefined, headers)).status).toBe(204);
    expect((await world.call('GET', '/api/me', undefined, headers)).status).toBe(401);
  });

  it('is an event, and a wrong password is not a session', async () => {
    const before = await eventsOf();
    const wrong = await world.call('POST', '/api/sign-in', { email: world.credentials.email, password: 'not the password' }, {});
    expect([wrong.status, await problemCode(wrong)]).toEqual([401, 'wrong_credentials']);
    expect(await eventsOf()).toBe(before);
    await signIn();
    expect(await eventsOf()).toBe(before + 1);
  });

  it('makes a guesser wait', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1)
      await world.call('POST', '/api/sign-in', { email: 'guessed@example.test', password: `guess ${attempt}` }, {});
    const reply = await world.call('POST', '/api/sign-in', { email: 'guessed@example.test', password: 'one more' }, {});
    expect(reply.status).toBe(429);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(800);
  });
});

describe("another site's page", () => {
  it.each([
    ['says so', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['is a sibling', { origin: 'http://evil.127.0.0.1.example', 'sec-fetch-site': 'same-site' }],
    ['hides its origin', { origin: 'null' }],
    ['sends no header a browser would send', {}],
    ['claims our origin but the browser knows better', { origin: 'self', 'sec-fetch-site': 'cross-site' }],
  ])('cannot write with the cookie when it %s', async (_how, headers: Record<string, string>) => {
    const sent = { ...headers, ...(headers['origin'] === 'self' ? { origin: world.url } : {}) };
    const cookie = await signIn();
    const before = await eventsOf();
    for (const [method, route, body] of writes()) {
      const reply = await world.call(method, route, body, { cookie, ...sent });
      expect([reply.status, await problemCode(reply)], `${method} ${route}`).toEqual([403, 'cross_site']);
    }
    expect(await eventsOf()).toBe(before);
  });

  it('cannot post a form, and cannot sign somebody in', async () => {
    const cookie = await signIn();
    const form = { cookie, origin: world.url, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await world.call('POST', `/api/approvals/${approval}/approve`, 'note=x', form)).status).toBe(415);
    const body = { email: world.credentials.email, password: world.credentials.password };
    expect(
      (await world.call('POST', '/api/sign-in', body, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403);
  });
});

describe('a GET', () => {
  it('changes nothing, whatever it asks for', async () => {
    const before = await eventsOf();
    for (const route of [...READS.filter(read => read !== '/api/live'), ...writes().map(([, route]) => route)])
      await world.call('GET', path(route));
    await world.call('GET', `/api/approvals/${approval}/approve?note=x`);
    expect(await eventsOf()).toBe(before);
  });
});

describe('every answer', () => {
  it('carries the security headers, errors included', async () => {
    for (const route of ['/', '/api/me', '/api/unknown', '/healthz', '/nothing.js']) {
      const { headers } = await world.call('GET', route);
      expect(headers.get('content-security-policy'), route).toContain("default-src 'none'");
      expect(headers.get('content-security-policy'), route).toContain("require-trusted-types-for 'script'");
      expect(headers.get('x-content-type-options'), route).toBe('nosniff');
      expect(headers.get('referrer-policy'), route).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy'), route).toBe('same-origin');
      expect(headers.get('x-powered-by'), route).toBeNull();
    }
  });
});
