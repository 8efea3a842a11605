import type { NotificationEvent } from '@holdpoint/contracts';
import { derivedId } from '@holdpoint/sealing';
import type { Deps } from './deps.ts';
import type { Reach, Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { leaveInInbox, sendAlert } from './send-alert.ts';

/** One alert to one address is one attempt, however often it is rung. */
export const attemptIdOf = ({ eventId }: Pick<Round, 'eventId'>, to: Pick<Reach, 'operatorId' | 'channel' | 'address'>): string =>
  derivedId('ntf', eventId, to.operatorId, to.channel, to.address ?? '');

/** All at once: one address that hangs or fails delays no other. Whoever no address can reach is left the inbox. */
export const sendAll = async (
  deps: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  recipients: readonly Recipient[],
  failures: (attemptId: string) => number = () => 0,
): Promise<NotificationEvent[]> => {
  const events: NotificationEvent[] = [];
  const addressed: Recipient[] = [];
  for (const recipient of recipients)
    if (recipient.channel === 'inbox') events.push(leaveInInbox(deps, round, approvalId, recipient));
    else addressed.push(recipient);
  if (addressed.length === 0) return events;

  events.push(
    ...(await Promise.all(
      addressed.map(recipient => sendAlert(deps, round, tenant, approvalId, recipient, failures(recipient.attemptId))),
    )),
  );
  const lost = addressed.filter(({ operatorId }) =>
    events.every(event => !('operatorId' in event.data) || event.data.operatorId !== operatorId || isLost(event)),
  );
  for (const { operatorId, operatorName } of new Map(lost.map(recipient => [recipient.operatorId, recipient])).values()) {
    const inbox = { operatorId, operatorName, channel: 'inbox' as const, address: null };
    events.push(leaveInInbox(deps, round, approvalId, { ...inbox, attemptId: attemptIdOf(round, inbox) }));
  }
  return events;
};

const isLost = (event: NotificationEvent): boolean => event.type === 'NotificationFailed' && event.data.nextAttemptAt === null;
