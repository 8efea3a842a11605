import { streamOf, type AlertChannel, type RecordedEvent, type SettingsEvent } from '@holdpoint/contracts';
import type { SendResult } from './channels/channel.ts';
import type { Deps } from './deps.ts';

type FaultDeps = Pick<Deps, 'eventLog' | 'directory' | 'logger' | 'now'>;

/**
 * How long an outage counts as one, milliseconds, whatever is taken meanwhile: of settings that are wrong for some messages only, admins hear every
 * ten minutes at most.
 */
const OUTAGE_MS_MIN = 600_000;

/**
 * Puts on record that a provider refuses the settings of a channel, once for an outage, and that it takes them again. The first is what admins are
 * told of. Whoever saves the channel anew ends the outage too. Never rejects: an alert matters more than what is recorded beside it, and the next
 * one records it.
 */
export const noteOutcome = async (deps: FaultDeps, tenant: string, channel: AlertChannel, result: SendResult): Promise<void> => {
  const known = deps.directory.channelFault(tenant, channel);
  const faulted = result.outcome === 'failed' && result.class === 'config';
  const recovered = result.outcome === 'accepted' && known !== null && Date.parse(deps.now()) - Date.parse(known.at) >= OUTAGE_MS_MIN;
  if (faulted ? known !== null : !recovered) return;
  try {
    await record(deps, tenant, channel, eventOf(channel, result, deps.now()));
  } catch (error) {
    deps.logger.warn({ err: error, channel }, 'an outage of a channel could not be put on record; the next alert does it');
  }
};

const eventOf = (channel: AlertChannel, result: SendResult, at: string): SettingsEvent =>
  result.outcome === 'failed'
    ? { type: 'ChannelFaulted', data: { channel, code: result.code, at } }
    : { type: 'ChannelRecovered', data: { channel, at } };

/** Appended unless the stream itself says so already: alerts to many people fail in the same moment. */
const record = async (
  { eventLog, directory, now }: FaultDeps,
  tenant: string,
  channel: AlertChannel,
  event: SettingsEvent,
): Promise<void> => {
  const { position } = await eventLog.handle<boolean, null, SettingsEvent>(
    {
      initial: false,
      evolve: (faulted, past) => saysOf(past as RecordedEvent, channel) ?? faulted,
      decide: (_command, faulted) => (faulted === (event.type === 'ChannelFaulted') ? [] : [event]),
    },
    streamOf.organization(tenant),
    null,
    { commandId: `${event.type}/${channel}/${now()}`, tenant, actor: 'service:notification', recordedAt: now() },
  );
  if (position !== null) await directory.atLeast(position);
};

/** Whether the channel is refused after an event; null for one that says nothing of it. */
const saysOf = (event: RecordedEvent, channel: AlertChannel): boolean | null => {
  switch (event.type) {
    case 'ChannelFaulted':
    case 'ChannelRecovered':
    case 'ChannelConnected':
    case 'ChannelDisconnected':
      return event.data.channel === channel ? event.type === 'ChannelFaulted' : null;
    default:
      return null;
  }
};
