import {
  DEFAULT_RETENTION,
  type AlertChannel,
  type AmountBand,
  type ApiKeyScope,
  type ChannelPolicy,
  type ConnectionProvider,
  type EscalationPolicy,
  type EventData,
  type GatePolicy,
  type GrantPattern,
  type InboxFilters,
  type JsonObject,
  type KillSwitchScope,
  type MessageTemplate,
  type NotificationRule,
  type Logo,
  type OrganizationProfile,
  type QuietHours,
  type ResponsesTemplate,
  type ResumeFallback,
  type Retention,
  type Role,
  type Schedule,
  type SignInPolicy,
  type TemplateKind,
  type WorkingHours,
} from '@holdpoint/contracts';

export type Address = {
  addressId: string;
  channel: AlertChannel;
  address: string;
  /** What sending needs besides the address. */
  route: string | null;
  verified: boolean;
  /** Since when; a new address may be told, but not approve, for a while. */
  verifiedAt: string | null;
  /** When its person was last seen there; known of browsers only. */
  usedAt: string | null;
};
export type Operator = { operatorId: string; tenant: string; name: string; email: string; roles: Role[]; addresses: Address[] };
export type Organization = {
  organizationId: string;
  name: string;
  /** What it says of itself; null while it only has a name. */
  profile: Pick<OrganizationProfile, 'initials' | 'timeZone' | 'retentionNote'> | null;
  logo: Logo | null;
};
export type Agent = {
  agentId: string;
  tenant: string;
  name: string;
  ownerId: string;
  /** Hosts it may name in a callback URL; empty: any that may be called at all. */
  callbackHosts: readonly string[];
};
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
  /** When the first request came with it; null: never. */
  usedAt: string | null;
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
  /** Told when something is wrong with deliveries. */
  operational: boolean;
  /** What it had before the last rotation; callbacks are signed with both until then. */
  previous: { secret: string; signingKey: string; publicKey: string; until: string } | null;
};
export type Connection = {
  connectionId: string;
  tenant: string;
  provider: ConnectionProvider;
  baseUrl: string;
  apiKey: string;
  /** Who asks in what comes by its webhook. */
  agentId: string | null;
  /** Who else is told of decisions on it. */
  endpointId: string | null;
  /** What becomes of an answer whose run is over. */
  fallback: ResumeFallback;
  /** What its provider signs webhooks with. */
  webhookSecret: string | null;
  /** The one before, which counts until then. */
  previousWebhookSecret: { secret: string; until: string } | null;
  template: ResponsesTemplate | null;
};

/** An MCP server that agents reach through the gate, and what it is shown. */
export type McpGateway = Omit<EventData<'McpGatewaySet'>, 'by' | 'at' | 'private'> & {
  tenant: string;
  credential: { header: string; value: string } | null;
};

/** A provider of alerts with the organisation's credentials. */
export type ChannelConnection = { tenant: string; channel: AlertChannel; hookId: string; config: JsonObject; connectedAt: string };
/** Words for one channel, language and kind of message; a null document stands for the built-in ones. */
export type PublishedTemplate = {
  tenant: string;
  channel: AlertChannel;
  language: string;
  kind: TemplateKind;
  version: number;
  document: MessageTemplate | null;
  by: string;
  publishedAt: string;
};
/** Somebody is proving that an address is theirs. */
export type Enrolment = {
  operatorId: string;
  addressId: string;
  tenant: string;
  channel: AlertChannel;
  /** Null where only the proof itself will tell it. */
  address: string | null;
  startedAt: string;
  expiresAt: string;
  /** Of `EnrolmentStarted`. */
  eventId: string;
  /** Wrong codes so far. */
  failures: number;
};
export type PersonsRules = { operatorId: string; tenant: string; rules: readonly NotificationRule[] };
export type Profile = { operatorId: string; tenant: string; language: string; timeZone: string };
/** Wrong reply codes that came from a person on a channel since the last lock, and until when nothing is taken from there. */
export type ReplyCodes = { operatorId: string; tenant: string; channel: AlertChannel; failures: number; lockedUntil: string | null };

/** A provider refuses a channel's settings since then. */
export type ChannelFault = { tenant: string; channel: AlertChannel; code: string; at: string };

/** Somebody may join until then, with one of two links: the one that was shown to whoever invited, or the one that was mailed. */
export type Invitation = {
  invitationId: string;
  operatorId: string;
  tenant: string;
  email: string;
  name: string;
  roles: Role[];
  teams: string[];
  hash: string;
  mailedHash: string;
  expiresAt: string;
  by: string;
  invitedAt: string;
};
/** A member wants to sign in with another address; a link was sent there. */
export type EmailChange = { operatorId: string; tenant: string; email: string; hash: string; expiresAt: string };
export type PublishedSignInPolicy = { tenant: string; policy: SignInPolicy };
/** The identity provider an organisation trusts, and for which e-mail domains. */
export type SingleSignOn = { tenant: string; issuer: string; clientId: string; clientSecret: string | null; domains: string[] };

/** A version of a gate policy. Its document never changes; what is done with it does. */
export type PublishedPolicy = {
  policyId: string;
  tenant: string;
  version: number;
  document: GatePolicy;
  publishedAt: string;
  by: string;
  active: boolean;
  /** Evaluated beside the active version, without effect. */
  shadow: boolean;
  /** Never to be used again. */
  retired: boolean;
  /** Who wants it to become active, while a second person has not agreed. */
  proposed: { by: string; at: string } | null;
};
export type PolicyDraft = {
  draftId: string;
  policyId: string;
  tenant: string;
  source: 'person' | 'calibration';
  document: GatePolicy;
  by: string;
  draftedAt: string;
};

export type Team = { teamId: string; tenant: string; name: string; members: readonly string[] };
export type PublishedSchedule = {
  scheduleId: string;
  tenant: string;
  version: number;
  document: Schedule;
  by: string;
  changedAt: string;
};
export type PublishedEscalation = {
  escalationId: string;
  tenant: string;
  version: number;
  document: EscalationPolicy;
  by: string;
  publishedAt: string;
};
export type KillSwitch = { tenant: string; scope: KillSwitchScope; reason: string; by: string; at: string };
/** Settings an organisation has one of each of. */
export type OrganizationRules = {
  tenant: string;
  workingHours: WorkingHours | null;
  /** Whether an agent's owner may decide what the agent asks. */
  solo: boolean;
  /** Whether a policy version becomes active only when a second person agrees. */
  secondPerson: boolean;
  /** How long what was written about an approval is kept after its end. */
  retention: Retention;
};
export type Absence = {
  absenceId: string;
  operatorId: string;
  tenant: string;
  from: string;
  to: string;
  /** Who is asked instead; null for nobody. */
  delegateId: string | null;
};
/** A view of the inbox that a person keeps. */
export type InboxView = { viewId: string; operatorId: string; tenant: string; name: string; filters: InboxFilters };
export type PersonsQuietHours = { operatorId: string; tenant: string; quietHours: QuietHours };
export type Grant = {
  grantId: string;
  tenant: string;
  pattern: GrantPattern;
  usesMax: number;
  amountMax: number | null;
  currency: string | null;
  expiresAt: string;
  by: string;
  madeAt: string;
  reason: string;
  revoked: boolean;
  uses: number;
  amountUsed: number;
  /** Approvals that used it. */
  usedBy: ReadonlySet<string>;
  /** Of `grant-<grantId>`: the next use is appended at exactly this one. */
  revision: number;
};
export type ReturnedBand = {
  agentId: string;
  tool: string;
  band: AmountBand;
  tenant: string;
  sampled: number;
  rejected: number;
  returnedAt: string;
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
  mcpGateways: Map<string, McpGateway>;
  policies: Map<string, PublishedPolicy>;
  /** Tenant → its active policy version. */
  activePolicies: Map<string, PublishedPolicy>;
  drafts: Map<string, PolicyDraft>;
  teams: Map<string, Team>;
  schedules: Map<string, PublishedSchedule>;
  /** Every version of every escalation policy. */
  escalations: Map<string, PublishedEscalation>;
  /** Tenant and id → the newest version. */
  currentEscalations: Map<string, PublishedEscalation>;
  /** Tenant → its own settings; none while they are the defaults. */
  rules: Map<string, OrganizationRules>;
  /** Tenant, or tenant and agent → the switch that is engaged. */
  killSwitches: Map<string, KillSwitch>;
  absences: Map<string, Absence>;
  quietHours: Map<string, PersonsQuietHours>;
  inboxViews: Map<string, InboxView>;
  grants: Map<string, Grant>;
  returnedBands: Map<string, ReturnedBand>;
  channels: Map<string, ChannelConnection>;
  /** Tenant and channel → since when its provider refuses the settings. */
  channelFaults: Map<string, ChannelFault>;
  /** Tenant → what it allows its channels; none while that is the default. */
  channelPolicies: Map<string, ChannelPolicy & { tenant: string }>;
  templates: Map<string, PublishedTemplate>;
  enrolments: Map<string, Enrolment>;
  notificationRules: Map<string, PersonsRules>;
  profiles: Map<string, Profile>;
  replyCodes: Map<string, ReplyCodes>;
  /** Operator id → the invitation that is open for this person. */
  invitations: Map<string, Invitation>;
  signInPolicies: Map<string, PublishedSignInPolicy>;
  singleSignOns: Map<string, SingleSignOn>;
  /** Operator id → the address this person wants to sign in with, while its link is open. */
  emailChanges: Map<string, EmailChange>;
};
export type DirectoryState = {
  readonly [T in keyof DirectoryTables]: DirectoryTables[T] extends Map<string, infer V> ? ReadonlyMap<string, V> : never;
};

export const emptyDirectory: DirectoryState = {
  organizations: new Map(),
  operators: new Map(),
  agents: new Map(),
  apiKeys: new Map(),
  tokens: new Map(),
  endpoints: new Map(),
  connections: new Map(),
  mcpGateways: new Map(),
  policies: new Map(),
  activePolicies: new Map(),
  drafts: new Map(),
  teams: new Map(),
  schedules: new Map(),
  escalations: new Map(),
  currentEscalations: new Map(),
  rules: new Map(),
  killSwitches: new Map(),
  absences: new Map(),
  quietHours: new Map(),
  inboxViews: new Map(),
  grants: new Map(),
  returnedBands: new Map(),
  channels: new Map(),
  channelFaults: new Map(),
  channelPolicies: new Map(),
  templates: new Map(),
  enrolments: new Map(),
  notificationRules: new Map(),
  profiles: new Map(),
  replyCodes: new Map(),
  invitations: new Map(),
  signInPolicies: new Map(),
  singleSignOns: new Map(),
  emailChanges: new Map(),
};

/**
 * The tables of a state, to be changed: each is copied when it is first asked for, so that a table nothing is said about stays the very
 * same one. What is worked out from a table is thereby known to hold for as long as the table is the same.
 */
export const changing = (state: DirectoryState): { tables: DirectoryTables; changed(): DirectoryState } => {
  const copies: Partial<DirectoryTables> = {};
  const tables = {};
  for (const name of Object.keys(emptyDirectory) as (keyof DirectoryTables)[])
    Object.defineProperty(tables, name, { get: () => (copies[name] ??= new Map<string, never>(state[name] as Map<string, never>)) });
  return { tables: tables as DirectoryTables, changed: () => ({ ...state, ...copies }) as DirectoryState };
};

/** Key of a setting within a tenant. A slash cannot stand in an id, so two tenants' settings never meet. */
export const keyOf = (tenant: string, ...ids: (string | number)[]): string => [tenant, ...ids].join('/');
/** Key of an amount band; tools may have any name. */
export const bandKeyOf = (tenant: string, agentId: string, tool: string, { from, to }: AmountBand): string =>
  JSON.stringify([tenant, agentId, tool, from, to]);

/** What holds for an organisation that never changed it. */
export const defaultRules = (tenant: string): OrganizationRules => ({
  tenant,
  workingHours: null,
  solo: false,
  secondPerson: false,
  retention: DEFAULT_RETENTION,
});

/** Changes an entry if it is there: an event about something that was removed says nothing about the present. */
export const change = <V>(table: Map<string, V>, key: string, to: (entry: V) => V): void => {
  const entry = table.get(key);
  if (entry !== undefined) table.set(key, to(entry));
};
