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
  async (by: Changer, { agentId, mode, scopes = [...API_KEY_SCOPES], expiresAt }: z.output<typeof newApiKey>) => {
    if (deps.directory.agent(agentId)?.tenant !== by.tenant)
      throw new ProblemError('not_found', 404, 'There is no such agent; register it first.');
    const { token, id, hash } = newCredential(mode === 'live' ? 'hp_live' : 'hp_test');
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

/**
 * Issues a key with the same scopes and mode in the place of one, which works until the overlap is over; 0 ends it at once.
 * @param overlapSec seconds
 * @returns the new key once
 * @throws ProblemError 404; 409 for a key that is revoked, over, or being replaced already
 */
export const rotateApiKey = (deps: SettingsDeps) => async (by: Changer, keyId: string, overlapSec: number) => {
  const known = deps.directory.list('apiKeys', by.tenant).find(key => key.keyId === keyId);
  if (known === undefined) throw new ProblemError('not_found', 404, 'There is no such API key.');
  const { agentId, mode, scopes } = known;
  const { token, id, hash } = newCredential(mode === 'live' ? 'hp_live' : 'hp_test');
  const ends = (at: string) => new Date(Date.parse(at) + 1_000 * overlapSec).toISOString();
  const until = (at: string) => (known.expiresAt !== null && known.expiresAt < ends(at) ? known.expiresAt : ends(at));
  const events = await changeSettings(deps, by, streamOf.agent(agentId), (before, at) => {
    if (known.revoked || (known.expiresAt !== null && known.expiresAt <= at))
      throw new ProblemError('key_over', 409, 'This key does not work any more; issue a new one.');
    if (before.some(({ type, data }) => type === 'ApiKeyRotated' && data.keyId === keyId))
      throw new ProblemError('rotation_under_way', 409, 'Another key has taken its place already; rotate that one, or revoke this.');
    return [
      { type: 'ApiKeyIssued', data: { agentId, keyId: id, hash, mode, scopes, at, expiresAt: null } },
      { type: 'ApiKeyRotated', data: { agentId, keyId, nextKeyId: id, expiresAt: until(at), at } },
    ];
  });
  const rotated = events.find(({ type }) => type === 'ApiKeyRotated');
  const previousUntil = rotated?.type === 'ApiKeyRotated' ? rotated.data.expiresAt : null;
  return { id, keyId: id, agentId, mode, scopes, apiKey: token, expiresAt: null, previousKey: { id: keyId, until: previousUntil } };
};

/** Says which hosts an agent may name in a callback URL; none: any that may be called at all. @throws ProblemError 404 */
export const setCallbackHosts =
  (deps: SettingsDeps) =>
  async (by: Changer, agentId: string, hosts: string[]): Promise<{ id: string; callbackHosts: readonly string[] }> => {
    if (deps.directory.agent(agentId)?.tenant !== by.tenant) throw new ProblemError('not_found', 404, 'There is no such agent.');
    const named = [...new Set(hosts)];
    await changeSettings(deps, by, streamOf.agent(agentId), (_events, at) => [
      { type: 'AgentCallbackHostsSet', data: { agentId, hosts: named, by: by.operatorId, at } },
    ]);
    return { id: agentId, callbackHosts: named };
  };
