import { SENIOR_ROLES, type Role } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../read-model/inbox.ts';
import type { Accounts } from './accounts.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { Session } from './sessions.ts';

/** Who makes a request, as the log has them now: a role taken away is gone with the next request. */
export type Person = {
  operatorId: string;
  tenant: string;
  name: string;
  email: string;
  roles: readonly Role[];
  /** A browser's session or a script's access token. */
  by: 'session' | 'token';
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every request to `/api` but what is asked before anybody is known. */
    person: Person | null;
    /** The browser's session; null for a script's token. */
    session: Session | null;
  }
}

/** Roles that may use verbs on approvals; `decision` then checks the step. Auditors and viewers read. */
const WRITERS: readonly Role[] = ['owner', 'admin', 'senior', 'operator'];
const ADMINISTRATORS: readonly Role[] = ['owner', 'admin'];
/** Who may look at settings: auditors change nothing. */
const SETTINGS_READERS: readonly Role[] = [...ADMINISTRATORS, 'auditor'];
/** Who may stop everything, let a pattern through for a while, and look at how the gate is set. */
const GATE_READERS: readonly Role[] = [...SENIOR_ROLES, 'auditor'];

/** What somebody may do who has to set up a second factor first. */
const WHILE_ADDING_A_FACTOR = new Set([
  '/api/me',
  '/api/sign-out',
  '/api/security',
  '/api/security/totp',
  '/api/security/totp/confirm',
  '/api/security/passkeys',
  '/api/security/passkeys/options',
]);

/** Whether a session showed less than its organisation asks for. What an identity provider asked is the provider's matter. */
export const mustAddFactor = (directory: Pick<Directory, 'signInPolicy'>, tenant: string, session: Session): boolean =>
  directory.signInPolicy(tenant).secondFactor && !session.twoFactors && session.method !== 'oidc';

/** The route a request came to; its address where no route is. */
export const pathOf = (request: FastifyRequest): string => {
  const route = request.routeOptions.url;
  return route !== undefined && !route.includes('*') ? route : (request.url.split('?', 1)[0] ?? '/');
};

const BEARER = /^Bearer ([\w-]{1,256})$/i;

/**
 * Finds out who makes the request: an access token if there is an Authorization header, else the session cookie.
 * @param countsAsUse whether this keeps the session from going idle.
 * @throws ProblemError 401 when neither names a member.
 */
export const identify = async (
  request: FastifyRequest,
  { accounts, directory, secure }: { accounts: Accounts; directory: Directory; secure: boolean },
  { countsAsUse } = { countsAsUse: true },
): Promise<Person> => {
  request.session = null;
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = BEARER.exec(header)?.[1];
    const known = token === undefined ? null : directory.findToken(token);
    return known ? member(directory, known.operatorId, 'token') : notSignedIn('The access token is unknown, expired or revoked.');
  }
  const session = readSessionCookie(request.headers.cookie, secure);
  request.session = session === null ? null : await accounts.sessions.of(session, { countsAsUse });
  if (request.session === null) return notSignedIn('Sign in, or send an access token.');
  const person = member(directory, request.session.operatorId, 'session');
  if (mustAddFactor(directory, person.tenant, request.session) && !WHILE_ADDING_A_FACTOR.has(pathOf(request)))
    throw new ProblemError('second_factor_required', 403, 'Your organisation asks for a second factor: set one up first.');
  return person;
};

const member = (directory: Directory, operatorId: string, by: Person['by']): Person => {
  const operator = directory.operator(operatorId);
  if (!operator) return notSignedIn('You are no longer a member of this organisation.');
  const { tenant, name, email, roles } = operator;
  return { operatorId, tenant, name, email, roles, by };
};

const notSignedIn = (detail: string): never => {
  throw new ProblemError('not_signed_in', 401, detail, { headers: { 'www-authenticate': 'Bearer realm="holdpoint"' } });
};

/** The person of a request that passed the gate. */
export const personOf = (request: FastifyRequest): Person => request.person ?? notSignedIn('Sign in, or send an access token.');

/** How long after signing in somebody may change how they sign in, seconds. */
const FRESH_SEC = 1_800;

/**
 * The person of a session that began a short while ago: only such changes how one signs in, so that a forgotten screen does not.
 * @throws ProblemError 403 `session_required` for a token, `sign_in_again` for an older session
 */
export const freshPersonOf = (request: FastifyRequest, now: string): Person => {
  const person = personOf(request);
  if (request.session === null)
    throw new ProblemError('session_required', 403, 'This takes a session: sign in to the console. An access token cannot do it.');
  if (Date.parse(now) - Date.parse(request.session.createdAt) > FRESH_SEC * 1_000)
    throw new ProblemError('sign_in_again', 403, 'You signed in a while ago. Sign in again to change this.');
  return person;
};

/** @throws ProblemError 403 for people whose roles only read. */
export const writerOf = (request: FastifyRequest): Person => holding(personOf(request), WRITERS, 'use verbs on approvals');

/** Auditors judge afterwards what was let through. @throws ProblemError 403 for viewers. */
export const reviewerOf = (request: FastifyRequest): Person => holding(personOf(request), [...WRITERS, 'auditor'], 'judge afterwards');

/** @throws ProblemError 403 for everybody but owners and admins. */
export const administratorOf = (request: FastifyRequest): Person => holding(personOf(request), ADMINISTRATORS, 'change settings');

/** @throws ProblemError 403 for everybody but owners. */
export const ownerOf = (request: FastifyRequest): Person => holding(personOf(request), ['owner'], 'relax this');

/** @throws ProblemError 403 for everybody but seniors, admins and owners. */
export const seniorOf = (request: FastifyRequest): Person => holding(personOf(request), SENIOR_ROLES, 'stop the gate or make grants');

/** @throws ProblemError 403 for everybody but owners, admins and auditors. */
export const settingsReaderOf = (request: FastifyRequest): Person => holding(personOf(request), SETTINGS_READERS, 'list settings');

/** @throws ProblemError 403 for everybody but seniors, admins, owners and auditors. */
export const gateReaderOf = (request: FastifyRequest): Person => holding(personOf(request), GATE_READERS, 'look at how the gate is set');

/** Whether this person may look at the settings of everybody in the organisation. */
export const readsSettings = ({ roles }: Pick<Person, 'roles'>): boolean => roles.some(role => SETTINGS_READERS.includes(role));

/** Whether this person may change the settings of everybody in the organisation. */
export const administers = ({ roles }: Pick<Person, 'roles'>): boolean => roles.some(role => ADMINISTRATORS.includes(role));

/** The person a setting is about, or an administrator. @throws ProblemError 403 for anybody else */
export const selfOrAdministratorOf = (request: FastifyRequest, operatorId: string): Person => {
  const person = personOf(request);
  return person.operatorId === operatorId ? person : holding(person, ADMINISTRATORS, 'change what is somebody else’s own');
};

const holding = (person: Person, roles: readonly Role[], to: string): Person => {
  if (person.roles.some(role => roles.includes(role))) return person;
  const held = person.roles.join(', ') || 'no role';
  throw new ProblemError('role_required', 403, `It takes one of the roles ${roles.join(', ')} to ${to}; you hold ${held}.`);
};

/** The person as the inbox sees them. @param now RFC 3339 instant. */
export const viewerOf = (person: Person, directory: Directory, now: string): Viewer => ({
  operatorId: person.operatorId,
  tenant: person.tenant,
  roles: person.roles,
  ownedAgents: directory
    .list('agents', person.tenant)
    .filter(agent => agent.ownerId === person.operatorId)
    .map(agent => agent.agentId),
  solo: directory.soloMode(person.tenant),
  now,
});

/** The name of an agent, for requests that give none. */
export const agentNames =
  (directory: Directory) =>
  (agentId: string): string | null =>
    directory.agent(agentId)?.name ?? null;
