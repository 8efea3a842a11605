import { describe, expect, it } from 'vitest';
import type { Attempt } from '../attempts.ts';
import { eventOfReceipt } from './receipt.ts';

const AT = '2026-11-22T12:00:00.000Z';
const ID = `apr_${'a'.repeat(26)}`;
const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  attemptId: 'ntf_1',
  stepIndex: 0,
  level: 1,
  cause: undefined,
  operatorId: 'opr_ada',
  channel: 'sms',
  address: '+14155550123',
  failures: 0,
  sent: true,
  nextAttemptAt: null,
  heldFor: null,
  handles: [],
  shownRevision: null,
  ref: null,
  receipt: 'sent',
  ...more,
});
const say = (status: 'sent' | 'delivered' | 'read' | 'failed', more: Partial<Attempt> = {}) =>
  eventOfReceipt({ status }, attempt(more), ID, AT)?.type ?? null;

describe('a receipt', () => {
  it.each([
    ['sent', 'sent', null],
    ['sent', 'delivered', 'NotificationDelivered'],
    ['sent', 'read', 'NotificationSeen'],
    ['sent', 'failed', 'NotificationFailed'],
    ['delivered', 'sent', null],
    ['delivered', 'delivered', null],
    ['delivered', 'read', 'NotificationSeen'],
    ['delivered', 'failed', null],
    ['read', 'delivered', null],
    ['read', 'read', null],
    ['read', 'failed', null],
  ] as const)('known as %s, then %s: %s', (receipt, status, event) => {
    expect(say(status, { receipt })).toBe(event);
  });

  it('that overtakes our own record of the sending counts, and a failure is recorded once', () => {
    expect(say('delivered', { receipt: null })).toBe('NotificationDelivered');
    expect(say('failed', { sent: false, receipt: null })).toBeNull();
  });

  it('of a failure says why, and that it is not tried again', () => {
    const failure = { class: 'recipient_gone' as const, code: '30005', safeMessage: 'unknown' };
    expect(eventOfReceipt({ status: 'failed', failure }, attempt({ cause: 'evt_1' }), ID, AT)).toEqual({
      type: 'NotificationFailed',
      data: {
        approvalId: ID,
        attemptId: 'ntf_1',
        stepIndex: 0,
        level: 1,
        operatorId: 'opr_ada',
        channel: 'sms',
        at: AT,
        cause: 'evt_1',
        errorClass: 'recipient_gone',
        code: '30005',
        permanent: true,
        nextAttemptAt: null,
        private: { address: '+14155550123' },
      },
    });
  });
});
