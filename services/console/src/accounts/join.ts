import { streamOf } from '@holdpoint/contracts';
import type { Invitation, Operator } from '@holdpoint/directory';
import { ProblemError } from '@holdpoint/service-kit';
import { addAddress } from '../settings/addresses.ts';
import { changeSettings } from '../settings/change-settings.ts';
import { addressIdOf, hasJoined, memberWithEmail } from '../settings/people.ts';
import { addTeamMember } from '../settings/teams.ts';
import type { AccountDeps } from './account-deps.ts';

/**
 * Makes a member of somebody who was invited, with the roles and teams of the invitation.
 * @param proved whether it is known that the address is theirs: the mailed link was opened, or an identity provider says so
 * @throws ProblemError 410 when the invitation was used in the meantime
 */
export const joinInvited = async (deps: AccountDeps, invitation: Invitation, name: string, proved: boolean): Promise<Operator> => {
  const { operatorId, tenant, email, roles, teams } = invitation;
  const by = { operatorId, tenant };
  const addressId = addressIdOf(operatorId, 'email', email);
  await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) => {
    const newest = events.findLast(event => event.type === 'MemberInvited');
    if (memberWithEmail(deps.directory, tenant, email) !== null) throw invitationOver();
    if (hasJoined(events) || newest?.data.invitationId !== invitation.invitationId) throw invitationOver();
    return [
      { type: 'MemberJoined', data: { operatorId, organizationId: tenant, at, private: { email, name } } },
      ...[...new Set(roles)].map(role => ({ type: 'RoleGranted' as const, data: { operatorId, role, at } })),
      ...(proved
        ? [
            {
              type: 'ChannelAddressAdded' as const,
              data: { operatorId, addressId, channel: 'email' as const, at, private: { address: email } },
            },
            { type: 'ChannelAddressVerified' as const, data: { operatorId, addressId, at } },
          ]
        : []),
    ];
  });
  const known = new Set(deps.directory.list('teams', tenant).map(({ teamId }) => teamId));
  for (const team of teams.filter(id => known.has(id))) await addTeamMember(deps)(by, team, operatorId);
  if (!proved) await askForProof(deps, by, email);
  const operator = deps.directory.operator(operatorId);
  if (operator === null) throw invitationOver();
  return operator;
};

/** The link came by another way than by mail: whether the address is theirs is asked by mail. Where that cannot be, the person does it later. */
const askForProof = async (deps: AccountDeps, by: { operatorId: string; tenant: string }, email: string): Promise<void> => {
  try {
    await addAddress(deps)(by, { channel: 'email', address: email });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
};

export const invitationOver = () => new ProblemError('link_over', 410, 'This invitation was used already, withdrawn, or its time is over.');
