import { streamOf, takesHooks, type ConnectionFault, type EventData, type NewConnection } from '@holdpoint/contracts';
import type { Connection, Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import { askService } from './ask-service.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

export type ConnectionDeps = SettingsDeps & {
  messaging: Pick<Messaging, 'request'>;
  /** Where providers reach us. */
  publicUrl: string;
};
type Settings = Omit<Connection, 'connectionId' | 'tenant'>;

/** How long the secret before counts beside a new one, milliseconds: as long as OpenAI keeps signing with it after a rotation. */
const OVERLAP_MS = 86_400_000;

/** A connection as it is shown: secrets only as whether they are set. */
export const shownConnection = (publicUrl: string, { connectionId, ...settings }: Omit<Connection, 'tenant'>) => ({
  id: connectionId,
  provider: settings.provider,
  baseUrl: settings.baseUrl,
  agentId: settings.agentId,
  endpointId: settings.endpointId,
  fallback: settings.fallback,
  webhookSecretSet: settings.webhookSecret !== null,
  previousWebhookSecretUntil: settings.previousWebhookSecret?.until ?? null,
  templateSet: settings.template !== null,
  /** Where the provider sends its webhooks; null for one whose webhooks are not taken. */
  hookUrl: takesHooks(settings.provider) ? `${publicUrl}/v1/hooks/${settings.provider}/${connectionId}` : null,
});

/**
 * Adds a connection, or changes a known one: what is left out stays what it is, null takes it away. The provider is asked first whether it
 * takes the key, unless `untested`. A key is never sent to another address than it was given for.
 * @throws ProblemError 422 naming the member, or `connection_fault` with what the provider says; 503 when nobody could ask it
 */
export const saveConnection = (deps: ConnectionDeps) => async (by: Changer, asked: NewConnection) => {
  const { id: connectionId, untested = false } = asked;
  const settings = completed(asked, deps.directory.connection(by.tenant, connectionId), deps.now());
  checkMembers(deps.directory, by.tenant, settings);
  if (!untested) await refuseFault(deps, settings);
  await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
    { type: 'ConnectionAdded', data: recorded(connectionId, settings, at) },
  ]);
  return { ...shownConnection(deps.publicUrl, { connectionId, ...settings }), tested: !untested };
};

/** Asks the provider whether a stored connection still works. @throws ProblemError 404, 503 */
export const checkStored = async (
  deps: Pick<ConnectionDeps, 'directory' | 'messaging'>,
  by: Changer,
  connectionId: string,
): Promise<{ fault: ConnectionFault | null }> => {
  const known = deps.directory.connection(by.tenant, connectionId);
  if (!known) throw new ProblemError('not_found', 404, 'There is no such connection.');
  return { fault: await faultOf(deps, known) };
};

/** Removes a connection. @throws ProblemError 404 */
export const removeConnection =
  (deps: SettingsDeps) =>
  async (by: Changer, connectionId: string): Promise<void> => {
    if (!deps.directory.connection(by.tenant, connectionId)) throw new ProblemError('not_found', 404, 'There is no such connection.');
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'ConnectionRemoved', data: { connectionId, at } },
    ]);
  };

const completed = (asked: NewConnection, stored: Connection | null, now: string): Settings => {
  const known = stored?.provider === asked.provider ? stored : null;
  const sameHost = known !== null && new URL(known.baseUrl).origin === new URL(asked.baseUrl).origin;
  const apiKey = asked.apiKey ?? (sameHost ? known.apiKey : undefined);
  if (apiKey === undefined)
    throw refuse('/apiKey', known === null ? 'is missing' : 'is missing: a stored key is not sent to another host than it was given for');
  const kept = <Value>(given: Value | null | undefined, before: Value | null | undefined): Value | null =>
    given === undefined ? (before ?? null) : given;
  return {
    provider: asked.provider,
    baseUrl: asked.baseUrl,
    apiKey,
    agentId: kept(asked.agentId, known?.agentId),
    endpointId: kept(asked.endpointId, known?.endpointId),
    fallback: asked.fallback ?? known?.fallback ?? 'callback',
    ...rotated(asked.webhookSecret, known, now),
    template: kept(asked.template, known?.template),
  };
};

const rotated = (
  given: string | null | undefined,
  known: Connection | null,
  now: string,
): Pick<Settings, 'webhookSecret' | 'previousWebhookSecret'> => {
  const before = { webhookSecret: known?.webhookSecret ?? null, previousWebhookSecret: known?.previousWebhookSecret ?? null };
  if (given === undefined || given === before.webhookSecret) return before;
  if (given === null || before.webhookSecret === null) return { webhookSecret: given, previousWebhookSecret: null };
  const until = new Date(Date.parse(now) + OVERLAP_MS).toISOString();
  return { webhookSecret: given, previousWebhookSecret: { secret: before.webhookSecret, until } };
};

const checkMembers = (directory: Pick<Directory, 'agent' | 'endpoint'>, tenant: string, settings: Settings): void => {
  const { provider, agentId, endpointId, fallback, webhookSecret, template } = settings;
  if (webhookSecret !== null && !takesHooks(provider))
    throw refuse('/webhookSecret', `is of no use: webhooks of ${provider} are not taken`);
  if (webhookSecret !== null && provider === 'openai.responses' && template === null)
    throw refuse('/template', 'is missing: without one no response that asked by a webhook is continued');
  if (webhookSecret !== null && agentId === null) throw refuse('/agentId', 'is missing: say who asks in what comes by the webhook');
  if (agentId !== null && directory.agent(agentId)?.tenant !== tenant) throw refuse('/agentId', 'names no agent of this organisation');
  if (endpointId !== null) {
    const endpoint = directory.endpoint(tenant, endpointId);
    if (endpoint === null || endpoint.url === null) throw refuse('/endpointId', 'names no endpoint with a URL of this organisation');
  }
  if (fallback === 'newRunOnThread' && provider !== 'openai.assistants')
    throw refuse('/fallback', `is only for openai.assistants: ${provider} has no runs to begin anew`);
  if (template !== null && provider !== 'openai.responses') throw refuse('/template', `is only for openai.responses, not for ${provider}`);
};

const recorded = (connectionId: string, settings: Settings, at: string): EventData<'ConnectionAdded'> => {
  const { provider, agentId, endpointId, fallback, baseUrl, apiKey, webhookSecret, previousWebhookSecret, template } = settings;
  return {
    connectionId,
    provider,
    ...(agentId !== null && { agentId }),
    ...(endpointId !== null && { endpointId }),
    fallback,
    at,
    private: {
      baseUrl,
      apiKey,
      ...(webhookSecret !== null && { webhookSecret }),
      ...(previousWebhookSecret !== null && { previousWebhookSecret }),
      ...(template !== null && { template }),
    },
  };
};

const faultOf = async ({ messaging }: Pick<ConnectionDeps, 'messaging'>, settings: Settings): Promise<ConnectionFault | null> => {
  const { provider, baseUrl, apiKey, template } = settings;
  const asked = { provider, baseUrl, apiKey, model: template?.model ?? null };
  return (await askService<{ fault: ConnectionFault | null }>(messaging, 'callback', 'hp.query.connectionCheck', asked)).fault;
};

const refuseFault = async (deps: Pick<ConnectionDeps, 'messaging'>, settings: Settings): Promise<void> => {
  const fault = await faultOf(deps, settings);
  if (fault !== null) throw new ProblemError('connection_fault', 422, fault.detail, { errors: fault.pointer === '' ? [] : [fault] });
};

const refuse = (pointer: string, detail: string): ProblemError =>
  new ProblemError('invalid_connection', 422, `${pointer.slice(1)} ${detail}.`, { errors: [{ pointer, detail }] });
