import { z } from 'zod';
import { alertChannel } from './delivery-events.ts';
import { gatePolicy } from './gate-policy.ts';
import { instant, role, sha256Hex } from './ids.ts';
import { LIMITS } from './limits.ts';

export const API_KEY_SCOPES = ['requests:write', 'requests:read'] as const;
export const apiKeyScope = z.enum(API_KEY_SCOPES);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;

export const CONNECTION_PROVIDERS = ['openai.assistants', 'openai.agentsApi', 'anthropic.managedAgents', 'langgraph'] as const;

/** Events of `organization-`, `operator-`, `agent-` and `gatePolicy-` streams: who and what could decide at any instant. */
export const settingsEvents = {
  OrganizationCreated: z.strictObject({ organizationId: z.string(), name: z.string(), at: instant }),
  EndpointRegistered: z.strictObject({
    endpointId: z.string(),
    at: instant,
    /** Public half of the endpoint's ed25519 signing key, `whpk_…`. */
    publicKey: z.string(),
    private: z.strictObject({
      url: z.string().max(LIMITS.urlCharsMax).nullable(),
      /** `whsec_…` (HMAC-SHA256, `v1`) and `whsk_…` (ed25519, `v1a`). */
      secret: z.string(),
      signingKey: z.string(),
    }),
  }),
  EndpointDisabled: z.strictObject({ endpointId: z.string(), reason: z.string(), at: instant }),
  ConnectionAdded: z.strictObject({
    connectionId: z.string(),
    provider: z.enum(CONNECTION_PROVIDERS),
    at: instant,
    private: z.strictObject({ baseUrl: z.string().max(LIMITS.urlCharsMax), apiKey: z.string().max(1_024) }),
  }),
  ConnectionRemoved: z.strictObject({ connectionId: z.string(), at: instant }),

  MemberJoined: z.strictObject({
    operatorId: z.string(),
    organizationId: z.string(),
    at: instant,
    private: z.strictObject({ email: z.string(), name: z.string() }),
  }),
  RoleGranted: z.strictObject({ operatorId: z.string(), role, at: instant }),
  RoleRevoked: z.strictObject({ operatorId: z.string(), role, at: instant }),
  MemberRemoved: z.strictObject({ operatorId: z.string(), at: instant }),
  ChannelAddressAdded: z.strictObject({
    operatorId: z.string(),
    addressId: z.string(),
    channel: alertChannel,
    at: instant,
    private: z.strictObject({ address: z.string().max(512) }),
  }),
  ChannelAddressVerified: z.strictObject({ operatorId: z.string(), addressId: z.string(), at: instant }),
  ChannelAddressDisabled: z.strictObject({ operatorId: z.string(), addressId: z.string(), reason: z.string(), at: instant }),
  PersonalAccessTokenIssued: z.strictObject({
    operatorId: z.string(),
    tokenId: z.string(),
    hash: sha256Hex,
    at: instant,
    expiresAt: instant.nullable(),
  }),
  PersonalAccessTokenRevoked: z.strictObject({ operatorId: z.string(), tokenId: z.string(), at: instant }),
  SignedIn: z.strictObject({ operatorId: z.string(), method: z.enum(['password', 'passkey', 'oidc']), at: instant }),

  AgentRegistered: z.strictObject({ agentId: z.string(), organizationId: z.string(), name: z.string(), ownerId: z.string(), at: instant }),
  ApiKeyIssued: z.strictObject({
    agentId: z.string(),
    keyId: z.string(),
    hash: sha256Hex,
    mode: z.enum(['live', 'test']),
    scopes: z.array(apiKeyScope),
    at: instant,
    expiresAt: instant.nullable(),
  }),
  ApiKeyRevoked: z.strictObject({ agentId: z.string(), keyId: z.string(), at: instant }),

  GatePolicyPublished: z.strictObject({ policyId: z.string(), version: z.int().min(1), document: gatePolicy, by: z.string(), at: instant }),
  GatePolicyActivated: z.strictObject({ policyId: z.string(), version: z.int().min(1), by: z.string(), at: instant }),
} as const;

/** Events the relay writes about its own work. */
export const relayEvents = {
  RelaySnapshotTaken: z.strictObject({
    generation: z.int(),
    part: z.int(),
    parts: z.int(),
    position: z.string(),
    at: instant,
    open: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
  WorkParked: z.strictObject({
    consumer: z.string(),
    stream: z.string(),
    revision: z.int(),
    type: z.string(),
    rings: z.int(),
    at: instant,
  }),
} as const;

/** Events of `context-<approvalId>`: the large part of a request. */
export const contextEvents = {
  ContextStored: z.strictObject({ sha256: sha256Hex, part: z.int(), parts: z.int(), private: z.strictObject({ json: z.string() }) }),
} as const;

/** The event the log writes once, to learn later whether it can be written. */
export const logEvents = { LogProbed: z.strictObject({}) } as const;
