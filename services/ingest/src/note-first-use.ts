import { streamOf, type SettingsEvent } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import type { Decider, EventLog } from '@holdpoint/event-log';
import type { Logger } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';
import type { Authenticate } from './authenticate.ts';

type Deps = {
  eventLog: Pick<EventLog, 'handle'>;
  directory: Pick<Directory, 'list'>;
  logger: Pick<Logger, 'warn'>;
  now: () => string;
  newCommandId: () => string;
};

/**
 * Records the first request that comes with an API key: whoever looks through keys sees which were never used. Nothing waits for it, and it is tried
 * again with the next request when the log cannot take it.
 * @returns the same authentication, that lets the same callers in
 */
export const noteFirstUse = (authenticate: Authenticate, deps: Deps): Authenticate => {
  const noted = new Set<string>();
  const note = (caller: Caller): void => {
    noted.add(caller.keyId);
    if (deps.directory.list('apiKeys', caller.tenant).some(({ keyId, usedAt }) => keyId === caller.keyId && usedAt !== null)) return;
    recordUse(deps, caller).catch((error: unknown) => {
      noted.delete(caller.keyId);
      deps.logger.warn({ err: error }, 'the first use of an API key could not be recorded');
    });
  };
  return (authorization, scope) => {
    const caller = authenticate(authorization, scope);
    if (!noted.has(caller.keyId)) note(caller);
    return caller;
  };
};

const recordUse = async ({ eventLog, now, newCommandId }: Deps, { tenant, agentId, keyId }: Caller): Promise<void> => {
  const at = now();
  const decider: Decider<boolean, null, SettingsEvent> = {
    initial: false,
    evolve: (used, event) => used || (event.type === 'ApiKeyUsed' && event.data.keyId === keyId),
    decide: (_command, used) => (used ? [] : [{ type: 'ApiKeyUsed', data: { agentId, keyId, at } }]),
  };
  const how = { commandId: newCommandId(), tenant, actor: `agent:${agentId}`, recordedAt: at };
  await eventLog.handle(decider, streamOf.agent(agentId), null, how);
};
