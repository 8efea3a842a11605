import type { Json } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';

export type SettingsKind = keyof typeof LISTS;
type Item = Record<string, Json>;

/** A tenant's settings of one kind, as the API shows them: no hash, no key, no secret. */
export const listSettings = (directory: Directory, kind: SettingsKind, tenant: string): Item[] => LISTS[kind](directory, tenant);

const LISTS = {
  members: (directory: Directory, tenant: string): Item[] =>
    directory.list('operators', tenant).map(({ operatorId, name, email, roles, addresses }) => ({
      id: operatorId,
      name,
      email,
      roles,
      addresses: addresses.map(({ addressId, channel, address, verified }) => ({ id: addressId, channel, address, verified })),
    })),
  agents: (directory: Directory, tenant: string): Item[] =>
    directory.list('agents', tenant).map(({ agentId, name, ownerId }) => ({ id: agentId, name, ownerId })),
  'api-keys': (directory: Directory, tenant: string): Item[] =>
    directory.list('apiKeys', tenant).map(({ keyId, agentId, mode, scopes, issuedAt, expiresAt, revoked }) => ({
      id: keyId,
      agentId,
      mode,
      scopes,
      issuedAt,
      expiresAt,
      revoked,
    })),
  tokens: (directory: Directory, tenant: string): Item[] =>
    directory
      .list('tokens', tenant)
      .map(({ tokenId, operatorId, issuedAt, expiresAt, revoked }) => ({ id: tokenId, operatorId, issuedAt, expiresAt, revoked })),
  endpoints: (directory: Directory, tenant: string): Item[] =>
    directory.list('endpoints', tenant).map(({ endpointId, url, publicKey, disabled }) => ({ id: endpointId, url, publicKey, disabled })),
  connections: (directory: Directory, tenant: string): Item[] =>
    directory.list('connections', tenant).map(({ connectionId, provider, baseUrl }) => ({ id: connectionId, provider, baseUrl })),
  policies: (directory: Directory, tenant: string): Item[] =>
    directory.list('policies', tenant).map(({ policyId, version, document, publishedAt, by, active }) => ({
      id: policyId,
      version,
      document: document as unknown as Json,
      publishedAt,
      by,
      active,
    })),
} as const;
