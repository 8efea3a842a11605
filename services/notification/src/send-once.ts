import type { Message, OpenChannel, SendOptions, SendResult, To } from './channels/channel.ts';
import { noteOutcome } from './channel-faults.ts';
import type { Deps } from './deps.ts';
import type { Reach } from './recipients.ts';

/**
 * One attempt through one channel: not while the channel rests, not beyond what it may cost. Never rejects with what a channel threw: that may quote
 * the message.
 * @throws LogUnavailable when the day's allowance cannot be read
 */
export const sendOnce = async (
  deps: Pick<Deps, 'channels' | 'directory' | 'pauses' | 'spending' | 'count' | 'eventLog' | 'logger' | 'now'>,
  tenant: string,
  { channel, address, route }: Pick<Reach, 'channel' | 'address' | 'route'>,
  message: Message,
  options: SendOptions,
): Promise<SendResult> => {
  const open = deps.channels.of(tenant, channel);
  if (open === null || address === null)
    return { outcome: 'failed', class: 'config', code: 'not_set_up', safeMessage: `The channel ${channel} is not set up` };
  const key = `${tenant}/${channel}`;
  const resting = deps.pauses.of(key);
  if (resting !== null) return { outcome: 'failed', ...resting };
  const { paid } = deps.channels.describe(channel).capabilities;
  const max = deps.directory.channelPolicy(tenant).unitsPerDayMax[channel];
  if (paid && !(await deps.spending.take(tenant, channel, max, 1))) return spent(channel);
  const result = await attempt(open, { address, route }, channel, message, options);
  deps.count(channel, result.outcome === 'accepted' ? 'accepted' : result.class);
  if (result.outcome === 'failed') deps.pauses.after(key, result);
  else if (paid && (result.units ?? 1) > 1) await deps.spending.take(tenant, channel, max, (result.units ?? 1) - 1);
  await noteOutcome(deps, tenant, channel, result);
  return result;
};

const attempt = async (open: OpenChannel, to: To, channel: string, message: Message, options: SendOptions): Promise<SendResult> => {
  try {
    return await open.send(to, message, options);
  } catch {
    // A channel reports its failures as values; what it throws is its bug, and may quote what it was sending.
    return { outcome: 'failed', class: 'retryable', code: 'channel_threw', safeMessage: `The channel ${channel} failed unexpectedly` };
  }
};

/** Permanent for this alert: the next address or person is told at once. */
const spent = (channel: string): SendResult => ({
  outcome: 'failed',
  class: 'content_rejected',
  code: 'spend_cap',
  safeMessage: `The channel ${channel} has used what it may cost today`,
});
