import { defaultPolicy } from '@holdpoint/gate';
import type { Ours } from './two-organisations.ts';

/** Every role, the weakest last. */
export const ROLES = ['owner', 'admin', 'senior', 'operator', 'auditor', 'viewer'] as const;
type RoleName = (typeof ROLES)[number];

/** Who may use a route, in the words of docs/operators-api.md. `anybody` needs no credential. */
const WHO = {
  anybody: ROLES,
  everybody: ROLES,
  owners: ['owner'],
  administrators: ['owner', 'admin'],
  deciders: ['owner', 'admin', 'senior', 'operator'],
  seniors: ['owner', 'admin', 'senior'],
  'seniors and auditors': ['owner', 'admin', 'senior', 'auditor'],
  'administrators and auditors': ['owner', 'admin', 'auditor'],
  /** Administrators; and, for what is their own, everybody. */
  'self and administrators': ['owner', 'admin'],
} as const satisfies Record<string, readonly RoleName[]>;

export type ConsoleRoute = {
  who: keyof typeof WHO;
  /** A body that would be accepted, with what is the first organisation's in it. */
  body?: (ours: Ours) => object;
  query?: string;
  /**
   * What another organisation meets. `hidden`, the default for a route with an id in it: as if there were no such thing. `own`: the name is each
   * organisation's own, or nothing is named; then nothing of ours may be in the answer or change. `refused`: the ids are in the body.
   */
  stranger?: 'own' | 'refused';
  /** Only a browser's session may, so a token learns nothing, its own organisation's included. */
  session?: true;
};

export const rolesOf = ({ who }: ConsoleRoute): readonly RoleName[] => WHO[who];

const HOUR = 3_600_000;
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const policy = { ...defaultPolicy(), id: 'another', name: 'Another' };
const band = { from: null, to: null };
const openQuietHours = () => ({ quietHours: null });

/** How people sign in, and what they do for themselves. */
const ACCOUNTS: Record<string, ConsoleRoute> = {
  'POST /api/sign-in': { who: 'anybody' },
  'GET /api/sign-in/methods': { who: 'anybody' },
  'POST /api/sign-in/second-factor': { who: 'anybody' },
  'POST /api/sign-in/passkey': { who: 'anybody' },
  'POST /api/sign-in/passkey/options': { who: 'anybody' },
  'POST /api/sign-in/oidc': { who: 'anybody' },
  'POST /api/sign-in/oidc/finish': { who: 'anybody' },
  'GET /api/organization/sign-in-policy': { who: 'administrators and auditors' },
  'PUT /api/organization/sign-in-policy': { who: 'owners' },
  'PUT /api/organization/single-sign-on': { who: 'owners' },
  'DELETE /api/organization/single-sign-on': { who: 'owners' },
  'GET /api/exports/access-review': { who: 'administrators and auditors' },
  'POST /api/password-reset': { who: 'anybody' },
  'POST /api/password-reset/confirm': { who: 'anybody' },
  'POST /api/invitations/look': { who: 'anybody' },
  'POST /api/invitations/passkey': { who: 'anybody' },
  'POST /api/invitations/accept': { who: 'anybody' },
  'GET /api/invitations': { who: 'administrators and auditors' },
  'POST /api/invitations': {
    who: 'administrators',
    body: ({ team }) => ({ email: 'new@example.test', name: 'New', roles: ['operator'], teams: [team] }),
    stranger: 'refused',
  },
  'DELETE /api/invitations/:id': { who: 'administrators' },
  'POST /api/sign-out': { who: 'everybody' },
  'GET /api/sessions': { who: 'everybody' },
  'DELETE /api/sessions': { who: 'everybody' },
  'DELETE /api/sessions/:id': { who: 'everybody' },
  'DELETE /api/members/:id/sessions': { who: 'administrators' },
  'GET /api/security': { who: 'everybody' },
  'POST /api/me/email': { who: 'everybody', session: true },
  'POST /api/me/email/confirm': { who: 'anybody' },
  'PUT /api/security/password': { who: 'everybody', session: true },
  'POST /api/security/passkeys': { who: 'everybody', session: true },
  'POST /api/security/passkeys/options': { who: 'everybody', session: true },
  'DELETE /api/security/passkeys/:id': { who: 'everybody', session: true },
  'POST /api/security/totp': { who: 'everybody', session: true },
  'POST /api/security/totp/confirm': { who: 'everybody', session: true },
  'DELETE /api/security/totp': { who: 'everybody', session: true },
  'POST /api/security/recovery-codes': { who: 'everybody', session: true },
  'GET /api/tokens': { who: 'everybody' },
  'POST /api/tokens': { who: 'everybody', body: () => ({}) },
  'DELETE /api/tokens/:id': { who: 'everybody' },
  'GET /api/me': { who: 'everybody' },
};

const APPROVALS: Record<string, ConsoleRoute> = {
  'GET /api/inbox': { who: 'everybody', query: 'view=all' },
  'GET /api/live': { who: 'everybody' },
  'GET /api/approvals/:id/related': { who: 'everybody' },
  'GET /api/inbox-views': { who: 'everybody' },
  'POST /api/inbox-views': { who: 'everybody', body: () => ({ name: 'Mine', filters: { view: 'mine' } }) },
  'DELETE /api/inbox-views/:id': { who: 'everybody' },
  'GET /api/approvals/:id': { who: 'everybody' },
  'GET /api/approvals/:id/events': { who: 'everybody' },
  'POST /api/approvals/:id/view': { who: 'deciders', body: () => ({ part: 'request' }) },
  'POST /api/approvals/:id/:verb': { who: 'deciders', body: () => ({ note: 'seen' }) },
  'POST /api/approvals/:id/step-up': { who: 'deciders', session: true, body: () => ({ verb: 'approve' }) },
  'POST /api/approvals:bulk': {
    who: 'deciders',
    body: ({ approval }) => ({ verb: 'comment', ids: [approval], note: 'x' }),
    stranger: 'refused',
  },
  'GET /api/exports/approvals': { who: 'seniors and auditors' },
  'GET /api/exports/decisions': { who: 'seniors and auditors' },
  'GET /api/exports/metrics': { who: 'seniors and auditors' },
  'GET /api/metrics': { who: 'seniors and auditors' },
  'GET /api/metrics/requests': { who: 'seniors and auditors' },
  'GET /api/exports/audit': { who: 'administrators and auditors' },
  'GET /api/exports/training': { who: 'administrators and auditors' },
  'GET /api/reviews': { who: 'seniors and auditors' },
  'GET /api/bands': { who: 'seniors and auditors' },
  'POST /api/bands/release': { who: 'administrators', body: ({ agent: agentId }) => ({ agentId, tool: 'x', band }), stranger: 'refused' },
  'GET /api/calibration': { who: 'seniors and auditors' },
  'POST /api/calibration/propose': {
    who: 'administrators',
    body: ({ agent: agentId }) => ({ agentId, tool: 'x', band }),
    stranger: 'refused',
  },
};

const PEOPLE: Record<string, ConsoleRoute> = {
  'GET /api/people': { who: 'everybody' },
  'GET /api/members': { who: 'administrators and auditors' },
  'DELETE /api/members/:id': { who: 'administrators' },
  'POST /api/members/:id/roles': { who: 'administrators', body: () => ({ role: 'viewer' }) },
  'DELETE /api/members/:id/roles/:role': { who: 'administrators' },
  'POST /api/members/:id/password-reset': { who: 'administrators' },
  'POST /api/members': { who: 'administrators', body: () => ({ email: 'x@example.test', name: 'X', roles: ['viewer'] }) },
  'GET /api/teams': { who: 'everybody' },
  'POST /api/teams': { who: 'administrators', body: () => ({ id: 'another', name: 'Another' }) },
  'POST /api/teams/:id/members': { who: 'administrators', body: ({ member: operatorId }) => ({ operatorId }) },
  'DELETE /api/teams/:id/members/:operatorId': { who: 'administrators' },
  'DELETE /api/teams/:id': { who: 'administrators' },
  'GET /api/members/:id/availability': { who: 'self and administrators' },
  'POST /api/members/:id/absences': { who: 'self and administrators', body: () => ({ from: at(HOUR), to: at(2 * HOUR) }) },
  'DELETE /api/members/:id/absences/:absenceId': { who: 'self and administrators' },
  'PUT /api/members/:id/quiet-hours': { who: 'self and administrators', body: openQuietHours },
  'GET /api/addresses': { who: 'everybody' },
  'POST /api/addresses': { who: 'everybody', body: () => ({ channel: 'email', address: 'x@example.test' }) },
  'POST /api/addresses/:addressId/verify': { who: 'everybody', body: () => ({ code: '123456' }) },
  'GET /api/members/:id/addresses': { who: 'self and administrators' },
  'DELETE /api/members/:id/addresses/:addressId': { who: 'self and administrators' },
  'PUT /api/members/:id/notification-rules': { who: 'self and administrators', body: () => ({ rules: null }) },
  'PUT /api/members/:id/profile': { who: 'self and administrators', body: () => ({ language: 'en', timeZone: 'UTC' }) },
};

const SETTINGS: Record<string, ConsoleRoute> = {
  'GET /api/agents': { who: 'administrators and auditors' },
  'POST /api/agents': { who: 'administrators', body: ({ agent: id }) => ({ id, name: 'Taken over' }), stranger: 'refused' },
  'GET /api/api-keys': { who: 'administrators and auditors' },
  'POST /api/api-keys': { who: 'administrators', body: ({ agent: agentId }) => ({ agentId }), stranger: 'refused' },
  'PUT /api/agents/:id/callback-hosts': { who: 'administrators', body: () => ({ hosts: [] }) },
  'POST /api/api-keys/:id/rotate': { who: 'administrators', body: () => ({ overlapSec: 60 }) },
  'DELETE /api/api-keys/:id': { who: 'administrators' },
  'GET /api/endpoints': { who: 'administrators and auditors' },
  'POST /api/endpoints': {
    who: 'administrators',
    body: ({ endpoint: id }) => ({ id, url: 'https://example.test/other' }),
    stranger: 'own',
  },
  'POST /api/endpoints/:id/enable': { who: 'administrators' },
  'POST /api/endpoints/:id/rotate': { who: 'administrators', body: () => ({ overlapSec: 60 }) },
  'POST /api/endpoints/:id/test': { who: 'administrators' },
  'DELETE /api/endpoints/:id': { who: 'administrators' },
  'GET /api/callbacks': { who: 'administrators and auditors', query: 'state=all' },
  'GET /api/callbacks/:id': { who: 'administrators and auditors' },
  'POST /api/callbacks:replay': { who: 'administrators', body: ({ told }) => ({ ids: [told] }), stranger: 'refused' },
  'GET /api/connections': { who: 'administrators and auditors' },
  'POST /api/connections': {
    who: 'administrators',
    body: ({ connection: id }) => ({ id, provider: 'openai.assistants', baseUrl: 'https://example.test/v1', apiKey: 'sk', untested: true }),
    stranger: 'own',
  },
  'POST /api/connections/:id/check': { who: 'administrators' },
  'DELETE /api/connections/:id': { who: 'administrators' },
  'GET /api/mcp-gateways': { who: 'administrators and auditors' },
  'POST /api/mcp-gateways': {
    who: 'administrators',
    body: ({ mcpGateway: id }) => ({ id, name: 'Other', url: 'https://example.test/mcp', credential: { bearer: 'other' } }),
    stranger: 'own',
  },
  'DELETE /api/mcp-gateways/:id': { who: 'administrators' },
  'GET /api/channels': { who: 'everybody' },
  'PUT /api/channels/:channel': { who: 'administrators', body: () => ({ config: {} }), stranger: 'own' },
  'POST /api/channels/:channel/test': { who: 'administrators', stranger: 'own' },
  'DELETE /api/channels/:channel': { who: 'administrators', stranger: 'own' },
  'GET /api/push': { who: 'everybody' },
  'POST /api/push/used': { who: 'everybody', session: true },
  'POST /api/push/press': { who: 'deciders', session: true },
  'POST /api/push/receipts': { who: 'everybody', session: true },
  'GET /api/organization/channel-policy': { who: 'administrators and auditors' },
  'PUT /api/organization/channel-policy': { who: 'administrators', body: () => ({ policy: {} }) },
  'GET /api/templates': { who: 'administrators and auditors' },
  'GET /api/templates/:channel/:language/:kind/versions': { who: 'administrators and auditors', stranger: 'own' },
  'POST /api/templates/preview': { who: 'administrators', body: () => ({ channel: 'email', kind: 'request', document: null }) },
  'PUT /api/templates/:channel/:language/:kind': { who: 'administrators', body: () => ({ document: null }), stranger: 'own' },
};

const GATE: Record<string, ConsoleRoute> = {
  'GET /api/safety': { who: 'everybody' },
  'GET /api/organization': { who: 'seniors and auditors' },
  'GET /api/organization/history': { who: 'seniors and auditors' },
  'PUT /api/organization/profile': { who: 'administrators', body: () => ({ profile: {} }) },
  'GET /api/organization/retention': { who: 'administrators and auditors' },
  'PUT /api/organization/retention': { who: 'administrators', body: () => ({ months: 84, paused: false }) },
  'GET /api/erased': { who: 'administrators and auditors' },
  'GET /api/legal-holds': { who: 'administrators and auditors' },
  'PUT /api/organization/logo': { who: 'administrators', body: () => ({ image: null }) },
  'GET /api/logos/:sha256': { who: 'anybody' },
  'GET /api/first-steps': { who: 'everybody' },
  'PUT /api/organization/working-hours': { who: 'administrators', body: () => ({ workingHours: null }) },
  'PUT /api/organization/solo-mode': { who: 'administrators', body: () => ({ on: false }) },
  'PUT /api/organization/activation-rule': { who: 'administrators', body: () => ({ secondPerson: true }) },
  'POST /api/organization/kill-switch': {
    who: 'seniors',
    body: ({ agent: agentId }) => ({ scope: { kind: 'agent', agentId }, reason: 'stop' }),
    stranger: 'refused',
  },
  'POST /api/organization/kill-switch/release': {
    who: 'administrators',
    body: ({ agent: agentId }) => ({ scope: { kind: 'agent', agentId } }),
    stranger: 'refused',
  },
  'GET /api/schedules': { who: 'everybody' },
  'GET /api/schedules/:id/ahead': { who: 'everybody' },
  'GET /api/schedules/:id/on-call': { who: 'everybody' },
  'PUT /api/schedules/:id': {
    who: 'administrators',
    body: ({ member }) => ({
      document: { name: 'x', timeZone: 'UTC', layers: [{ name: 'x', startsOn: '2026-01-01', turns: [[member]] }] },
    }),
    stranger: 'refused',
  },
  'POST /api/schedules/:id/overrides': {
    who: 'administrators',
    body: ({ member }) => ({ from: at(HOUR), to: at(2 * HOUR), operators: [member] }),
  },
  'DELETE /api/schedules/:id/overrides/:overrideId': { who: 'administrators' },
  'DELETE /api/schedules/:id': { who: 'administrators' },
  'GET /api/escalations': { who: 'everybody' },
  'POST /api/escalations': {
    who: 'administrators',
    body: ({ escalation: id, team }) => ({
      document: { id, onExhausted: 'reject', levels: [{ afterSec: 300, targets: { teams: [team] } }] },
    }),
    stranger: 'refused',
  },
  'GET /api/escalations/:id/versions': { who: 'everybody' },
  'GET /api/grants': { who: 'seniors and auditors' },
  'POST /api/grants': {
    who: 'seniors',
    body: ({ agent: agentId }) => ({ pattern: { tool: 'x', agentId }, usesMax: 1, expiresAt: at(HOUR), reason: 'x' }),
    stranger: 'refused',
  },
  'DELETE /api/grants/:id': { who: 'seniors' },
  'GET /api/policies': { who: 'seniors and auditors' },
  'POST /api/policies': {
    who: 'administrators',
    body: ({ policy: id }) => ({ document: { ...policy, id }, activate: false }),
    stranger: 'own',
  },
  'POST /api/policies/check': { who: 'seniors and auditors', body: () => ({ text: 'id: x' }) },
  'GET /api/policies/:id/diff': { who: 'seniors and auditors', query: 'from=1' },
  'GET /api/policies/:id/versions': { who: 'seniors and auditors' },
  'GET /api/policies/:id/versions/:version': { who: 'seniors and auditors' },
  'GET /api/policies/:id/versions/:version/text': { who: 'seniors and auditors' },
  'PUT /api/policies/:id/versions/:version/shadow': { who: 'administrators', body: () => ({ on: true }) },
  'POST /api/policies/:id/versions/:version/propose': { who: 'administrators' },
  'POST /api/policies/:id/versions/:version/activate': { who: 'administrators' },
  'POST /api/policies/:id/versions/:version/retire': { who: 'administrators' },
  'GET /api/policy-drafts': { who: 'seniors and auditors' },
  'POST /api/policy-drafts': { who: 'administrators', body: ({ draft: draftId }) => ({ document: policy, draftId }), stranger: 'refused' },
  'POST /api/policy-drafts/:id/publish': { who: 'administrators', body: () => ({}) },
};

/**
 * Every route of the console's API: who may use it, and what another organisation meets there. A route that is not here fails the matrix; so does a
 * line here that no route answers to.
 */
export const CONSOLE_ROUTES: Readonly<Record<string, ConsoleRoute>> = { ...ACCOUNTS, ...APPROVALS, ...PEOPLE, ...SETTINGS, ...GATE };

/** What needs no matrix: the web app's own files, and what the machine asks (no tenant's data is in either). */
export const WITHOUT_A_TENANT: readonly string[] = ['GET /', 'GET /*', 'GET /healthz', 'GET /readyz', 'GET /metrics'];

/** What is answered by no row of the read model or the directory, so that nothing of the first organisation can be seen there before it happens. */
export const SHOW_NOTHING_YET: readonly string[] = [
  'GET /api/reviews',
  'GET /api/bands',
  'GET /api/calibration',
  'GET /api/templates',
  'GET /api/templates/:channel/:language/:kind/versions',
  'GET /api/first-steps',
  'GET /api/channels',
  'GET /api/push',
  'GET /api/security',
  'GET /api/organization/sign-in-policy',
  'GET /api/safety',
  'GET /api/organization',
  'GET /api/organization/channel-policy',
  'GET /api/organization/retention',
];

/** Which of our ids stands for `:id`, by what the path begins with. */
const ID_OF: readonly (readonly [string, keyof Ours])[] = [
  ['/api/approvals/', 'approval'],
  ['/api/callbacks/', 'told'],
  ['/api/agents/', 'agent'],
  ['/api/api-keys/', 'apiKey'],
  ['/api/endpoints/', 'endpoint'],
  ['/api/connections/', 'connection'],
  ['/api/mcp-gateways/', 'mcpGateway'],
  ['/api/policies/', 'policy'],
  ['/api/policy-drafts/', 'draft'],
  ['/api/teams/', 'team'],
  ['/api/schedules/', 'schedule'],
  ['/api/escalations/', 'escalation'],
  ['/api/grants/', 'grant'],
  ['/api/members/', 'member'],
  ['/api/tokens/', 'token'],
  ['/api/inbox-views/', 'inboxView'],
  ['/api/invitations/', 'invitation'],
  ['/api/sessions/', 'session'],
  ['/api/security/passkeys/', 'session'],
];

/** The address of a route with the first organisation's ids in it. @throws Error when a parameter stands for nothing known: say here what it is */
export const addressOf = (path: string, ours: Ours): string =>
  path.replace(/:(\w+)(?=\/|$)/g, (whole, name: string, offset: number) => {
    if (path[offset - 1] !== '/') return whole;
    const known: Record<string, string> = {
      verb: 'comment',
      version: '1',
      channel: 'email',
      language: 'en',
      kind: 'request',
      role: 'viewer',
      operatorId: ours.member,
      absenceId: ours.absence,
      addressId: path.startsWith('/api/addresses/') ? ours.enrolment : ours.address,
      overrideId: ours.override,
      // Of an image that nobody has: those that there are are shown to whoever comes.
      sha256: '0'.repeat(64),
    };
    const named = known[name] ?? (name === 'id' ? ours[ID_OF.find(([start]) => path.startsWith(start))?.[1] ?? 'agent'] : undefined);
    if (named === undefined || (name === 'id' && !ID_OF.some(([start]) => path.startsWith(start))))
      throw new Error(`no id of the first organisation is known for ${whole} in ${path}`);
    return named;
  });

/** Whether the path names something by an id. */
export const namesSomething = (path: string): boolean => /\/:\w/.test(path);
