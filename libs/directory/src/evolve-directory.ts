import type { RecordedEvent, SettingsEvent } from '@holdpoint/contracts';
import { change, changing, keyOf, type ApiKey, type DirectoryState, type DirectoryTables } from './directory-state.ts';
import { foldAccount } from './fold-accounts.ts';
import { foldChannel } from './fold-channels.ts';
import { foldPerson } from './fold-people.ts';
import { foldPolicy } from './fold-policies.ts';
import { foldRule } from './fold-rules.ts';

/** What the directory is folded from. Other events, a sign-in for example, say nothing about who may do what now. */
const FOLDED = new Set<string>([
  'OrganizationCreated',
  'OrganizationProfileSet',
  'OrganizationLogoSet',
  'RetentionSet',
  'EndpointRegistered',
  'EndpointDisabled',
  'EndpointEnabled',
  'SigningSecretRotated',
  'ConnectionAdded',
  'ConnectionRemoved',
  'McpGatewaySet',
  'McpGatewayRemoved',
  'MemberJoined',
  'RoleGranted',
  'RoleRevoked',
  'MemberRemoved',
  'ChannelAddressAdded',
  'ChannelAddressVerified',
  'ChannelAddressUsed',
  'ChannelAddressDisabled',
  'PersonalAccessTokenIssued',
  'PersonalAccessTokenRevoked',
  'AgentRegistered',
  'ApiKeyIssued',
  'ApiKeyRevoked',
  'ApiKeyRotated',
  'ApiKeyUsed',
  'AgentCallbackHostsSet',
  'TeamCreated',
  'TeamMemberAdded',
  'TeamMemberRemoved',
  'TeamRemoved',
  'ScheduleChanged',
  'ScheduleRemoved',
  'EscalationPolicyPublished',
  'WorkingHoursSet',
  'QuietHoursSet',
  'AbsenceDeclared',
  'AbsenceEnded',
  'InboxViewSaved',
  'InboxViewRemoved',
  'KillSwitchEngaged',
  'KillSwitchReleased',
  'SoloModeSwitched',
  'PolicyActivationRuleSet',
  'GrantMade',
  'GrantUsed',
  'GrantRevoked',
  'GatePolicyDrafted',
  'GatePolicyPublished',
  'GatePolicyShadowed',
  'GatePolicyActivationProposed',
  'GatePolicyActivated',
  'GatePolicyRetired',
  'BandReturnedToReview',
  'BandReleased',
  'ChannelConnected',
  'ChannelDisconnected',
  'ChannelFaulted',
  'ChannelRecovered',
  'ChannelPolicySet',
  'TemplatePublished',
  'EnrolmentStarted',
  'EnrolmentFailed',
  'NotificationRulesSet',
  'ProfileSet',
  'ReplyCodeRefused',
  'ReplyCodesLocked',
  'MemberInvited',
  'InvitationWithdrawn',
  'EmailChangeRequested',
  'EmailChanged',
  'SignInPolicySet',
  'SingleSignOnSet',
  'SingleSignOnRemoved',
] satisfies SettingsEvent['type'][]);

/** Whether an event of this type can change the directory. */
export const isFolded = (type: string): boolean => FOLDED.has(type);

/**
 * Folds settings events into the directory. The state given stays as it is; each table that an event changes is copied once per call, so
 * pass the events of a batch together.
 * @param events in log order
 * @returns the new state, or the same one when nothing changed
 */
export const evolveDirectory = (state: DirectoryState, ...events: RecordedEvent[]): DirectoryState => {
  const telling = events.filter(event => isFolded(event.type));
  if (telling.length === 0) return state;
  const { tables, changed } = changing(state);
  for (const event of telling) fold(tables, event);
  return changed();
};

const fold = (tables: DirectoryTables, event: RecordedEvent): void => {
  foldOrganization(tables, event);
  foldCredential(tables, event);
  foldPerson(tables, event);
  foldRule(tables, event);
  foldPolicy(tables, event);
  foldChannel(tables, event);
  foldAccount(tables, event);
};

const foldOrganization = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'OrganizationCreated':
      tables.organizations.set(event.data.organizationId, {
        organizationId: event.data.organizationId,
        name: event.data.name,
        profile: null,
        logo: null,
      });
      return;
    case 'OrganizationProfileSet': {
      const { name, initials, timeZone, retentionNote } = event.data;
      const profile = { initials, timeZone, retentionNote };
      return change(tables.organizations, tenant, organization => ({ ...organization, name, profile }));
    }
    case 'OrganizationLogoSet':
      return change(tables.organizations, tenant, organization => ({ ...organization, logo: event.data.logo }));
    case 'EndpointRegistered': {
      const { endpointId, publicKey, operational, private: secrets } = event.data;
      const known = tables.endpoints.get(keyOf(tenant, endpointId));
      const kept = { operational: operational ?? known?.operational ?? false, previous: known?.previous ?? null };
      tables.endpoints.set(keyOf(tenant, endpointId), { endpointId, tenant, publicKey, ...secrets, disabled: false, ...kept });
      return;
    }
    case 'EndpointDisabled':
      return change(tables.endpoints, keyOf(tenant, event.data.endpointId), endpoint => ({ ...endpoint, disabled: true }));
    case 'EndpointEnabled':
      return change(tables.endpoints, keyOf(tenant, event.data.endpointId), endpoint => ({ ...endpoint, disabled: false }));
    case 'SigningSecretRotated': {
      const { endpointId, publicKey, previousUntil: until, private: secrets } = event.data;
      return change(tables.endpoints, keyOf(tenant, endpointId), endpoint => ({
        ...endpoint,
        ...secrets,
        publicKey,
        previous: { secret: endpoint.secret, signingKey: endpoint.signingKey, publicKey: endpoint.publicKey, until },
      }));
    }
    case 'ConnectionAdded': {
      const { connectionId, provider, agentId = null, endpointId = null, fallback = 'callback', private: secrets } = event.data;
      const { webhookSecret = null, previousWebhookSecret = null, template = null, ...credentials } = secrets;
      tables.connections.set(keyOf(tenant, connectionId), {
        connectionId,
        tenant,
        provider,
        agentId,
        endpointId,
        fallback,
        ...credentials,
        webhookSecret,
        previousWebhookSecret,
        template,
      });
      return;
    }
    case 'ConnectionRemoved':
      tables.connections.delete(keyOf(tenant, event.data.connectionId));
      return;
    case 'McpGatewaySet': {
      const { by: _by, at: _at, private: secrets, ...gateway } = event.data;
      tables.mcpGateways.set(keyOf(tenant, gateway.gatewayId), { ...gateway, ...secrets, tenant });
      return;
    }
    case 'McpGatewayRemoved':
      tables.mcpGateways.delete(keyOf(tenant, event.data.gatewayId));
  }
};

const foldCredential = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'AgentRegistered': {
      const { agentId, organizationId, name, ownerId } = event.data;
      tables.agents.set(agentId, { agentId, tenant: organizationId, name, ownerId, callbackHosts: [] });
      return;
    }
    case 'AgentCallbackHostsSet':
      return change(tables.agents, event.data.agentId, agent => ({ ...agent, callbackHosts: event.data.hosts }));
    case 'ApiKeyIssued': {
      const { at: issuedAt, ...key } = event.data;
      tables.apiKeys.set(key.hash, { ...key, tenant, issuedAt, revoked: false, usedAt: null });
      return;
    }
    case 'ApiKeyRevoked':
      return changeKey(tables, event.data, { revoked: true });
    case 'ApiKeyRotated':
      return changeKey(tables, event.data, { expiresAt: event.data.expiresAt });
    case 'ApiKeyUsed':
      return changeKey(tables, event.data, { usedAt: event.data.at });
    case 'PersonalAccessTokenIssued': {
      const { at: issuedAt, ...token } = event.data;
      tables.tokens.set(token.hash, { ...token, tenant, issuedAt, revoked: false });
      return;
    }
    case 'PersonalAccessTokenRevoked': {
      const { operatorId, tokenId } = event.data;
      for (const [hash, token] of tables.tokens)
        if (token.tokenId === tokenId && token.operatorId === operatorId) tables.tokens.set(hash, { ...token, revoked: true });
    }
  }
};

const changeKey = (tables: DirectoryTables, { agentId, keyId }: { agentId: string; keyId: string }, to: Partial<ApiKey>): void => {
  for (const [hash, key] of tables.apiKeys) if (key.keyId === keyId && key.agentId === agentId) tables.apiKeys.set(hash, { ...key, ...to });
};
