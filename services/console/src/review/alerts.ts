import type { ApprovalDetail, RecordedEvent } from '@holdpoint/contracts';
import type { NameOf } from './history-words.ts';

type Alert = ApprovalDetail['alerts'][number];

/** The newest state of every alert of an approval, in the order they were first tried. */
export const alertsOf = (history: readonly RecordedEvent[], nameOf: NameOf): Alert[] => {
  const alerts = new Map<string, Alert>();
  for (const event of history) {
    switch (event.type) {
      case 'NotificationSent':
        alerts.set(event.data.attemptId, { ...alertIn(event.data, nameOf), state: 'sent', detail: '' });
        break;
      case 'NotificationFailed': {
        const { attemptId, code, permanent, nextAttemptAt } = event.data;
        const what = permanent ? `${code}, given up` : nextAttemptAt === null ? code : `${code}, next attempt ${nextAttemptAt}`;
        alerts.set(attemptId, { ...alertIn(event.data, nameOf), state: 'failed', detail: what });
        break;
      }
      case 'NotificationHeld': {
        const { attemptId, nextAttemptAt } = event.data;
        alerts.set(attemptId, { ...alertIn(event.data, nameOf), state: 'held', detail: `quiet hours until ${nextAttemptAt}` });
        break;
      }
      case 'NotificationDelivered':
        alerts.set(event.data.attemptId, { ...alertIn(event.data, nameOf), state: 'delivered', detail: '' });
        break;
      case 'NotificationSeen': {
        const operator = nameOf(event.data.operatorId);
        for (const [id, alert] of alerts)
          if (alert.operator === operator && alert.channel === event.data.channel)
            alerts.set(id, { ...alert, state: 'seen', at: event.data.at });
        break;
      }
      default:
        break;
    }
  }
  return [...alerts.values()];
};

const alertIn = ({ operatorId, channel, at }: { operatorId: string; channel: Alert['channel']; at: string }, nameOf: NameOf) => ({
  operator: nameOf(operatorId),
  channel,
  at,
});
