import type { RecordedEvent } from '@holdpoint/contracts';
import { routeStep } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { startNotification } from './a-running-notification.ts';

const operatorsOnly = { steps: [routeStep({ approvers: { roles: ['operator'], operators: [] } })] };
const reached = (events: RecordedEvent[]) =>
  events
    .map(({ type, data }) => `${type} ${(data as { operatorId: string }).operatorId} ${(data as { channel: string }).channel}`)
    .toSorted();
const atLeast = (count: number) => (events: RecordedEvent[]) => events.length >= count;

describe('a mail server that is down', () => {
  it('holds nobody up: the inbox has the alert, and mail is tried again', async () => {
    const down = await startNotification({ NOTIFICATION_SMTP_URL: 'smtp://127.0.0.1:1' });
    try {
      const id = await down.ask({ ...operatorsOnly });
      const events = await down.until(id, atLeast(3));
      expect(reached(events)).toEqual([
        'NotificationFailed opr_ada email',
        'NotificationFailed opr_ada email',
        'NotificationSent opr_ben inbox',
      ]);
      expect(events.find(({ type }) => type === 'NotificationFailed')!.data).toMatchObject({ errorClass: 'retryable', permanent: false });
    } finally {
      await down.close();
    }
  });

  it('or was never set up leaves every alert in the inbox', async () => {
    const without = await startNotification({ NOTIFICATION_SMTP_URL: '' });
    try {
      const id = await without.ask({ ...operatorsOnly });
      expect(reached(await without.until(id, atLeast(2)))).toEqual(['NotificationSent opr_ada inbox', 'NotificationSent opr_ben inbox']);
    } finally {
      await without.close();
    }
  });
});
