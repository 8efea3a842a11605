import type { Json } from '@holdpoint/contracts';
import type { Directory, Grant, McpGateway } from '@holdpoint/directory';

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
    directory
      .list('agents', tenant)
      .map(({ agentId, name, ownerId, callbackHosts }) => ({ id: agentId, name, ownerId, callbackHosts: [...callbackHosts] })),
  'api-keys': (directory: Directory, tenant: string): Item[] =>
    directory.list('apiKeys', tenant).map(({ keyId, agentId, mode, scopes, issuedAt, expiresAt, revoked, usedAt }) => ({
      id: keyId,
      agentId,
      mode,
      scopes,
      issuedAt,
      expiresAt,
      revoked,
      usedAt,
    })),
  tokens: (directory: Directory, tenant: string): Item[] =>
    directory
      .list('tokens', tenant)
      .map(({ tokenId, operatorId, issuedAt, expiresAt, revoked }) => ({ id: tokenId, operatorId, issuedAt, expiresAt, revoked })),
  endpoints: (directory: Directory, tenant: string): Item[] =>
    directory.list('endpoints', tenant).map(({ endpointId, url, publicKey, disabled, operational, previous }) => ({
      id: endpointId,
      url,
      publicKey,
      disabled,
      operational,
      previousKey: previous === null ? null : { publicKey: previous.publicKey, until: previous.until },
    })),
  'mcp-gateways': (directory: Directory, tenant: string): Item[] => directory.list('mcpGateways', tenant).map(gatewayItem),
  policies: (directory: Directory, tenant: string): Item[] =>
    directory.list('policies', tenant).map(({ policyId, version, document, publishedAt, by, active, shadow, retired, proposed }) => ({
      id: policyId,
      version,
      document: document as unknown as Json,
      publishedAt,
      by,
      active,
      shadow,
      retired,
      proposed,
    })),
  drafts: (directory: Directory, tenant: string): Item[] =>
    directory.list('drafts', tenant).map(({ draftId, policyId, source, document, by, draftedAt }) => ({
      id: draftId,
      policyId,
      source,
      document: document as unknown as Json,
      by,
      draftedAt,
    })),
  people: (directory: Directory, tenant: string): Item[] =>
    directory.list('operators', tenant).map(({ operatorId, name, roles }) => ({ id: operatorId, name, roles })),
  teams: (directory: Directory, tenant: string): Item[] =>
    directory.list('teams', tenant).map(({ teamId, name, members }) => ({ id: teamId, name, members: [...members] })),
  schedules: (directory: Directory, tenant: string): Item[] =>
    directory.list('schedules', tenant).map(({ scheduleId, version, document, by, changedAt }) => ({
      id: scheduleId,
      version,
      document: document as unknown as Json,
      by,
      changedAt,
    })),
  escalations: (directory: Directory, tenant: string): Item[] =>
    directory.list('escalations', tenant).map(({ escalationId, version, document, by, publishedAt }) => ({
      id: escalationId,
      version,
      document: document as unknown as Json,
      by,
      publishedAt,
    })),
  grants: (directory: Directory, tenant: string): Item[] => directory.list('grants', tenant).map(grantItem),
  bands: (directory: Directory, tenant: string): Item[] =>
    directory.list('returnedBands', tenant).map(({ tenant: _tenant, ...band }) => ({ ...band })),
} as const;

/** An MCP gateway; of its credential only the header it goes in. */
export const gatewayItem = ({ gatewayId, tenant: _tenant, credential, ...gateway }: McpGateway): Item => ({
  id: gatewayId,
  ...gateway,
  tools: gateway.tools as Json,
  credential: credential === null ? null : { header: credential.header },
});

/** A grant, with what is left of it. */
export const grantItem = (grant: Grant): Item => {
  const { grantId, pattern, usesMax, uses, amountMax, amountUsed, currency, expiresAt, by, madeAt, reason, revoked, usedBy } = grant;
  return {
    id: grantId,
    pattern: pattern as unknown as Json,
    usesMax,
    usesLeft: usesMax - uses,
    amountMax,
    amountLeft: amountMax === null ? null : amountMax - amountUsed,
    currency,
    expiresAt,
    revoked,
    by,
    madeAt,
    reason,
    usedBy: [...usedBy],
  };
};
