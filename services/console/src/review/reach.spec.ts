import type { RecordedEvent } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { reachOf } from './reach.ts';

const at = (minute: number) => `2026-11-23T12:${String(minute).padStart(2, '0')}:00.000Z`;
const event = (type: string, minute: number, data: object): RecordedEvent =>
  ({ type, data: { at: at(minute), openedAt: at(minute), ...data }, metadata: { recordedAt: at(minute) } }) as unknown as RecordedEvent;
const opened = event('ReviewStepOpened', 0, {});
const sent = (operatorId: string, channel: string, minute: number, cause?: string) =>
  event('NotificationSent', minute, { operatorId, channel, cause });
const failed = event('NotificationFailed', 1, { operatorId: 'ada' });
const nobody = event('NobodyReachable', 5, { reason: 'no channel accepted an alert' });

describe('whether anybody has heard of a request', () => {
  it('is not asked while nobody is, and waits once somebody is', () => {
    expect(reachOf([])).toEqual({ state: 'unasked', at: null, reason: null });
    expect(reachOf([opened, failed])).toEqual({ state: 'waiting', at: at(0), reason: null });
  });

  it('is so once a channel accepted an alert, or a person did something', () => {
    expect(reachOf([opened, failed, sent('ben', 'email', 2), sent('cid', 'email', 3)])).toEqual({
      state: 'reached',
      at: at(2),
      reason: null,
    });
    expect(reachOf([opened, sent('ben', 'inbox', 2)])).toMatchObject({ state: 'reached' });
    expect(reachOf([opened, failed, event('CommentAdded', 4, {})])).toMatchObject({ state: 'reached', at: at(4) });
  });

  it('is not so by the inbox that was left to somebody whose address failed, nor by the alarm about that', () => {
    expect(reachOf([opened, failed, sent('ada', 'inbox', 1)])).toMatchObject({ state: 'waiting' });
    expect(reachOf([opened, failed, sent('ada', 'inbox', 1), nobody, sent('dan', 'email', 5, 'e1/unreached')])).toEqual({
      state: 'nobody',
      at: at(5),
      reason: 'no channel accepted an alert',
    });
  });

  it('becomes so after an alarm, when somebody is reached in the end', () => {
    expect(reachOf([opened, failed, nobody, sent('ada', 'email', 9)])).toMatchObject({ state: 'reached', at: at(9) });
  });
});
