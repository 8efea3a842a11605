import type { CallbackEvent, Delivery } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { deliveryStateOf } from './delivery-state.ts';

const at = '2026-11-22T12:00:00.000Z';
const later = '2026-11-22T12:00:05.000Z';
const approvalId = `apr_${'a'.repeat(26)}`;
const delivery = (callback: boolean, mode: Delivery['resume']['mode']): Delivery => ({
  source: 'custom',
  callback,
  resume: { mode },
  upstreamExpiresAt: null,
});
const tried = { approvalId, webhookId: 'msg_1', at, durationMs: 3 };
const failed = (attempt: number, nextAttemptAt: string | null): CallbackEvent => ({
  type: 'CallbackAttemptFailed',
  data: { ...tried, attempt, status: 500, errorClass: 'http', resolvedAddress: null, nextAttemptAt, private: { responseExcerpt: null } },
});
const delivered: CallbackEvent = { type: 'CallbackDelivered', data: { ...tried, attempt: 2, status: 200, resolvedAddress: null } };

describe('the state of a delivery', () => {
  it('is none where nothing was to be delivered', () => {
    expect(deliveryStateOf(delivery(false, 'none'), [])).toMatchObject({ callback: { state: 'none' }, resume: { state: 'none' } });
    expect(deliveryStateOf(delivery(true, 'callback'), [])).toMatchObject({ callback: { state: 'pending' }, resume: { state: 'none' } });
  });
  it('shows the next try while it fails', () => {
    expect(deliveryStateOf(delivery(true, 'callback'), [failed(1, later)]).callback).toEqual({
      state: 'pending',
      attempts: 1,
      nextAttemptAt: later,
      webhookId: 'msg_1',
    });
  });
  it('is delivered when the app took it, and pending again when it is sent once more', () => {
    expect(deliveryStateOf(delivery(true, 'callback'), [failed(1, later), delivered]).callback).toMatchObject({
      state: 'delivered',
      attempts: 2,
    });
    const again: CallbackEvent = {
      type: 'CallbackScheduled',
      data: { approvalId, webhookId: 'msg_1', nextAttemptAt: later, reason: 'replay', at },
    };
    expect(deliveryStateOf(delivery(true, 'callback'), [delivered, again]).callback).toMatchObject({
      state: 'pending',
      nextAttemptAt: later,
    });
  });
  it('is exhausted when all tries failed', () => {
    const exhausted: CallbackEvent = {
      type: 'CallbackExhausted',
      data: { approvalId, webhookId: 'msg_1', attempts: 9, at, lastErrorClass: 'timeout' },
    };
    expect(deliveryStateOf(delivery(true, 'callback'), [failed(9, null), exhausted]).callback).toMatchObject({
      state: 'exhausted',
      attempts: 9,
    });
  });
  it('follows the run apart from the callback', () => {
    const waiting: CallbackEvent = {
      type: 'ResumeAttempted',
      data: { approvalId, attempt: 1, at, durationMs: 1, outcome: 'waiting', detail: 'another call is pending', nextAttemptAt: later },
    };
    const resumed: CallbackEvent = {
      type: 'RunResumed',
      data: { approvalId, attempt: 2, at, durationMs: 1, how: 'submitted', runStatus: 'queued' },
    };
    const impossible: CallbackEvent = {
      type: 'ResumeImpossible',
      data: { approvalId, attempt: 2, at, reason: 'expired', runStatus: 'expired' },
    };
    const plan = delivery(true, 'openai.submitToolOutputs');
    expect(deliveryStateOf(plan, [waiting]).resume).toEqual({ state: 'pending', attempts: 1, nextAttemptAt: later });
    expect(deliveryStateOf(plan, [waiting, resumed, delivered])).toMatchObject({
      resume: { state: 'resumed' },
      callback: { state: 'delivered' },
    });
    expect(deliveryStateOf(plan, [impossible]).resume.state).toBe('impossible');
  });
});
