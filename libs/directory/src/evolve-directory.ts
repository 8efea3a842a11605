import type { Event, RecordedEvent, SettingsEvent } from '@holdpoint/contracts';
import { copyOf, keyOf, type Address, type DirectoryState, type DirectoryTables, type Operator } from './directory-state.ts';

/** What the directory is folded from. Other events, a sign-in for example, say nothing about who may do what now. */
const FOLDED = new Set<string>([
  'OrganizationCreated',
  'EndpointRegistered',
  'EndpointDisabled',
  'ConnectionAdded',
  'ConnectionRemoved',
  'MemberJoined',
  'RoleGranted',
  'RoleRevoked',
  'MemberRemoved',
  'ChannelAddressAdded',
  'ChannelAddressVerified',
  'ChannelAddressDisabled',
  'PersonalAccessTokenIssued',
  'PersonalAccessTokenRevoked',
  'AgentRegistered',
  'ApiKeyIssued',
  'ApiKeyRevoked',
  'GatePolicyPublished',
  'GatePolicyActivated',
] satisfies SettingsEvent['type'][]);

/** Whether an event of this type can change the directory. */
export const isFolded = (type: string): boolean => FOLDED.has(type);

/**
 * Folds settings events into the directory. The state given stays as it is; its tables are copied once per call, so pass the events of a
 * batch together.
 * @param events in log order
 * @returns the new state, or the same one when nothing changed
 */
export const evolveDirectory = (state: DirectoryState, ...events: RecordedEvent[]): DirectoryState => {
  const telling = events.filter(event => isFolded(event.type));
  if (telling.length === 0) return state;
  const tables = copyOf(state);
  for (const event of telling) {
    fold(tables, event);
    foldPerson(tables.operators, event);
  }
  return tables;
};

const fold = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'OrganizationCreated':
      tables.organizations.set(event.data.organizationId, { organizationId: event.data.organizationId, name: event.data.name });
      return;
    case 'EndpointRegistered': {
      const { endpointId, publicKey, private: secrets } = event.data;
      tables.endpoints.set(keyOf(tenant, endpointId), { endpointId, tenant, publicKey, ...secrets, disabled: false });
      return;
    }
    case 'EndpointDisabled':
      change(tables.endpoints, keyOf(tenant, event.data.endpointId), endpoint => ({ ...endpoint, disabled: true }));
      return;
    case 'ConnectionAdded': {
      const { connectionId, provider, private: secrets } = event.data;
      tables.connections.set(keyOf(tenant, connectionId), { connectionId, tenant, provider, ...secrets });
      return;
    }
    case 'ConnectionRemoved':
      tables.connections.delete(keyOf(tenant, event.data.connectionId));
      return;
    case 'GatePolicyPublished': {
      const { policyId, version, document, at: publishedAt, by } = event.data;
      tables.policies.set(keyOf(tenant, policyId, version), { policyId, tenant, version, document, publishedAt, by, active: false });
      return;
    }
    case 'GatePolicyActivated':
      activatePolicy(tables, tenant, keyOf(tenant, event.data.policyId, event.data.version));
      return;
    default:
      foldCredential(tables, event);
  }
};

const foldCredential = (tables: DirectoryTables, event: RecordedEvent): void => {
  const { tenant } = event.metadata;
  switch (event.type) {
    case 'AgentRegistered': {
      const { agentId, organizationId, name, ownerId } = event.data;
      tables.agents.set(agentId, { agentId, tenant: organizationId, name, ownerId });
      return;
    }
    case 'ApiKeyIssued': {
      const { at: issuedAt, ...key } = event.data;
      tables.apiKeys.set(key.hash, { ...key, tenant, issuedAt, revoked: false });
      return;
    }
    case 'ApiKeyRevoked': {
      const { agentId, keyId } = event.data;
      for (const [hash, key] of tables.apiKeys)
        if (key.keyId === keyId && key.agentId === agentId) tables.apiKeys.set(hash, { ...key, revoked: true });
      return;
    }
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

const foldPerson = (operators: DirectoryTables['operators'], event: RecordedEvent): void => {
  switch (event.type) {
    case 'MemberJoined': {
      const { operatorId, organizationId, private: person } = event.data;
      operators.set(operatorId, { operatorId, tenant: organizationId, ...person, roles: [], addresses: [] });
      return;
    }
    case 'RoleGranted':
      return change(operators, event.data.operatorId, person => ({ ...person, roles: [...new Set([...person.roles, event.data.role])] }));
    case 'RoleRevoked':
      return change(operators, event.data.operatorId, person => ({
        ...person,
        roles: person.roles.filter(role => role !== event.data.role),
      }));
    case 'MemberRemoved':
      return void operators.delete(event.data.operatorId);
    case 'ChannelAddressAdded':
      return change(operators, event.data.operatorId, person => ({
        ...person,
        addresses: [...others(person, event.data.addressId), newAddress(event)],
      }));
    case 'ChannelAddressVerified':
      return change(operators, event.data.operatorId, person => ({
        ...person,
        addresses: person.addresses.map(address => (address.addressId === event.data.addressId ? { ...address, verified: true } : address)),
      }));
    case 'ChannelAddressDisabled':
      return change(operators, event.data.operatorId, person => ({ ...person, addresses: others(person, event.data.addressId) }));
  }
};

const others = (person: Operator, addressId: string): Address[] => person.addresses.filter(address => address.addressId !== addressId);

const newAddress = ({ data }: Event<'ChannelAddressAdded'>): Address => ({
  addressId: data.addressId,
  channel: data.channel,
  address: data.private.address,
  verified: false,
});

/** Changes an entry if it is there: an event about somebody who was removed says nothing about the present. */
const change = <V>(table: Map<string, V>, key: string, to: (entry: V) => V): void => {
  const entry = table.get(key);
  if (entry !== undefined) table.set(key, to(entry));
};

/** One version of one policy is active per tenant; the one before stays readable. */
const activatePolicy = (tables: DirectoryTables, tenant: string, key: string): void => {
  const published = tables.policies.get(key);
  if (!published) return;
  const before = tables.activePolicies.get(tenant);
  if (before) tables.policies.set(keyOf(tenant, before.policyId, before.version), { ...before, active: false });
  const active = { ...published, active: true };
  tables.policies.set(key, active);
  tables.activePolicies.set(tenant, active);
};
