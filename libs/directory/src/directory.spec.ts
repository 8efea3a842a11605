import { gatePolicy, type Event, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import { newCredential } from '@holdpoint/sealing';
import { describe, expect, it } from 'vitest';
import { emptyDirectory } from './directory-state.ts';
import { evolveDirectory } from './evolve-directory.ts';
import { lookups } from './lookups.ts';

const at = '2026-11-22T10:00:00.000Z';
const recorded = (event: Event, tenant = 'org_a'): RecordedEvent => ({
  ...event,
  stream: 'organization-org_a',
  revision: 0,
  id: '00000000-0000-5000-8000-000000000000',
  metadata: { tenant, actor: 'operator:opr_owner', schemaVersion: 1, recordedAt: at },
});
const after = (...events: (SettingsEvent | [SettingsEvent, string])[]) => {
  const state = evolveDirectory(emptyDirectory, ...events.map(entry => (Array.isArray(entry) ? recorded(...entry) : recorded(entry))));
  return lookups(
    () => state,
    () => '2026-11-22T12:00:00.000Z',
  );
};
const joined = (operatorId: string, organizationId = 'org_a'): SettingsEvent => ({
  type: 'MemberJoined',
  data: { operatorId, organizationId, at, private: { email: `${operatorId}@example.com`, name: operatorId } },
});
const granted = (operatorId: string, role: 'owner' | 'senior' | 'operator'): SettingsEvent => ({
  type: 'RoleGranted',
  data: { operatorId, role, at },
});
const revoked = (operatorId: string, role: 'owner' | 'senior'): SettingsEvent => ({ type: 'RoleRevoked', data: { operatorId, role, at } });
const removed = (operatorId: string): SettingsEvent => ({ type: 'MemberRemoved', data: { operatorId, at } });
const issued = (hash: string, expiresAt: string | null = null): SettingsEvent => ({
  type: 'ApiKeyIssued',
  data: { agentId: 'agt_a', keyId: 'key1', hash, mode: 'live', scopes: ['requests:write'], at, expiresAt },
});

describe('a member', () => {
  it('holds the roles granted and not revoked', () => {
    const directory = after(joined('a'), granted('a', 'owner'), granted('a', 'senior'), granted('a', 'senior'), revoked('a', 'owner'));
    expect(directory.operator('a')).toMatchObject({ tenant: 'org_a', name: 'a', email: 'a@example.com', roles: ['senior'] });
  });
  it('who was removed is nobody, and what is said about them later does not bring them back', () => {
    expect(after(joined('a'), removed('a'), granted('a', 'owner')).operator('a')).toBeNull();
  });
  it('who joins again starts without roles', () => {
    expect(after(joined('a'), granted('a', 'owner'), removed('a'), joined('a')).operator('a')?.roles).toEqual([]);
  });
  it('is reached on addresses that are not disabled, and told apart by whether they are verified', () => {
    const address = (addressId: string): SettingsEvent => ({
      type: 'ChannelAddressAdded',
      data: { operatorId: 'a', addressId, channel: 'email', at, private: { address: `${addressId}@example.com` } },
    });
    const directory = after(
      joined('a'),
      address('one'),
      address('two'),
      address('three'),
      { type: 'ChannelAddressVerified', data: { operatorId: 'a', addressId: 'one', at } },
      { type: 'ChannelAddressDisabled', data: { operatorId: 'a', addressId: 'two', reason: 'bounced', at } },
    );
    expect(directory.operator('a')?.addresses).toEqual([
      { addressId: 'one', channel: 'email', address: 'one@example.com', route: null, verified: true, verifiedAt: at, usedAt: null },
      { addressId: 'three', channel: 'email', address: 'three@example.com', route: null, verified: false, verifiedAt: null, usedAt: null },
    ]);
  });
});

describe('people for a step', () => {
  const directory = after(
    joined('c'),
    joined('a'),
    joined('b'),
    joined('z', 'org_b'),
    granted('a', 'senior'),
    granted('b', 'operator'),
    granted('z', 'senior'),
  );
  it('are those with one of the roles and those named, in the tenant only', () => {
    const ids = (roles: ('senior' | 'operator' | 'owner')[], operators: string[] = []) =>
      directory.operatorsWith('org_a', { roles, operators }).map(person => person.operatorId);
    expect(ids(['senior'])).toEqual(['a']);
    expect(ids(['senior', 'operator'])).toEqual(['a', 'b']);
    expect(ids(['owner'], ['c', 'z', 'nobody'])).toEqual(['c']);
    expect(ids([])).toEqual([]);
  });
});

describe('an API key', () => {
  const key = newCredential('hp_live');
  it('is found by its token', () => {
    expect(after(issued(key.hash)).findApiKey(key.token)).toEqual({
      tenant: 'org_a',
      agentId: 'agt_a',
      keyId: 'key1',
      scopes: ['requests:write'],
      mode: 'live',
    });
  });
  it('is not found when mistyped, unknown, expired or revoked', () => {
    const revocation: SettingsEvent = { type: 'ApiKeyRevoked', data: { agentId: 'agt_a', keyId: 'key1', at } };
    expect(after(issued(key.hash)).findApiKey(`${key.token}x`)).toBeNull();
    expect(after(issued(key.hash)).findApiKey(newCredential('hp_live').token)).toBeNull();
    expect(after(issued(key.hash, '2026-11-22T12:00:00.000Z')).findApiKey(key.token)).toBeNull();
    expect(after(issued(key.hash, '2026-11-22T12:00:00.001Z')).findApiKey(key.token)).not.toBeNull();
    expect(after(issued(key.hash), revocation).findApiKey(key.token)).toBeNull();
  });
  it('does not sign an operator in', () => {
    expect(after(issued(key.hash)).findToken(key.token)).toBeNull();
  });
});

describe('a personal access token', () => {
  const token = newCredential('hpo');
  const tokenIssued: SettingsEvent = {
    type: 'PersonalAccessTokenIssued',
    data: { operatorId: 'a', tokenId: 't1', hash: token.hash, at, expiresAt: null },
  };
  it('stands for its operator until it is revoked or the operator is removed', () => {
    expect(after(joined('a'), tokenIssued).findToken(token.token)).toEqual({ tenant: 'org_a', operatorId: 'a' });
    expect(after(joined('a'), tokenIssued, removed('a')).findToken(token.token)).toBeNull();
    const revocation: SettingsEvent = { type: 'PersonalAccessTokenRevoked', data: { operatorId: 'a', tokenId: 't1', at } };
    expect(after(joined('a'), tokenIssued, revocation).findToken(token.token)).toBeNull();
  });
});

describe('a gate policy', () => {
  const step = { name: 'review', approvers: { roles: ['operator' as const], operators: [] } };
  const document = gatePolicy.parse({ id: 'refunds', name: 'Refunds', rules: [], routes: { any: { steps: [step] } }, defaultRoute: 'any' });
  const published = (version: number): SettingsEvent => ({
    type: 'GatePolicyPublished',
    data: { policyId: 'refunds', version, document, by: 'opr_a', at },
  });
  const activated = (version: number): SettingsEvent => ({
    type: 'GatePolicyActivated',
    data: { policyId: 'refunds', version, by: 'opr_a', at },
  });

  it('is the version activated last; every version stays readable', () => {
    const directory = after(published(1), activated(1), published(2), published(3), activated(2));
    expect(directory.activePolicy('org_a')).toMatchObject({ version: 2, active: true });
    expect(directory.policyVersion('org_a', 'refunds', 1)).toMatchObject({ version: 1, active: false });
    expect(directory.list('policies', 'org_a').map(policy => [policy.version, policy.active])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });
  it('belongs to its tenant', () => {
    const directory = after([published(1), 'org_b'], [activated(1), 'org_b']);
    expect(directory.activePolicy('org_a')).toBeNull();
    expect(directory.policyVersion('org_a', 'refunds', 1)).toBeNull();
    expect(directory.activePolicy('org_b')).toMatchObject({ tenant: 'org_b' });
  });
  it('that was never published cannot become active', () => {
    expect(after(published(1), activated(1), activated(9)).activePolicy('org_a')).toMatchObject({ version: 1 });
  });
});

describe('connections and endpoints', () => {
  const endpoint: SettingsEvent = {
    type: 'EndpointRegistered',
    data: {
      endpointId: 'app',
      at,
      publicKey: 'whpk_x',
      private: { url: 'https://app.example/hook', secret: 'whsec_x', signingKey: 'whsk_x' },
    },
  };
  const connection: SettingsEvent = {
    type: 'ConnectionAdded',
    data: { connectionId: 'openai', provider: 'openai.assistants', at, private: { baseUrl: 'https://api.example', apiKey: 'sk' } },
  };
  it('are found in their tenant, with what is needed to use them', () => {
    const directory = after(endpoint, connection);
    expect(directory.endpoint('org_a', 'app')).toMatchObject({ url: 'https://app.example/hook', secret: 'whsec_x', disabled: false });
    expect(directory.connection('org_a', 'openai')).toMatchObject({ provider: 'openai.assistants', apiKey: 'sk' });
    expect(directory.endpoint('org_b', 'app')).toBeNull();
    expect(directory.connection('org_b', 'openai')).toBeNull();
  });
  it('can be disabled and removed', () => {
    const directory = after(
      endpoint,
      connection,
      { type: 'EndpointDisabled', data: { endpointId: 'app', reason: '410', at } },
      { type: 'ConnectionRemoved', data: { connectionId: 'openai', at } },
    );
    expect(directory.endpoint('org_a', 'app')?.disabled).toBe(true);
    expect(directory.connection('org_a', 'openai')).toBeNull();
  });
  it('an MCP gateway is found in its tenant as it was set last, and no more once it was removed', () => {
    const set = (name: string): SettingsEvent => ({
      type: 'McpGatewaySet',
      data: {
        gatewayId: 'billing',
        name,
        url: 'https://billing.example/mcp',
        mode: 'live',
        agents: null,
        passThrough: [],
        tools: {},
        timeoutSec: 30,
        resultKeptSec: 900,
        by: 'a',
        at,
        private: { credential: { header: 'authorization', value: 'Bearer x' } },
      },
    });
    const directory = after(set('Old'), set('Billing'));
    expect(directory.mcpGateway('org_a', 'billing')).toMatchObject({ name: 'Billing', credential: { value: 'Bearer x' }, tenant: 'org_a' });
    expect(directory.list('mcpGateways', 'org_a')).toHaveLength(1);
    expect(directory.mcpGateway('org_b', 'billing')).toBeNull();
    const removed: SettingsEvent = { type: 'McpGatewayRemoved', data: { gatewayId: 'billing', by: 'a', at } };
    expect(after(set('Billing'), removed).mcpGateway('org_a', 'billing')).toBeNull();
  });
  it('an endpoint can be enabled again, and keeps its marks when its address changes', () => {
    const marked: SettingsEvent = { ...endpoint, data: { ...endpoint.data, operational: true } };
    const disabled: SettingsEvent = { type: 'EndpointDisabled', data: { endpointId: 'app', reason: '410', at } };
    const enabled: SettingsEvent = { type: 'EndpointEnabled', data: { endpointId: 'app', by: 'a', at } };
    expect(after(marked, disabled, enabled).endpoint('org_a', 'app')).toMatchObject({ disabled: false, operational: true });
    expect(after(marked, endpoint).endpoint('org_a', 'app')).toMatchObject({ operational: true });
  });
  it('an endpoint has its new keys and, until they are retired, the previous ones', () => {
    const rotated: SettingsEvent = {
      type: 'SigningSecretRotated',
      data: {
        endpointId: 'app',
        publicKey: 'whpk_y',
        previousUntil: '2026-11-24T00:00:00.000Z',
        by: 'a',
        at,
        private: { secret: 'whsec_y', signingKey: 'whsk_y' },
      },
    };
    expect(after(endpoint, rotated).endpoint('org_a', 'app')).toMatchObject({
      secret: 'whsec_y',
      publicKey: 'whpk_y',
      url: 'https://app.example/hook',
      previous: { secret: 'whsec_x', signingKey: 'whsk_x', publicKey: 'whpk_x', until: '2026-11-24T00:00:00.000Z' },
    });
  });
});

describe('folding', () => {
  it('leaves the state it was given as it is', () => {
    const before = evolveDirectory(emptyDirectory, recorded(joined('a')));
    evolveDirectory(before, recorded(granted('a', 'owner')), recorded(joined('b')), recorded(removed('a')));
    expect(before.operators.get('a')?.roles).toEqual([]);
    expect(before.operators.size).toBe(1);
    expect(emptyDirectory.operators.size).toBe(0);
  });
  it('gives the same state for events that say nothing about the present', () => {
    const signedIn = recorded({ type: 'SignedIn', data: { operatorId: 'a', method: 'password', at } });
    expect(evolveDirectory(emptyDirectory, signedIn)).toBe(emptyDirectory);
  });
  it('one by one or together comes to the same', () => {
    const events = [joined('a'), granted('a', 'owner'), joined('b'), removed('a')].map(event => recorded(event));
    expect(events.reduce((state, event) => evolveDirectory(state, event), emptyDirectory)).toEqual(
      evolveDirectory(emptyDirectory, ...events),
    );
  });
});
