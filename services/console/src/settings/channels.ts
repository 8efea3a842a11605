import { streamOf, type AlertChannel, type ChannelPolicy, type channelConfigBody, type JsonObject } from '@holdpoint/contracts';
import type { ChannelConnection, Directory } from '@holdpoint/directory';
import type { Messaging } from '@holdpoint/messaging';
import { newId } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { z } from 'zod';
import { askNotification, type Begun, type ChannelDescriptions } from './ask-notification.ts';
import { keptSecrets, withoutNulls } from './kept-secrets.ts';
import { changeSettings, type Changer, type SettingsDeps } from './change-settings.ts';

type ChannelDeps = SettingsDeps & { messaging: Pick<Messaging, 'request'> };
/** `by`: wrong in form, which cannot be saved at all, or refused by the provider. */
type ConfigFault = { by: 'form' | 'provider'; detail: string; errors: { pointer: string; detail: string }[] };

/** Every channel there is, and how it is set up. Settings, without their secrets, only where `withSettings`. @throws ProblemError 503 */
export const listChannels = async (
  { messaging, directory }: { messaging: Pick<Messaging, 'request'>; directory: Directory },
  tenant: string,
  withSettings: boolean,
) => {
  const { channels, publicUrl } = await describeChannels(messaging);
  return {
    items: channels.map(({ id, displayName, capabilities, config, secrets, installed }) => {
      const connection = directory.channelConnection(tenant, id);
      const connected = connection !== null || installed;
      const seen = { id, displayName, capabilities, connected, installed, connectedAt: connection?.connectedAt ?? null };
      const fault = directory.channelFault(tenant, id);
      return withSettings
        ? {
            ...seen,
            fault: fault === null ? null : { code: fault.code, at: fault.at },
            form: config,
            secrets,
            config: connection === null ? null : withoutSecrets(connection, secrets),
            secretsSet: secrets.filter(name => connection?.config[name] !== undefined),
            hookUrl: connection === null ? null : `${publicUrl}/channels/${id}/${connection.hookId}`,
          }
        : seen;
    }),
  };
};

const describeChannels = (messaging: Pick<Messaging, 'request'>): Promise<ChannelDescriptions> =>
  askNotification<ChannelDescriptions>(messaging, 'hp.query.channels', {});

const withoutSecrets = ({ config }: ChannelConnection, secrets: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !secrets.includes(name)));

/**
 * Sets a channel up, or changes how: the settings are checked in form and against the provider before anything is saved. A secret that is left out
 * stays what it is, a member that is null is taken away. The address that the provider calls back stays the same.
 * @throws ProblemError 404 for a channel there is not, 422 naming the member or what the provider says, 503
 */
export const connectChannel =
  (deps: ChannelDeps) =>
  async (by: Changer, channel: AlertChannel, { config, untested }: z.output<typeof channelConfigBody>) => {
    const { channels, publicUrl } = await describeChannels(deps.messaging);
    const described = channels.find(({ id }) => id === channel);
    if (described === undefined) throw new ProblemError('not_found', 404, 'There is no such channel.');
    const known = deps.directory.channelConnection(by.tenant, channel);
    const complete = withoutNulls({ ...keptSecrets(described, known?.config ?? {}, config), ...config });
    const hookId = known?.hookId ?? newId('hook').slice('hook_'.length);
    const { fault } = await askNotification<{ fault: ConfigFault | null }>(deps.messaging, 'hp.query.channelConfig', {
      tenant: by.tenant,
      channel,
      config: complete,
      hookId,
    });
    if (fault !== null && (fault.by === 'form' || !untested))
      throw new ProblemError(fault.by === 'form' ? 'invalid_channel' : 'channel_fault', 422, fault.detail, { errors: fault.errors });
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'ChannelConnected', data: { channel, hookId, by: by.operatorId, at, private: { config: complete } } },
    ]);
    return { id: channel, hookId, hookUrl: `${publicUrl}/channels/${channel}/${hookId}`, tested: fault === null };
  };

/** Takes a channel away; addresses on it stay, and are told elsewhere meanwhile. @throws ProblemError 404 */
export const disconnectChannel =
  (deps: SettingsDeps) =>
  async (by: Changer, channel: AlertChannel): Promise<void> => {
    if (deps.directory.channelConnection(by.tenant, channel) === null)
      throw new ProblemError('not_found', 404, 'This channel is not set up.');
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'ChannelDisconnected', data: { channel, by: by.operatorId, at } },
    ]);
  };

/** Asks the provider whether the settings work, and sends a test message to the caller's own address there. @throws ProblemError 503 */
export const testChannel = ({ messaging }: Pick<ChannelDeps, 'messaging'>, by: Changer, channel: AlertChannel): Promise<Begun> =>
  askNotification<Begun>(messaging, 'hp.cmd.notification.test', { tenant: by.tenant, channel, operatorId: by.operatorId });

/** Replaces what the organisation allows its channels. */
export const setChannelPolicy =
  (deps: SettingsDeps) =>
  async (by: Changer, policy: ChannelPolicy): Promise<{ policy: ChannelPolicy }> => {
    await changeSettings(deps, by, streamOf.organization(by.tenant), (_events, at) => [
      { type: 'ChannelPolicySet', data: { policy, by: by.operatorId, at } },
    ]);
    return { policy: deps.directory.channelPolicy(by.tenant) };
  };
