import { streamOf, type Role } from '@holdpoint/contracts';
import { newCredential, newId } from '@holdpoint/sealing';
import type { RunningConsole } from './a-running-console.ts';

/** Somebody who works here, with an access token. */
export type AMember = { operatorId: string; headers: { authorization: string } };

/** A member with these roles, as settings commands would have made one. */
export const aMember = async (world: RunningConsole, roles: Role[], tenant = world.credentials.organizationId): Promise<AMember> => {
  const operatorId = newId('opr');
  const { token, id, hash } = newCredential('hpo');
  const at = world.parts.now();
  const { position } = await world.parts.eventLog.append(
    streamOf.operator(operatorId),
    [
      {
        type: 'MemberJoined',
        data: { operatorId, organizationId: tenant, at, private: { email: `${operatorId}@example.test`, name: 'Somebody' } },
      },
      ...roles.map(role => ({ type: 'RoleGranted' as const, data: { operatorId, role, at } })),
      { type: 'PersonalAccessTokenIssued', data: { operatorId, tokenId: id, hash, at, expiresAt: null } },
    ],
    { expectedRevision: 'none', commandId: newId('cmd'), tenant, actor: 'service:spec', recordedAt: at },
  );
  await world.parts.directory.atLeast(position);
  return { operatorId, headers: { authorization: `Bearer ${token}` } };
};
