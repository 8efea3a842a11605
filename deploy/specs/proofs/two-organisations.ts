import { streamOf } from '@holdpoint/contracts';
import { defaultPolicy } from '@holdpoint/gate';
import { notification } from '@holdpoint/notification';
import { joinByInvitation } from '@holdpoint/testing';
import { aMember, type AMember } from '../console/a-member.ts';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

/** A word that is in every name and text of the first organisation, and nowhere in the second. */
export const CANARY = 'kanarienvogel';

/** Ids of the first organisation, by the parameter of a route that takes them. */
export type Ours = Record<
  | 'approval'
  | 'told'
  | 'agent'
  | 'apiKey'
  | 'endpoint'
  | 'connection'
  | 'mcpGateway'
  | 'policy'
  | 'draft'
  | 'team'
  | 'schedule'
  | 'override'
  | 'escalation'
  | 'grant'
  | 'member'
  | 'absence'
  | 'address'
  | 'enrolment'
  | 'token'
  | 'invitation'
  | 'session'
  | 'inboxView',
  string
>;

export type TwoOrganisations = {
  world: RunningConsole;
  ours: Ours;
  /** Owner of the other organisation. */
  stranger: AMember;
  close(): Promise<void>;
};

const OTHER = 'org_other';
const IN_A_WEEK = new Date(Date.now() + 7 * 86_400_000).toISOString();
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();
const NOW = new Date().toISOString();

/** The console beside decision and notification, with one of everything in its first organisation, and a second organisation that has only an owner. */
export const startTwoOrganisations = async (): Promise<TwoOrganisations> => {
  const world = await startConsole();
  const env = { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_TRANSPORT: 'inProcess', NOTIFICATION_PORT: '0', LOG_LEVEL: 'fatal' };
  const telling = await notification.start(notification.readConfig(env), world.parts);
  await world.parts.eventLog.append(
    streamOf.organization(OTHER),
    [{ type: 'OrganizationCreated', data: { organizationId: OTHER, name: 'Other', at: NOW } }],
    { expectedRevision: 'none', commandId: 'other', tenant: OTHER, actor: 'service:spec', recordedAt: NOW },
  );
  const stranger = await aMember(world, ['owner'], OTHER);
  return {
    world,
    ours: await oneOfEverything(world),
    stranger,
    close: async () => {
      await telling.close();
      await world.close();
    },
  };
};

/** Makes each kind of thing once, as the owner, through the API. @returns their ids */
const oneOfEverything = async (world: RunningConsole): Promise<Ours> => {
  const made = async (path: string, body: object, method = 'POST') =>
    (await world.json<Record<string, string>>(method, path, body)) as Record<string, string>;
  const owner = (await world.json<{ operatorId: string }>('GET', '/api/me')).operatorId;
  const asked = { contextSummary: CANARY, proposedAction: CANARY, entityId: CANARY, riskLevel: 'medium' as const };
  const told = await world.pending({ private: { arguments: asked } });
  const approval = await world.pending({ private: { arguments: asked } });
  await world.shown(approval);
  await made(`/api/approvals/${told}/reject`, { note: CANARY });
  await world.shown(told, 'decided');
  await made(`/api/approvals/${told}/placeHold`, { note: CANARY });
  const erased = await world.pending({ private: { arguments: asked } });
  await made(`/api/approvals/${erased}/reject`, { note: CANARY });
  await made(`/api/approvals/${erased}/erase`, { note: CANARY });
  const token = world.credentials.personalAccessToken;
  const joining = { consoleUrl: world.url, token, email: `${CANARY}@example.test`, name: CANARY, roles: ['operator'] };
  const { operatorId: member } = await joinByInvitation(joining);
  await made('/api/teams', { id: CANARY, name: CANARY });
  await world.call('POST', `/api/teams/${CANARY}/members`, { operatorId: member });
  const layers = [{ name: CANARY, startsOn: '2026-01-01', turns: [[member]] }];
  await made(`/api/schedules/${CANARY}`, { document: { name: CANARY, timeZone: 'Europe/Berlin', layers } }, 'PUT');
  const override = { from: IN_AN_HOUR, to: IN_A_WEEK, operators: [member], reason: CANARY };
  await made('/api/escalations', {
    document: { id: CANARY, onExhausted: 'reject', levels: [{ afterSec: 300, targets: { roles: ['admin'] } }] },
  });
  await made('/api/policies', { document: { ...defaultPolicy(), id: CANARY, name: CANARY }, activate: false });
  await made('/api/policies', { document: { ...defaultPolicy(), id: CANARY, name: CANARY }, activate: false });
  await made('/api/endpoints', { id: CANARY, url: `https://${CANARY}.example.test/hook` });
  const server = { provider: 'openai.assistants', baseUrl: `https://${CANARY}.example.test/v1`, apiKey: 'sk' };
  await made('/api/connections', { id: CANARY, ...server, untested: true });
  await made('/api/mcp-gateways', { id: CANARY, name: CANARY, url: `https://${CANARY}.example.test/mcp`, credential: { bearer: CANARY } });
  const signIn = await world.call('POST', '/api/sign-in', { email: world.credentials.email, password: world.credentials.password }, {});
  const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!;
  const sessions = await world.json<{ items: { id: string }[] }>('GET', '/api/sessions', undefined, { cookie });
  const apiKeys = await world.json<{ items: { id: string }[] }>('GET', '/api/api-keys');
  // Without a mail server no code goes out; what is to be proved stays.
  await world.call('POST', '/api/addresses', { channel: 'email', address: `${CANARY}@home.example.test` });
  const addresses = await world.json<Record<'items' | 'pending', { id: string }[]>>('GET', '/api/addresses');
  return {
    approval,
    told,
    agent: 'assistant',
    apiKey: apiKeys.items[0]!.id,
    endpoint: CANARY,
    connection: CANARY,
    mcpGateway: CANARY,
    policy: CANARY,
    draft: (await made('/api/policy-drafts', { document: { ...defaultPolicy(), id: CANARY, name: CANARY } }))['id']!,
    team: CANARY,
    schedule: CANARY,
    override: (await made(`/api/schedules/${CANARY}/overrides`, override))['overrideId']!,
    escalation: CANARY,
    grant: (await made('/api/grants', { pattern: { tool: CANARY }, usesMax: 1, expiresAt: IN_AN_HOUR, reason: CANARY }))['id']!,
    member: owner,
    absence: (await made(`/api/members/${owner}/absences`, { from: IN_AN_HOUR, to: IN_A_WEEK }))['id']!,
    address: addresses.items[0]!.id,
    enrolment: addresses.pending[0]!.id,
    token: (await made('/api/tokens', {}))['id']!,
    invitation: (await made('/api/invitations', { email: `invited.${CANARY}@example.test`, name: CANARY, roles: ['operator'] }))['id']!,
    session: sessions.items[0]!.id,
    inboxView: (await made('/api/inbox-views', { name: CANARY, filters: { view: 'team', q: CANARY } }))['id']!,
  };
};
