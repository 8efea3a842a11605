import type {
  AlertChannel,
  ApiKeyScope,
  Approvers,
  ChannelPolicy,
  EscalationPolicy,
  MessageTemplate,
  NotificationRule,
  QuietHours,
  Retention,
  Schedule,
  SignInPolicy,
  TemplateKind,
  WorkingHours,
} from '@holdpoint/contracts';
import { comparePositions, type EventLog } from '@holdpoint/event-log';
import type { Asked } from './asked.ts';
import {
  emptyDirectory,
  type Absence,
  type Agent,
  type ApiKey,
  type ChannelConnection,
  type ChannelFault,
  type Connection,
  type EmailChange,
  type Endpoint,
  type Enrolment,
  type Grant,
  type Invitation,
  type InboxView,
  type KillSwitch,
  type McpGateway,
  type Operator,
  type Organization,
  type PersonalToken,
  type PersonsQuietHours,
  type PolicyDraft,
  type PublishedEscalation,
  type PublishedPolicy,
  type Profile,
  type PublishedSchedule,
  type PublishedTemplate,
  type ReturnedBand,
  type SingleSignOn,
  type Team,
} from './directory-state.ts';
import { evolveDirectory, isFolded } from './evolve-directory.ts';
import { lookups } from './lookups.ts';

/** What `list` can list, per tenant. */
export type DirectoryLists = {
  operators: Operator;
  agents: Agent;
  apiKeys: ApiKey;
  tokens: PersonalToken;
  endpoints: Endpoint;
  connections: Connection;
  mcpGateways: McpGateway;
  policies: PublishedPolicy;
  drafts: PolicyDraft;
  teams: Team;
  schedules: PublishedSchedule;
  escalations: PublishedEscalation;
  killSwitches: KillSwitch;
  absences: Absence;
  quietHours: PersonsQuietHours;
  inboxViews: InboxView;
  grants: Grant;
  returnedBands: ReturnedBand;
  channels: ChannelConnection;
  templates: PublishedTemplate;
  enrolments: Enrolment;
  invitations: Invitation;
};

/** Who may do what, as of now. Every answer is a plain value that must not be changed. */
export type Directory = {
  /** The agent behind an API key; null for one that is malformed, unknown, revoked or expired. O(1). */
  findApiKey(token: string): { tenant: string; agentId: string; keyId: string; scopes: ApiKeyScope[]; mode: 'live' | 'test' } | null;
  /** The operator behind a personal access token; null as above, and when the person is no longer a member. O(1). */
  findToken(token: string): { tenant: string; operatorId: string } | null;
  /** A member; null when unknown or removed. */
  operator(operatorId: string): Operator | null;
  /** Members of the tenant that hold one of the roles or are named, ordered by id. */
  operatorsWith(tenant: string, approvers: Pick<Approvers, 'roles' | 'operators'>): Operator[];
  /**
   * Who is asked at an instant: holders of the roles, members of the teams, whoever is on call in the schedules, and those named; without the
   * absent, with their delegates (at most three hand each other on, never in a circle). Ordered by id. O(1) while nobody comes or goes; with
   * schedules, worked out once a minute.
   * @param seniorOnly only those who hold a senior role
   */
  asked(tenant: string, approvers: Approvers, at: string, seniorOnly?: boolean): Asked;
  /** Ids of the teams a person is in. */
  teamsOf(operatorId: string): readonly string[];
  /** Ids of the schedules in which a person is on call at an instant. */
  onCallIn(tenant: string, operatorId: string, at: string): readonly string[];
  /** The absence a person is on at an instant. */
  absence(operatorId: string, at: string): Absence | null;
  quietHours(operatorId: string): QuietHours | null;
  schedule(tenant: string, scheduleId: string): Schedule | null;
  /** The newest version of an escalation policy. */
  escalationPolicy(tenant: string, escalationId: string): { version: number; document: EscalationPolicy } | null;
  workingHours(tenant: string): WorkingHours | null;
  /** Whether an agent's owner may decide what the agent asks. */
  soloMode(tenant: string): boolean;
  activationRule(tenant: string): { secondPerson: boolean };
  /** How long what was written about an approval is kept after its end; seven years until somebody set it. */
  retentionOf(tenant: string): Retention;
  /** The kill switch that is engaged for the whole organisation, else the agent's own; null when neither is. */
  killSwitch(tenant: string, agentId: string): { reason: string; by: string; at: string } | null;
  organization(tenant: string): Organization | null;
  /** Every organisation there is, ordered by id. */
  organizations(): Organization[];
  agent(agentId: string): Agent | null;
  activePolicy(tenant: string): PublishedPolicy | null;
  policyVersion(tenant: string, policyId: string, version: number): PublishedPolicy | null;
  /** Versions evaluated beside the active one, without effect. */
  shadowPolicies(tenant: string): readonly PublishedPolicy[];
  /** Bands that go to people until somebody releases them. */
  returnedBands(tenant: string): readonly ReturnedBand[];
  /** Grants for a tool that are not revoked, expired or used up; whether one fits a request is for `grantMatches` to say. */
  grants(tenant: string, tool: string): readonly Grant[];
  /** The grant that an approval has used already, whatever became of the grant. */
  grantUsedBy(tenant: string, tool: string, approvalId: string): Grant | null;
  grant(tenant: string, grantId: string): Grant | null;
  endpoint(tenant: string, endpointId: string): Endpoint | null;
  connection(tenant: string, connectionId: string): Connection | null;
  mcpGateway(tenant: string, gatewayId: string): McpGateway | null;
  /** Those of this name to this provider, of every organisation: which of them is meant, only a signature can tell. */
  connectionsNamed(provider: string, connectionId: string): readonly Connection[];
  /** A channel's credentials; null where the organisation has not set it up. */
  channelConnection(tenant: string, channel: AlertChannel): ChannelConnection | null;
  /** Since when the provider refuses the channel's settings; null while it takes them. */
  channelFault(tenant: string, channel: AlertChannel): ChannelFault | null;
  /** The channel whose provider calls back under this secret path; null for one that was replaced or never was. */
  channelByHook(hookId: string): ChannelConnection | null;
  /** What the organisation allows its channels, with the defaults filled in. */
  channelPolicy(tenant: string): ChannelPolicy;
  /** The organisation's own words, in this language or the language's main form; null where the built-in ones hold. */
  template(tenant: string, channel: AlertChannel, language: string, kind: TemplateKind): MessageTemplate | null;
  /** An enrolment that is under way, whether or not its time is over. */
  enrolment(addressId: string): Enrolment | null;
  /** A person's own rules; null while every verified address is told at once. */
  notificationRules(operatorId: string): readonly NotificationRule[] | null;
  /** Language and time zone; null while the person has said nothing. */
  profile(operatorId: string): Profile | null;
  /** Wrong reply codes of a person on a channel since the last lock, and until when nothing is taken from there. */
  replyCodes(operatorId: string, channel: AlertChannel): { failures: number; lockedUntil: string | null };
  /** The invitation that is open for a person who is no member yet; null when there is none, or its time is over. */
  invitation(operatorId: string): Invitation | null;
  /** The open invitation that a link with this SHA-256 belongs to, and whether it is the link that was mailed. */
  findInvitation(hash: string): { invitation: Invitation; mailed: boolean } | null;
  /** The address a member wants to sign in with, while the link that was sent there is open. */
  emailChange(operatorId: string): EmailChange | null;
  /** The open change of an address that a link with this SHA-256 belongs to. */
  findEmailChange(hash: string): EmailChange | null;
  /** Which ways of signing in the organisation takes; every way with one factor, unless it said otherwise. */
  signInPolicy(tenant: string): SignInPolicy;
  /** The identity provider the organisation trusts, with the client's secret. */
  singleSignOn(tenant: string): SingleSignOn | null;
  /** All entries of a kind that belong to the tenant, revoked and disabled ones too, in the order they came. */
  list<K extends keyof DirectoryLists>(kind: K, tenant: string): DirectoryLists[K][];
  /** Resolves when what was appended up to this position is in the directory. @throws DirectoryBehind after `timeoutMs` (5 000) */
  atLeast(position: string, timeoutMs?: number): Promise<void>;
  /** Calls back after every change. @returns a function that stops it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

/** The directory did not see a position in time: the log cannot be followed at the moment. */
export class DirectoryBehind extends Error {
  readonly code = 'directory_behind';
  constructor(position: string) {
    super(`settings up to log position ${position} were not seen in time; the log cannot be followed at the moment`);
    this.name = 'DirectoryBehind';
  }
}

const PREFIXES = ['organization-', 'operator-', 'agent-', 'gatePolicy-', 'schedule-', 'grant-'];
const AT_LEAST_TIMEOUT_MS = 5_000;

/**
 * Follows the settings streams of the log.
 * @param options.now instant that expiries are checked against; the clock by default
 * @returns the directory, caught up with the log; it waits for as long as the log cannot be reached
 * @throws EventUnreadable when a settings event cannot be read, for example because its master key is missing
 */
export const openDirectory = async (
  eventLog: Pick<EventLog, 'subscribe' | 'open'>,
  { now = () => new Date().toISOString() }: { now?: () => string } = {},
): Promise<Directory> => {
  let state = emptyDirectory;
  let seen = 'start';
  const listeners = new Set<() => void>();
  const waiting = new Set<{ position: string; reached(): void }>();
  const caughtUp = Promise.withResolvers<void>();
  const reach = (position: string): void => {
    seen = position;
    for (const waiter of waiting) if (comparePositions(position, waiter.position) >= 0) waiter.reached();
  };

  const subscription = eventLog.subscribe({
    name: 'directory',
    from: 'start',
    prefixes: PREFIXES,
    onEvents: events => {
      const before = state;
      try {
        // Sign-ins outnumber settings by far: they are not even opened.
        state = evolveDirectory(state, ...events.filter(event => isFolded(event.type)).map(event => eventLog.open(event)));
      } catch (error) {
        // At the start this ends the opening: a directory without some of its settings must not answer. Later the follower tries again.
        caughtUp.reject(error);
        throw error;
      }
      reach(events.at(-1)!.position);
      if (state !== before) for (const listener of listeners) listener();
    },
    onCheckpoint: reach,
    onCaughtUp: () => caughtUp.resolve(),
  });
  await caughtUp.promise.catch(async (error: unknown) => {
    await subscription.close();
    throw error;
  });

  return {
    ...lookups(() => state, now),
    atLeast: async (position, timeoutMs = AT_LEAST_TIMEOUT_MS) => {
      if (comparePositions(seen, position) >= 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter = { position, reached: resolve };
      const timer = setTimeout(() => reject(new DirectoryBehind(position)), timeoutMs);
      waiting.add(waiter);
      await promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(waiter);
      });
    },
    onChange: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => subscription.close(),
  };
};
