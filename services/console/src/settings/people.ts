import { streamOf, type Role, type newMember, type newToken } from '@holdpoint/contracts';
import { derivedId, newCredential } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import type { Accounts } from '../accounts/accounts.ts';
import { administers, type Person } from '../accounts/person.ts';
import { randomPassword } from '../accounts/passwords.ts';
import { changeSettings, type SettingsDeps } from './change-settings.ts';

/** The same person in the same organisation always has the same id, so adding somebody twice lands on one stream. */
export const operatorIdOf = (tenant: string, email: string): string => derivedId('opr', tenant, email.toLowerCase());
/** One address per channel and text, whoever adds it how often. */
export const addressIdOf = (operatorId: string, channel: string, address: string): string => derivedId('adr', operatorId, channel, address);

/**
 * Adds a member with roles, a verified email address and a password to hand over.
 * @returns the password once; it is kept only as a hash.
 * @throws ProblemError 409 for somebody who is a member, 403 for roles the caller may not give.
 */
export const addMember =
  (deps: SettingsDeps, accounts: Accounts) =>
  async (by: Person, { email, name, roles }: z.output<typeof newMember>) => {
    refuseHigherRoles(by, roles);
    const { tenant } = by;
    const operatorId = operatorIdOf(tenant, email);
    const addressId = addressIdOf(operatorId, 'email', email);
    await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) => {
      if (deps.directory.operator(operatorId) || hasJoined(events))
        throw new ProblemError('member_exists', 409, `${email} is a member already.`);
      return [
        { type: 'MemberJoined', data: { operatorId, organizationId: tenant, at, private: { email, name } } },
        ...[...new Set(roles)].map(role => ({ type: 'RoleGranted' as const, data: { operatorId, role, at } })),
        { type: 'ChannelAddressAdded', data: { operatorId, addressId, channel: 'email', at, private: { address: email } } },
        { type: 'ChannelAddressVerified', data: { operatorId, addressId, at } },
      ];
    });
    const password = randomPassword();
    await accounts.setPassword({ operatorId, email, password });
    return { id: operatorId, operatorId, email, name, roles, password };
  };

export const hasJoined = (events: readonly { type: string }[]): boolean =>
  events.findLast(event => event.type === 'MemberJoined' || event.type === 'MemberRemoved')?.type === 'MemberJoined';

/** Nobody hands out more than they hold: only an owner makes owners. */
export const refuseHigherRoles = (by: Person, roles: readonly Role[]): void => {
  if (roles.includes('owner') && !by.roles.includes('owner'))
    throw new ProblemError('role_required', 403, 'Only an owner may make somebody an owner.');
};

/** Issues an access token for the caller. @returns the token once; the log keeps its hash. */
export const issueToken =
  (deps: SettingsDeps) =>
  async (by: Person, { expiresAt }: z.output<typeof newToken>) => {
    const { token, id, hash } = newCredential('hpo');
    await changeSettings(deps, by, streamOf.operator(by.operatorId), (_events, at) => [
      { type: 'PersonalAccessTokenIssued', data: { operatorId: by.operatorId, tokenId: id, hash, at, expiresAt: expiresAt ?? null } },
    ]);
    return { id, token, expiresAt: expiresAt ?? null };
  };

/** Revokes an access token: one's own, or as an administrator anybody's in the organisation. @throws ProblemError 404 */
export const revokeToken =
  (deps: SettingsDeps) =>
  async (by: Person, tokenId: string): Promise<void> => {
    const known = deps.directory.list('tokens', by.tenant).find(token => token.tokenId === tokenId);
    if (!known || (known.operatorId !== by.operatorId && !administers(by)))
      throw new ProblemError('not_found', 404, 'There is no such access token.');
    const { operatorId } = known;
    await changeSettings(deps, by, streamOf.operator(operatorId), (events, at) =>
      events.some(event => event.type === 'PersonalAccessTokenRevoked' && event.data.tokenId === tokenId)
        ? []
        : [{ type: 'PersonalAccessTokenRevoked', data: { operatorId, tokenId, at } }],
    );
  };
