import type { AlertChannel, ChannelPolicy } from '@holdpoint/contracts';

/** What a stolen SIM card takes over: a new number there waits a day before it may approve, seconds. */
const NUMBERS: ReadonlySet<AlertChannel> = new Set(['sms', 'voice', 'whatsapp']);
const NUMBER_COOL_DOWN_SEC = 86_400;

/** How long a new address on a channel may be told but not approve, seconds. */
export const coolDownSec = ({ coolDownSec: own }: Pick<ChannelPolicy, 'coolDownSec'>, channel: AlertChannel): number =>
  own ?? (NUMBERS.has(channel) ? NUMBER_COOL_DOWN_SEC : 0);

/** Whether an address may approve now. @param verifiedAt since when it is known to be the person's; null: never */
export const mayApproveSince = (
  policy: Pick<ChannelPolicy, 'coolDownSec'>,
  channel: AlertChannel,
  verifiedAt: string | null,
  now: string,
): boolean => verifiedAt !== null && Date.parse(verifiedAt) + coolDownSec(policy, channel) * 1_000 <= Date.parse(now);
