import { streamOf, type Role, type newToken } from '@holdpoint/contracts';
import type { Directory, Operator } from '@holdpoint/directory';
import { derivedId, newCredential } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { administers, type Person } from '../accounts/person.ts';
import { changeSettings, type SettingsDeps } from './change-settings.ts';

/** The same person in the same organisation always has the same id, so inviting somebody twice lands on one stream. */
export const operatorIdOf = (tenant: string, email: string): string => derivedId('opr', tenant, email.toLowerCase());
/** The member who signs in with an address. */
export const memberWithEmail = (directory: Pick<Directory, 'list'>, tenant: string, email: string): Operator | null =>
  directory.list('operators', tenant).find(operator => operator.email.toLowerCase() === email.toLowerCase()) ?? null;
/** One address per channel and text, whoever adds it how often. */
export const addressIdOf = (operatorId: string, channel: string, address: string): string => derivedId('adr', operatorId, channel, address);

/** Whether somebody is a member, by the events of their stream. */
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
