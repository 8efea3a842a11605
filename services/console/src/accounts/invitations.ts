import { streamOf, type invitationAcceptBody, type newInvitation } from '@holdpoint/contracts';
import type { Directory, Invitation, Operator } from '@holdpoint/directory';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings } from '../settings/change-settings.ts';
import { hasJoined, memberWithEmail, operatorIdOf, refuseHigherRoles } from '../settings/people.ts';
import type { AccountDeps } from './account-deps.ts';
import { linkTo, mailLink } from './account-mail.ts';
import { beginSession, recordOwn } from './begin-session.ts';
import { invitationOver, joinInvited } from './join.ts';
import { assertGoodPassword } from './new-password.ts';
import { checkCreated, creationOptions, type Reached } from './passkeys.ts';
import type { Person } from './person.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';
import type { From, SignedIn } from './sign-in.ts';

/** How long an invitation stands, seconds: a week. */
export const INVITATION_SEC = 604_800;

/**
 * Invites somebody by a link: it is shown to the caller once, and another one is mailed where mail is set up. Inviting again replaces both.
 * @throws ProblemError 403 for roles the caller may not give, 409 for a member, 422 for a team there is not
 */
export const invite =
  (deps: AccountDeps) =>
  async (by: Person, { email, name, roles, teams }: z.output<typeof newInvitation>) => {
    refuseHigherRoles(by, roles);
    const { tenant } = by;
    const known = new Set(deps.directory.list('teams', tenant).map(({ teamId }) => teamId));
    const strange = teams.findIndex(id => !known.has(id));
    if (strange >= 0) throw unknownTeam(strange);
    if (memberWithEmail(deps.directory, tenant, email) !== null) throw memberExists(email);
    const operatorId = idForInvited(deps, tenant, email);
    const [shown, mailed] = [newSecretToken(), newSecretToken()];
    const invitationId = newId('inv');
    const expiresAt = new Date(Date.parse(deps.now()) + INVITATION_SEC * 1_000).toISOString();
    await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) => {
      if (hasJoined(events)) throw memberExists(email);
      const hashes = { hash: hashOfToken(shown), mailedHash: hashOfToken(mailed) };
      const given = { operatorId, organizationId: tenant, invitationId, roles: [...new Set(roles)], teams, ...hashes };
      return [{ type: 'MemberInvited', data: { ...given, expiresAt, by: by.operatorId, at, private: { email, name } } }];
    });
    const mail = { tenant, kind: 'invitation', email, name, link: linkTo(deps, 'invitation', mailed), expiresAt, by: by.name } as const;
    return {
      id: invitationId,
      email,
      name,
      roles,
      teams,
      expiresAt,
      link: linkTo(deps, 'invitation', shown),
      mailed: await mailLink(deps, mail, by.operatorId),
    };
  };

/** An address that a member signed in with before is not that member's any more: whoever is invited with it now is somebody else. */
const idForInvited = ({ directory }: Pick<AccountDeps, 'directory'>, tenant: string, email: string): string => {
  const standing = invitationFor(directory, tenant, email);
  if (standing !== null) return standing.operatorId;
  const derived = operatorIdOf(tenant, email);
  return directory.operator(derived) === null ? derived : newId('opr');
};

/** The open invitation of an address; null for none. */
export const invitationFor = (directory: Pick<Directory, 'list' | 'invitation'>, tenant: string, email: string): Invitation | null => {
  const known = directory.list('invitations', tenant).find(invitation => invitation.email.toLowerCase() === email.toLowerCase());
  return known === undefined ? null : directory.invitation(known.operatorId);
};

/** Invitations that stand, newest last; links are never shown again. */
export const listInvitations = ({ directory, now }: Pick<AccountDeps, 'directory' | 'now'>, tenant: string) =>
  directory
    .list('invitations', tenant)
    .filter(({ expiresAt }) => expiresAt > now())
    .map(({ invitationId, email, name, roles, teams, expiresAt, by, invitedAt }) => ({
      id: invitationId,
      email,
      name,
      roles,
      teams,
      expiresAt,
      by,
      invitedAt,
    }));

/** Takes an invitation back. @throws ProblemError 404 */
export const withdrawInvitation =
  (deps: AccountDeps) =>
  async (by: Pick<Person, 'operatorId' | 'tenant'>, invitationId: string): Promise<void> => {
    const known = deps.directory.list('invitations', by.tenant).find(invitation => invitation.invitationId === invitationId);
    if (known === undefined) throw new ProblemError('not_found', 404, 'There is no such invitation.');
    const { operatorId } = known;
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) =>
      deps.directory.invitation(operatorId)?.invitationId === invitationId
        ? [{ type: 'InvitationWithdrawn', data: { operatorId, invitationId, by: by.operatorId, at } }]
        : [],
    );
  };

const opened = ({ directory }: Pick<AccountDeps, 'directory'>, token: string): { invitation: Invitation; mailed: boolean } => {
  const found = directory.findInvitation(hashOfToken(token));
  if (found === null) throw invitationOver();
  return found;
};

/** What a link invites to. @throws ProblemError 410 */
export const lookAtInvitation = (deps: AccountDeps, token: string) => {
  const { email, name, roles, tenant, expiresAt, by } = opened(deps, token).invitation;
  const { directory } = deps;
  const { methods } = directory.signInPolicy(tenant);
  const organization = directory.organization(tenant)?.name ?? tenant;
  return { email, name, roles, organization, expiresAt, invitedBy: directory.operator(by)?.name ?? null, methods };
};

/** Begins to make a passkey for somebody who is not a member yet. @throws ProblemError 410 */
export const beginInvitationPasskey = async (deps: AccountDeps, token: string) => {
  const { operatorId, email, name } = opened(deps, token).invitation;
  const options = await creationOptions(deps, { operatorId, email, name }, []);
  return { flow: deps.flows.begin('passkeyAdd', { operatorId, challenge: options.challenge }), options };
};

/**
 * Accepts an invitation with a password or a passkey, and signs in.
 * @throws ProblemError 410 for a link that is over, 422 for a weak password or a passkey that does not fit, 403 where the policy takes neither
 */
export const acceptInvitation =
  (deps: AccountDeps) =>
  async (body: z.output<typeof invitationAcceptBody>, from: From, reached: Reached): Promise<SignedIn> => {
    const { invitation, mailed } = opened(deps, body.token);
    const { operatorId, email, tenant } = invitation;
    const method = body.passkey === undefined ? 'password' : 'passkey';
    if (!deps.directory.signInPolicy(tenant).methods.includes(method))
      return { outcome: 'notTaken', detail: `The organisation does not take a ${method}.` };
    const keep =
      body.passkey === undefined
        ? withPassword(deps, body.password ?? '', email)
        : await withPasskey(deps, operatorId, body.passkey, reached);
    const operator = await joinInvited(deps, invitation, body.name ?? invitation.name, mailed);
    const passkeyId = await keep(operator);
    const proof = { method, twoFactors: method === 'passkey', ...(passkeyId === null ? {} : { passkeyId }) } as const;
    return { outcome: 'signedIn', token: await beginSession(deps, operator, proof, from.device), operator };
  };

/** Stores the credential once its owner is a member. @returns the passkey's id, if it is one */
type Keep = (operator: Operator) => Promise<string | null>;

const withPassword = (deps: AccountDeps, password: string, email: string): Keep => {
  assertGoodPassword(password, email);
  return async ({ operatorId }) => {
    await deps.accounts.setPassword({ operatorId, email, password });
    return null;
  };
};

const withPasskey = async (
  deps: AccountDeps,
  operatorId: string,
  { flow, credential, name }: NonNullable<z.output<typeof invitationAcceptBody>['passkey']>,
  reached: Reached,
): Promise<Keep> => {
  const begun = deps.flows.take('passkeyAdd', flow);
  const made = begun?.operatorId === operatorId ? await checkCreated(deps, credential, begun.challenge, reached) : null;
  if (made === null) throw passkeyRefused();
  return async operator => {
    await deps.accounts.add({ operatorId, email: operator.email });
    const passkeyId = await deps.accounts.passkeys.add({ ...made, operatorId, name });
    if (passkeyId === null) throw passkeyRefused();
    await recordOwn(deps, operator, at => [{ type: 'PasskeyAdded', data: { operatorId, passkeyId, at, private: { name } } }]);
    return passkeyId;
  };
};

export const passkeyRefused = () =>
  new ProblemError('invalid_passkey', 422, 'The passkey could not be checked. Try again.', {
    errors: [{ pointer: '/credential', detail: 'was not made for this page, or too long ago' }],
  });

const memberExists = (email: string) => new ProblemError('member_exists', 409, `${email} is a member already.`);

const unknownTeam = (index: number) =>
  new ProblemError('unknown_team', 422, 'There is no such team.', {
    errors: [{ pointer: `/teams/${index}`, detail: 'is not a team here' }],
  });
