import { streamOf, type Role } from '@holdpoint/contracts';
import type { Operator } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { changeSettings } from '../settings/change-settings.ts';
import { refuseHigherRoles } from '../settings/people.ts';
import type { AccountDeps } from './account-deps.ts';
import { withdrawInvitation } from './invitations.ts';
import type { Person } from './person.ts';
import { rerouteWhatIsAskedOf, type Reroute, type RerouteDeps } from './reroute.ts';

/** @throws ProblemError 404 for nobody of the caller's organisation, 403 where an owner is concerned and the caller is none */
const memberFor = (deps: AccountDeps, by: Person, operatorId: string): Operator => {
  const operator = deps.directory.operator(operatorId);
  if (operator?.tenant !== by.tenant) throw new ProblemError('not_found', 404, 'There is no such member.');
  if (operator.roles.includes('owner')) refuseHigherRoles(by, ['owner']);
  return operator;
};

/** Gives a role; one that is held already changes nothing. @throws ProblemError 404, 403 */
export const grantRole =
  (deps: AccountDeps) =>
  async (by: Person, operatorId: string, role: Role): Promise<{ roles: readonly Role[] }> => {
    refuseHigherRoles(by, [role]);
    memberFor(deps, by, operatorId);
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) =>
      deps.directory.operator(operatorId)?.roles.includes(role) ? [] : [{ type: 'RoleGranted', data: { operatorId, role, at } }],
    );
    return { roles: deps.directory.operator(operatorId)?.roles ?? [] };
  };

/** Takes a role away; with the next request it is gone. @throws ProblemError 404, 403, 409 for the last owner */
export const revokeRole =
  (deps: AccountDeps) =>
  async (by: Person, operatorId: string, role: Role): Promise<{ roles: readonly Role[] }> => {
    const operator = memberFor(deps, by, operatorId);
    if (role === 'owner') assertNotLastOwner(deps, operator);
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) =>
      operator.roles.includes(role) ? [{ type: 'RoleRevoked', data: { operatorId, role, at } }] : [],
    );
    return { roles: deps.directory.operator(operatorId)?.roles ?? [] };
  };

/**
 * Removes a member: what waits for this person by name goes to the successor, or is asked of the next people; then access ends at once, with every
 * session, token and credential, and with the invitations the person made. What the person was put on meanwhile follows: once nobody is there any
 * more to be put on anything, the log is looked at again.
 * @throws ProblemError 404, 403, 409 for the last owner or oneself, 422 for a successor who is no member
 */
export const removeMember =
  (deps: AccountDeps & RerouteDeps) =>
  async (by: Person, operatorId: string, successor: string | undefined): Promise<{ rerouted: Reroute[] }> => {
    const operator = memberFor(deps, by, operatorId);
    if (operatorId === by.operatorId) throw new ProblemError('not_yourself', 409, 'Somebody else has to remove you.');
    assertNotLastOwner(deps, operator);
    if (successor !== undefined && (successor === operatorId || deps.directory.operator(successor)?.tenant !== by.tenant))
      throw new ProblemError('unknown_member', 422, 'The successor is not a member of the organisation.', {
        errors: [{ pointer: '/successor', detail: 'is not another member' }],
      });
    const before = await rerouteWhatIsAskedOf(deps)(by, operatorId, successor);
    for (const { by: inviter, invitationId } of deps.directory.list('invitations', by.tenant))
      if (inviter === operatorId) await withdrawInvitation(deps)(by, invitationId);
    await changeSettings(deps, by, streamOf.operator(operatorId), (_events, at) =>
      deps.directory.operator(operatorId) === null ? [] : [{ type: 'MemberRemoved', data: { operatorId, at } }],
    );
    await deps.accounts.remove(operatorId);
    const done = before.filter(({ outcome }) => outcome === 'done');
    const rest = await rerouteWhatIsAskedOf(deps)(by, operatorId, successor, new Set(done.map(({ id }) => id)));
    return { rerouted: [...done, ...rest] };
  };

const assertNotLastOwner = ({ directory }: AccountDeps, { operatorId, tenant, roles }: Operator): void => {
  if (!roles.includes('owner')) return;
  if (directory.list('operators', tenant).some(other => other.operatorId !== operatorId && other.roles.includes('owner'))) return;
  throw new ProblemError('last_owner', 409, 'This is the only owner. Make somebody else an owner first.');
};
