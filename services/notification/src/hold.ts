import type { Event, EventData } from '@holdpoint/contracts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';

/** What every event about one alert to one address says. */
export const attemptOf = (round: Pick<Round, 'stepIndex' | 'level' | 'cause'>, approvalId: string, to: Recipient, at: string) => {
  const { stepIndex, level, cause } = round;
  const { attemptId, operatorId, channel } = to;
  return { approvalId, attemptId, stepIndex, level, operatorId, channel, at, ...(cause === undefined ? {} : { cause }) };
};

/** Kept back until then, and why. */
export const heldUntil = (
  round: Round,
  approvalId: string,
  to: Recipient,
  now: string,
  reason: EventData<'NotificationHeld'>['reason'],
  nextAttemptAt: string,
): Event<'NotificationHeld'> => ({
  type: 'NotificationHeld',
  data: { ...attemptOf(round, approvalId, to, now), reason, nextAttemptAt, private: { address: to.address } },
});
