import { z } from 'zod';
import { secondFactor, signInMethod } from './account-events.ts';
import { connectionAdded } from './connections.ts';
import { alertChannel } from './delivery-events.ts';
import { gatePolicy } from './gate-policy.ts';
import { instant, role, settingId, sha256Hex } from './ids.ts';
import { LIMITS } from './limits.ts';
import { quietHours, schedule, workingHours } from './on-call.ts';
import { escalationPolicy } from './route.ts';

export const API_KEY_SCOPES = ['requests:write', 'requests:read'] as const;
export const apiKeyScope = z.enum(API_KEY_SCOPES);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;

/** What a kill switch stops: everything of the organisation, or one agent. */
export const killSwitchScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('organization') }),
  z.strictObject({ kind: z.literal('agent'), agentId: z.string() }),
]);
export type KillSwitchScope = z.infer<typeof killSwitchScope>;

/** What a standing grant lets through: exactly this tool, of this agent where one is named, where `when` (CEL over the facts) holds. */
export const grantPattern = z.strictObject({
  tool: z.string().min(1).max(LIMITS.toolNameCharsMax),
  agentId: z.string().max(128).optional(),
  when: z.string().min(1).max(2_000).optional(),
});
export type GrantPattern = z.infer<typeof grantPattern>;

/** Actions of one agent and tool within an amount band, `from` inclusive, `to` exclusive; null is unbounded, both null without an amount. */
export const amountBand = z.strictObject({ from: z.number().nullable(), to: z.number().nullable() });
export type AmountBand = z.infer<typeof amountBand>;

/** A host of callback URLs: `app.example.com`, or `*.example.com` for every host below it. */
export const callbackHost = z
  .string()
  .max(253)
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'must be a host such as app.example.com or *.example.com',
  );

/** What an organisation says of itself. */
export const organizationProfile = z.strictObject({
  name: z.string().trim().min(1).max(128),
  /** Stand for the logo: up to three letters or digits. */
  initials: z
    .string()
    .regex(/^[\p{L}\p{N}]{1,3}$/u, 'must be one to three letters or digits')
    .nullable(),
  timeZone: z.string().min(1).max(64),
  retentionNote: z.string().max(2_000),
});
export type OrganizationProfile = z.infer<typeof organizationProfile>;

/**
 * How long what the agent and people wrote about an approval is kept after it ended, in months; null for ever. Six months is the floor (EU AI
 * Act, Art. 26(6): deployers keep logs at least so long). While `paused`, as for a legal hold on everything, nothing is erased.
 */
export const retention = z.strictObject({
  months: z.int().min(LIMITS.retentionMonths.min).max(LIMITS.retentionMonths.max).nullable(),
  paused: z.boolean(),
});
export type Retention = z.infer<typeof retention>;
/** Seven years, until somebody says otherwise. */
export const DEFAULT_RETENTION: Retention = { months: 84, paused: false };

/** What is known of a logo; the image itself is in a stream of its own, sealed. Kinds that scripts cannot hide in: no SVG. */
export const logo = z.strictObject({
  sha256: sha256Hex,
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  bytes: z.int().min(1).max(LIMITS.logoBytesMax),
  width: z.int().min(LIMITS.logoPixels.min).max(LIMITS.logoPixels.max),
  height: z.int().min(LIMITS.logoPixels.min).max(LIMITS.logoPixels.max),
});
export type Logo = z.infer<typeof logo>;

/** Events of `organization-`, `operator-`, `agent-`, `gatePolicy-`, `schedule-` and `grant-` streams: who and what could decide at any instant. */
export const settingsEvents = {
  OrganizationCreated: z.strictObject({ organizationId: z.string(), name: z.string(), at: instant }),
  /** How an organisation shows itself and where it is at home. The note tells people what is kept how long; what happens is in `RetentionSet`. */
  OrganizationProfileSet: z.strictObject({ ...organizationProfile.shape, by: z.string(), at: instant }),
  RetentionSet: z.strictObject({ ...retention.shape, by: z.string(), at: instant }),
  /** The logo was set, or taken away: null. */
  OrganizationLogoSet: z.strictObject({ logo: logo.nullable(), by: z.string(), at: instant }),
  EndpointRegistered: z.strictObject({
    endpointId: z.string(),
    at: instant,
    /** Public half of the endpoint's ed25519 signing key, `whpk_…`. */
    publicKey: z.string(),
    /** Whether it is told when an endpoint was disabled, and when a decision could not be told or was told after all. */
    operational: z.boolean().optional(),
    private: z.strictObject({
      url: z.string().max(LIMITS.urlCharsMax).nullable(),
      /** `whsec_…` (HMAC-SHA256, `v1`) and `whsk_…` (ed25519, `v1a`). */
      secret: z.string(),
      signingKey: z.string(),
    }),
  }),
  EndpointDisabled: z.strictObject({ endpointId: z.string(), reason: z.string(), at: instant }),
  EndpointEnabled: z.strictObject({ endpointId: z.string(), by: z.string(), at: instant }),
  /** New keys; what the endpoint had is signed with as well until `previousUntil`, so that receivers can change over. */
  SigningSecretRotated: z.strictObject({
    endpointId: z.string(),
    publicKey: z.string(),
    previousUntil: instant,
    by: z.string(),
    at: instant,
    private: z.strictObject({ secret: z.string(), signingKey: z.string() }),
  }),
  ConnectionAdded: connectionAdded,
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
    /** `route`: what a provider needs to send there besides the address: keys of a push subscription, a Teams conversation. */
    private: z.strictObject({ address: z.string().max(2_048), route: z.string().max(2_048).optional() }),
  }),
  ChannelAddressVerified: z.strictObject({ operatorId: z.string(), addressId: z.string(), at: instant }),
  /** Its person used it: said once a day at most, of browsers only. */
  ChannelAddressUsed: z.strictObject({ operatorId: z.string(), addressId: z.string(), at: instant }),
  ChannelAddressDisabled: z.strictObject({ operatorId: z.string(), addressId: z.string(), reason: z.string(), at: instant }),
  PersonalAccessTokenIssued: z.strictObject({
    operatorId: z.string(),
    tokenId: z.string(),
    hash: sha256Hex,
    at: instant,
    expiresAt: instant.nullable(),
  }),
  PersonalAccessTokenRevoked: z.strictObject({ operatorId: z.string(), tokenId: z.string(), at: instant }),
  SignedIn: z.strictObject({
    operatorId: z.string(),
    method: signInMethod,
    at: instant,
    secondFactor: secondFactor.optional(),
    passkeyId: z.string().max(64).optional(),
  }),

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
  /** A new key takes the place of this one, which works until then. */
  ApiKeyRotated: z.strictObject({ agentId: z.string(), keyId: z.string(), nextKeyId: z.string(), expiresAt: instant, at: instant }),
  /** The first request that came with the key; written once, by whoever admitted it. */
  ApiKeyUsed: z.strictObject({ agentId: z.string(), keyId: z.string(), at: instant }),
  /** Hosts that the agent may name in a callback URL; none named: any that may be called at all. */
  AgentCallbackHostsSet: z.strictObject({ agentId: z.string(), hosts: z.array(callbackHost).max(50), by: z.string(), at: instant }),

  TeamCreated: z.strictObject({ teamId: settingId, name: z.string().min(1).max(128), by: z.string(), at: instant }),
  TeamMemberAdded: z.strictObject({ teamId: settingId, operatorId: z.string(), by: z.string(), at: instant }),
  TeamMemberRemoved: z.strictObject({ teamId: settingId, operatorId: z.string(), by: z.string(), at: instant }),
  TeamRemoved: z.strictObject({ teamId: settingId, by: z.string(), at: instant }),
  /** Stream `schedule-<organizationId>`, like the policies' one stream for all of an organisation's. */
  ScheduleChanged: z.strictObject({ scheduleId: settingId, version: z.int().min(1), document: schedule, by: z.string(), at: instant }),
  ScheduleRemoved: z.strictObject({ scheduleId: settingId, by: z.string(), at: instant }),
  EscalationPolicyPublished: z.strictObject({
    escalationId: settingId,
    version: z.int().min(1),
    document: escalationPolicy,
    by: z.string(),
    at: instant,
  }),
  WorkingHoursSet: z.strictObject({ workingHours: workingHours.nullable(), by: z.string(), at: instant }),
  QuietHoursSet: z.strictObject({ operatorId: z.string(), quietHours: quietHours.nullable(), at: instant }),
  /** Away: what would be asked of this person goes to the delegate, or to nobody. */
  AbsenceDeclared: z.strictObject({
    operatorId: z.string(),
    absenceId: z.string(),
    from: instant,
    to: instant,
    delegateId: z.string().nullable(),
    at: instant,
  }),
  AbsenceEnded: z.strictObject({ operatorId: z.string(), absenceId: z.string(), at: instant }),
  KillSwitchEngaged: z.strictObject({ scope: killSwitchScope, reason: z.string().min(1).max(400), by: z.string(), at: instant }),
  KillSwitchReleased: z.strictObject({ scope: killSwitchScope, by: z.string(), at: instant }),
  /** Whether an agent's owner may decide what the agent asks: for a team of one. */
  SoloModeSwitched: z.strictObject({ on: z.boolean(), by: z.string(), at: instant }),
  /** Whether a policy version becomes active only when a second person agrees. */
  PolicyActivationRuleSet: z.strictObject({ secondPerson: z.boolean(), by: z.string(), at: instant }),

  /** Stream `grant-<grantId>`; `GrantUsed` is appended at the exact revision, so a use is never counted twice nor beyond the limit. */
  GrantMade: z.strictObject({
    grantId: z.string(),
    pattern: grantPattern,
    usesMax: z.int().min(1).max(1_000),
    amountMax: z.number().positive().nullable(),
    currency: z.string().max(16).nullable(),
    expiresAt: instant,
    by: z.string(),
    at: instant,
    private: z.strictObject({ reason: z.string().max(LIMITS.noteCharsMax) }),
  }),
  GrantUsed: z.strictObject({ grantId: z.string(), approvalId: z.string(), amount: z.number().nullable(), at: instant }),
  GrantRevoked: z.strictObject({ grantId: z.string(), by: z.string(), at: instant }),

  GatePolicyDrafted: z.strictObject({
    policyId: z.string(),
    draftId: z.string(),
    source: z.enum(['person', 'calibration']),
    document: gatePolicy,
    by: z.string(),
    at: instant,
  }),
  GatePolicyShadowed: z.strictObject({ policyId: z.string(), version: z.int().min(1), on: z.boolean(), by: z.string(), at: instant }),
  GatePolicyActivationProposed: z.strictObject({ policyId: z.string(), version: z.int().min(1), by: z.string(), at: instant }),
  GatePolicyRetired: z.strictObject({ policyId: z.string(), version: z.int().min(1), by: z.string(), at: instant }),
  /** People rejected samples of what passed by itself: this band goes to people until somebody releases it. */
  BandReturnedToReview: z.strictObject({
    agentId: z.string(),
    tool: z.string(),
    band: amountBand,
    sampled: z.int(),
    rejected: z.int(),
    at: instant,
  }),
  BandReleased: z.strictObject({ agentId: z.string(), tool: z.string(), band: amountBand, by: z.string(), at: instant }),
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

/**
 * Events of `key-<block>`: the data keys that seal approvals, base64, sealed by the master key. Each event has all of them that are left, null
 * where one was destroyed, and the ones before it are erased: the only streams of which anything ever is.
 */
export const keyEvents = {
  DataKeysStored: z.strictObject({
    keys: z.int(),
    destroyed: z.int().min(0),
    private: z.strictObject({ keys: z.array(z.string().max(64).nullable()) }),
  }),
} as const;

/** The one event of `logo-<organizationId>_<sha256>`: the image, base64. A logo that was taken away can be set again without a second copy. */
export const logoEvents = { LogoStored: z.strictObject({ private: z.strictObject({ base64: z.string().max(87_384) }) }) } as const;

/** The event the log writes once, to learn later whether it can be written. */
export const logEvents = { LogProbed: z.strictObject({}) } as const;
