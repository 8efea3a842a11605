import { startFakeProviders, twilioError, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel } from '../channel.ts';
import { confirmationOf } from './dialogue.ts';
import { voice } from './voice.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const CORRELATION = `apr_${'a'.repeat(26)}.ntf_${'b'.repeat(26)}`;
const ADA = '+14155550123';
const ACTIONS = [actionFor('approve'), actionFor('reject'), actionFor('claim')];
const CODE = confirmationOf({ approve: handleFor('approve'), reject: handleFor('reject') });

describe('calls through Twilio', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const open = (more: object = {}) => {
    const { accountSid, authToken } = fake.twilio;
    return voice.open(
      voice.config.parse({ accountSid, authToken, from: '+14155550100', apiUrl: `${fake.origin}/twilio`, ...more }),
      hook.options,
    );
  };
  const message = (more: object = {}) => aMessage({ title: 'Approval needed: a canary (low risk)', fields: [], actions: ACTIONS, ...more });
  const place = (more: object = {}, opened = channel) =>
    opened.send({ address: ADA, route: null }, message(more), { attemptId: 'ntf_b', correlation: CORRELATION });
  const last = () => fake.twilio.calls.at(-1)!;

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook(() => NOW);
    channel = open();
    hook.serve(channel);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
  });

  it('are placed with everything they say, ring not too long, and report their end', async () => {
    expect(await place()).toEqual({ outcome: 'accepted', providerMessageId: last().sid, units: 1 });
    expect(last()).toMatchObject({
      to: ADA,
      from: '+14155550100',
      timeout: 25,
      timeLimit: 180,
      machineDetection: 'Enable',
      statusCallback: `${hook.options.hookUrl}?c=${CORRELATION}`,
      statusCallbackEvents: ['completed'],
    });
    await place({}, open({ detectMachines: false }));
    expect(last().machineDetection).toBeNull();
    expect(await place({ expiresAt: '2026-11-22T11:59:59.000Z' })).toMatchObject({ class: 'content_rejected', code: 'expired' });
  });

  it('hear, take on, and decide after a wrong and a right code', async () => {
    await place();
    const call = last();
    fake.twilio.pickUp(call);
    expect(call.heard[0]).toContain('Holdpoint calls for Example & Sons.');
    await fake.twilio.press(call, '2');
    expect(call.heard[2]).toBe(call.heard[0]);
    hook.answerWith(item => ({
      outcome: 'done',
      text: item.kind === 'press' && item.handle === handleFor('claim') ? 'It is yours.' : 'Approved.',
    }));
    await fake.twilio.press(call, '1');
    expect(call.heard.slice(-2)[0]).toBe('It is yours.');
    await fake.twilio.press(call, '4');
    expect(call.heard.at(-1)).toContain(CODE.split('').join(', '));
    await fake.twilio.press(call, '00000');
    expect(call.heard.slice(-2)[0]).toContain('Nothing was decided');
    await fake.twilio.press(call, `${CODE}1`);
    expect(call.heard.at(-1)).toBe('Approved.');
    expect(call.twiml).toContain('<Hangup/>');
    await fake.twilio.end(call, 'completed');
    expect(hook.items.filter(({ kind }) => kind === 'press')).toMatchObject([
      { handle: handleFor('claim'), identities: [ADA] },
      { handle: handleFor('approve'), identities: [ADA] },
    ]);
    expect(hook.items.filter(({ kind }) => kind === 'receipt').map(item => 'status' in item && item.status)).toEqual([
      ...Array<string>(5).fill('delivered'),
      'failed',
    ]);
  });

  it('reject with a reason of ours, since there is no room for theirs', async () => {
    await place();
    const call = last();
    fake.twilio.pickUp(call);
    hook.answerWith(() => ({ outcome: 'done', text: 'Rejected.' }));
    await fake.twilio.press(call, '4');
    await fake.twilio.press(call, `${CODE}2`);
    expect(hook.items.find(({ kind }) => kind === 'press')).toMatchObject({
      handle: handleFor('reject'),
      note: expect.stringMatching(/telephone/) as string,
    });
  });

  it('are not delivered to silence, a machine, a busy line or nobody', async () => {
    await place();
    fake.twilio.pickUp(last());
    await fake.twilio.press(last(), '');
    expect(last().twiml).toContain('<Hangup/>');
    await place();
    fake.twilio.pickUp(last());
    await fake.twilio.press(last(), '1', { more: { AnsweredBy: 'machine_start' } });
    for (const status of ['busy', 'no-answer', 'failed']) {
      await place();
      await fake.twilio.end(last(), status, { duplicates: 1 });
    }
    const receipts = hook.items.filter(({ kind }) => kind === 'receipt');
    expect(receipts.map(item => 'failure' in item && item.failure?.code)).toEqual([
      'silence',
      'machine',
      'busy',
      'busy',
      'no-answer',
      'no-answer',
      'failed',
      'failed',
    ]);
    expect(hook.items.some(({ kind }) => kind === 'press')).toBe(false);
  });

  it('prove a number by a code', async () => {
    const code = aMessage({ kind: 'verify', title: 'Your code: 123456', lines: [], fields: [], actions: [] });
    await channel.send({ address: ADA, route: null }, code, { attemptId: 'ntf_c', correlation: null });
    fake.twilio.pickUp(last());
    expect(last().heard[0]).toContain('1, 2, 3, 4, 5, 6');
    expect(last().statusCallback).toBeNull();
    await fake.twilio.press(last(), '1');
    expect(last().heard.at(-1)).toBe('Thank you. Goodbye.');
  });

  it('hear nobody who calls us, and nothing that Twilio did not sign', async () => {
    const answer = await fake.twilio.callIn({ from: ADA, hookUrl: hook.options.hookUrl }, { Digits: '1' });
    expect(answer.body).toContain('This number only places calls.');
    await place();
    fake.twilio.pickUp(last());
    expect((await fake.twilio.press(last(), '1', { signature: 'AAAA' }))?.status).toBe(401);
    // The signature holds for the address that was given to the call: nothing in it can be exchanged.
    last().twiml = last().twiml.replace(CORRELATION, CORRELATION.replaceAll('b', 'c'));
    expect((await fake.twilio.press(last(), '1', { signature: null }))?.status).toBe(401);
    expect(hook.items).toMatchObject([{ kind: 'ignored' }]);
  });

  it('fail as Twilio says, and say nothing of whom, what, or with which credentials', async () => {
    const results: unknown[] = [];
    for (const [mishap, expected] of [
      [twilioError(400, 21211, `The phone number ${ADA} is not valid.`), 'recipient_gone'],
      [twilioError(400, 21215, 'x'), 'config'],
      [twilioError(400, 21219, 'x'), 'config'],
      [twilioError(429, 10004, 'canary'), 'throttled'],
      [twilioError(500, 20500, 'x'), 'retryable'],
      [{ hangUp: true }, 'unknown_outcome'],
    ] as const) {
      fake.twilio.mishaps.add(ADA, mishap);
      const result = await place();
      expect(result).toMatchObject({ outcome: 'failed', class: expected });
      results.push(result);
    }
    expect(await place({}, open({ from: '+14155550199' }))).toMatchObject({ class: 'config', code: '21210' });
    results.push(
      await place({}, open({ authToken: 'wrong-wrong-wrong' })),
      await open({ authToken: 'wrong-wrong-wrong' }).healthCheck(),
      await place(),
    );
    for (const secret of [fake.twilio.authToken, 'wrong-wrong-wrong', ADA.slice(1), 'canary', 'hp1', CODE])
      expect(JSON.stringify(results.slice(0, -1))).not.toContain(secret);
    expect(await channel.healthCheck()).toBeNull();
    expect(await open({ from: '+14155550199' }).healthCheck()).toContain('does not belong');
  });
});
