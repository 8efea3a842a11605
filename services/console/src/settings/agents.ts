import { API_KEY_SCOPES, streamOf, type newAgent, type newApiKey } from '@holdpoint/contracts';
import { newCredential } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

/** Registers an agent; whoever does it owns it. @throws ProblemError 409 when the id is taken */
export const registerAgent =
  (deps: SettingsDeps) =>
  async (by: Changer, { id, name }: z.output<typeof newAgent>) => {
    await changeSettings(deps, by, streamOf.agent(id), (events, at) => {
      if (events.length > 0) throw new ProblemError('agent_exists', 409, `The agent id ${id} is taken.`);
      return [{ type: 'AgentRegistered', data: { agentId: id, organizationId: by.tenant, name, ownerId: by.operatorId, at } }];
    });
    return { id, agentId: id, name };
  };

/** Issues an API key for an agent. @returns the key once; the log keeps its hash. @throws ProblemError 404 for an unknown agent */
export const issueApiKey =
  (deps: SettingsDeps) =>
  async (by: Changer, { agentId, mode, expiresAt }: z.output<typeof newApiKey>) => {
    if (deps.directory.agent(agentId)?.tenant !== by.tenant)
      throw new ProblemError('not_found', 404, 'There is no such agent; register it first.');
    const { token, id, hash } = newCredential(mode === 'live' ? 'hp_live' : 'hp_test');
    const scopes = [...API_KEY_SCOPES];
    await changeSettings(deps, by, streamOf.agent(agentId), (_events, at) => [
      { type: 'ApiKeyIssued', data: { agentId, keyId: id, hash, mode, scopes, at, expiresAt: expiresAt ?? null } },
    ]);
    return { id, keyId: id, agentId, mode, scopes, apiKey: token, expiresAt: expiresAt ?? null };
  };

/** Revokes an API key. @throws ProblemError 404 */
export const revokeApiKey =
  (deps: SettingsDeps) =>
  async (by: Changer, keyId: string): Promise<void> => {
    const known = deps.directory.list('apiKeys', by.tenant).find(key => key.keyId === keyId);
    if (!known) throw new ProblemError('not_found', 404, 'There is no such API key.');
    const { agentId } = known;
    await changeSettings(deps, by, streamOf.agent(agentId), (events, at) =>
      events.some(event => event.type === 'ApiKeyRevoked' && event.data.keyId === keyId)
        ? []
        : [{ type: 'ApiKeyRevoked', data: { agentId, keyId, at } }],
    );
  };
