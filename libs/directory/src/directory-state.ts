import type { AlertChannel, ApiKeyScope, CONNECTION_PROVIDERS, GatePolicy, Role } from '@holdpoint/contracts';

export type Address = { addressId: string; channel: AlertChannel; address: string; verified: boolean };
export type Operator = { operatorId: string; tenant: string; name: string; email: string; roles: Role[]; addresses: Address[] };
export type Organization = { organizationId: string; name: string };
export type Agent = { agentId: string; tenant: string; name: string; ownerId: string };
export type ApiKey = {
  keyId: string;
  agentId: string;
  tenant: string;
  mode: 'live' | 'test';
  scopes: ApiKeyScope[];
  hash: string;
  issuedAt: string;
  expiresAt: string | null;
  revoked: boolean;
};
export type PersonalToken = {
  tokenId: string;
  operatorId: string;
  tenant: string;
  hash: string;
  issuedAt: string;
  expiresAt: string | null;
  revoked: boolean;
};
export type Endpoint = {
  endpointId: string;
  tenant: string;
  /** Null for an endpoint that only signs callbacks whose URL the request names. */
  url: string | null;
  secret: string;
  signingKey: string;
  publicKey: string;
  disabled: boolean;
};
export type Connection = {
  connectionId: string;
  tenant: string;
  provider: (typeof CONNECTION_PROVIDERS)[number];
  baseUrl: string;
  apiKey: string;
};
export type PublishedPolicy = {
  policyId: string;
  tenant: string;
  version: number;
  document: GatePolicy;
  publishedAt: string;
  by: string;
  active: boolean;
};

/**
 * Everything the directory knows, by key. Entries are never changed in place. Settings that belong to a tenant and have ids chosen by
 * people are keyed with {@link keyOf}; keys and tokens by the hash of the credential, which is what is at hand when one arrives.
 */
export type DirectoryTables = {
  organizations: Map<string, Organization>;
  operators: Map<string, Operator>;
  agents: Map<string, Agent>;
  apiKeys: Map<string, ApiKey>;
  tokens: Map<string, PersonalToken>;
  endpoints: Map<string, Endpoint>;
  connections: Map<string, Connection>;
  policies: Map<string, PublishedPolicy>;
  /** Tenant → its active policy version. */
  activePolicies: Map<string, PublishedPolicy>;
};
export type DirectoryState = {
  readonly [T in keyof DirectoryTables]: DirectoryTables[T] extends Map<string, infer V> ? ReadonlyMap<string, V> : never;
};

export const copyOf = (state: DirectoryState): DirectoryTables => ({
  organizations: new Map(state.organizations),
  operators: new Map(state.operators),
  agents: new Map(state.agents),
  apiKeys: new Map(state.apiKeys),
  tokens: new Map(state.tokens),
  endpoints: new Map(state.endpoints),
  connections: new Map(state.connections),
  policies: new Map(state.policies),
  activePolicies: new Map(state.activePolicies),
});

export const emptyDirectory: DirectoryState = {
  organizations: new Map(),
  operators: new Map(),
  agents: new Map(),
  apiKeys: new Map(),
  tokens: new Map(),
  endpoints: new Map(),
  connections: new Map(),
  policies: new Map(),
  activePolicies: new Map(),
};

/** Key of a setting within a tenant. A slash cannot stand in an id, so two tenants' settings never meet. */
export const keyOf = (tenant: string, ...ids: (string | number)[]): string => [tenant, ...ids].join('/');
