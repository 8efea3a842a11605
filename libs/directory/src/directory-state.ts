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
