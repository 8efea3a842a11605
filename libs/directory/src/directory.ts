import type { ApiKeyScope, Approvers } from '@holdpoint/contracts';
import { comparePositions, type EventLog } from '@holdpoint/event-log';
import { parseCredential } from '@holdpoint/sealing';
import {
  emptyDirectory,
  keyOf,
  type Agent,
  type ApiKey,
  type Connection,
  type DirectoryState,
  type Endpoint,
  type Operator,
  type Organization,
  type PersonalToken,
  type PublishedPolicy,
} from './directory-state.ts';
import { evolveDirectory, isFolded } from './evolve-directory.ts';

/** What `list` can list, per tenant. */
export type DirectoryLists = {
  operators: Operator;
  agents: Agent;
  apiKeys: ApiKey;
  tokens: PersonalToken;
  endpoints: Endpoint;
  connections: Connection;
  policies: PublishedPolicy;
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
  operatorsWith(tenant: string, approvers: Approvers): Operator[];
  organization(tenant: string): Organization | null;
  /** Every organisation there is, ordered by id. */
  organizations(): Organization[];
  agent(agentId: string): Agent | null;
  activePolicy(tenant: string): PublishedPolicy | null;
  policyVersion(tenant: string, policyId: string, version: number): PublishedPolicy | null;
  endpoint(tenant: string, endpointId: string): Endpoint | null;
  connection(tenant: string, connectionId: string): Connection | null;
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

const PREFIXES = ['organization-', 'operator-', 'agent-', 'gatePolicy-'];
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

type Lookups = Omit<Directory, 'atLeast' | 'onChange' | 'close'>;

/** Answers from the state as it is at the time of the question. */
export const lookups = (state: () => DirectoryState, now: () => string): Lookups => {
  const expired = (expiresAt: string | null): boolean => expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now());
  return {
    findApiKey: token => {
      const hash = parseCredential(token)?.hash;
      const key = hash === undefined ? undefined : state().apiKeys.get(hash);
      if (!key || key.revoked || expired(key.expiresAt)) return null;
      const { tenant, agentId, keyId, scopes, mode } = key;
      return { tenant, agentId, keyId, scopes, mode };
    },
    findToken: token => {
      const hash = parseCredential(token)?.hash;
      const found = hash === undefined ? undefined : state().tokens.get(hash);
      if (!found || found.revoked || expired(found.expiresAt) || !state().operators.has(found.operatorId)) return null;
      return { tenant: found.tenant, operatorId: found.operatorId };
    },
    operator: operatorId => state().operators.get(operatorId) ?? null,
    operatorsWith: (tenant, approvers) =>
      [...state().operators.values()]
        .filter(person => person.tenant === tenant)
        .filter(person => approvers.operators.includes(person.operatorId) || person.roles.some(role => approvers.roles.includes(role)))
        .sort((a, b) => (a.operatorId < b.operatorId ? -1 : 1)),
    organization: tenant => state().organizations.get(tenant) ?? null,
    organizations: () => [...state().organizations.values()].sort((a, b) => (a.organizationId < b.organizationId ? -1 : 1)),
    agent: agentId => state().agents.get(agentId) ?? null,
    activePolicy: tenant => state().activePolicies.get(tenant) ?? null,
    policyVersion: (tenant, policyId, version) => state().policies.get(keyOf(tenant, policyId, version)) ?? null,
    endpoint: (tenant, endpointId) => state().endpoints.get(keyOf(tenant, endpointId)) ?? null,
    connection: (tenant, connectionId) => state().connections.get(keyOf(tenant, connectionId)) ?? null,
    list: <K extends keyof DirectoryLists>(kind: K, tenant: string) =>
      ([...state()[kind].values()] as DirectoryLists[K][]).filter(entry => entry.tenant === tenant),
  };
};
