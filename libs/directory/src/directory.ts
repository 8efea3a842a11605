import type { ApiKeyScope, Approvers } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import type { Agent, ApiKey, Connection, Endpoint, Operator, Organization, PersonalToken, PublishedPolicy } from './directory-state.ts';

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
  list<K extends keyof DirectoryLists>(kind: K, tenant: string): DirectoryLists[K][];
  /** Resolves when what was appended up to this position is in the directory. @throws DirectoryBehind after `timeoutMs` (5 000) */
  atLeast(position: string, timeoutMs?: number): Promise<void>;
  /** Calls back after every change. @returns a function that stops it */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
};

/** Follows the settings streams of the log. @returns the directory, caught up with the log */
export const openDirectory = (_eventLog: EventLog, _options: { now?: () => string } = {}): Promise<Directory> => {
  throw new Error('being written');
};
