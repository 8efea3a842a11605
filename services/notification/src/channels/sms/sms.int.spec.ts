import { startFakeProviders, twilioError, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { aMessage } from '../a-message.fixture.ts';
import type { FailureClass, OpenChannel } from '../channel.ts';
import { sms } from './sms.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const CORRELATION = `apr_${'a'.repeat(26)}.ntf_${'b'.repeat(26)}`;
const OPTIONS = { attemptId: `ntf_${'b'.repeat(26)}`, correlation: CORRELATION };
const ADA = '+14155550123';
const message = () => aMessage({ fields: [], actions: [], replyCode: 'K7Q2M', title: 'Approval needed: a canary (low risk)' });

describe('SMS through Twilio', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const open = (more: object = {}) =>
    sms.open(
      sms.config.parse({
        accountSid: fake.twilio.accountSid,
        authToken: fake.twilio.authToken,
        apiKeySid: fake.twilio.apiKeySid,
        apiKeySecret: fake.twilio.apiKeySecret,
        from: '+14155550100',
        apiUrl: `${fake.origin}/twilio`,
        ...more,
      }),
      hook.options,
    );
  const send = (address = ADA, opened = channel, more: object = {}) =>
    opened.send({ address, route: null }, { ...message(), ...more }, OPTIONS);
  const last = () => fake.twilio.messages.at(-1)!;

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook(() => NOW);
    channel = open();
    hook.serve(channel);
    fake.twilio.numbers.set('+14155550100', { smsUrl: hook.options.hookUrl, voiceUrl: '' });
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

  it('sends from our number, valid until the deadline, and counts what it costs', async () => {
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().sid, units: 2 });
    expect(last()).toMatchObject({
      to: ADA,
      from: '+14155550100',
      validityPeriod: 3_600,
      statusCallback: `${hook.options.hookUrl}?c=${CORRELATION}`,
    });
    await send(ADA, channel, { expiresAt: '2026-11-30T12:00:00.000Z' });
    expect(last().validityPeriod).toBe(36_000);
    await channel.send({ address: ADA, route: null }, { ...message(), expiresAt: null }, { ...OPTIONS, correlation: null });
    expect(last().statusCallback).toBeNull();
  });

  it('sends nothing that is over before it arrives', async () => {
    const count = fake.twilio.messages.length;
    expect(await send(ADA, channel, { expiresAt: '2026-11-22T12:00:00.500Z' })).toMatchObject({ outcome: 'failed', code: 'expired' });
    expect(fake.twilio.messages).toHaveLength(count);
  });

  it('sends through a Messaging Service, and with the Auth Token where there is no key', async () => {
    const [service] = [...fake.twilio.services.keys()];
    const without = { apiKeySid: undefined, apiKeySecret: undefined };
    expect(await send(ADA, open({ from: undefined, messagingServiceSid: service, ...without }))).toMatchObject({ outcome: 'accepted' });
  });

  it('knows whether the sender is ours and replies come here', async () => {
    expect(await channel.healthCheck()).toBeNull();
    expect(await open({ from: '+14155550199' }).healthCheck()).toContain('does not belong to this Twilio account');
    fake.twilio.numbers.set('+14155550100', { smsUrl: 'https://demo.twilio.com/welcome', voiceUrl: '' });
    expect(await channel.healthCheck()).toContain('"A message comes in"');
    fake.twilio.numbers.set('+14155550100', { smsUrl: hook.options.hookUrl, voiceUrl: '' });
    fake.twilio.numbers.set('+14155550100', { smsUrl: `${hook.options.hookUrl}#rc=3&rp=5xx,ct,rt`, voiceUrl: '' });
    expect(await channel.healthCheck()).toBeNull();
    const [service] = [...fake.twilio.services.keys()];
    const withService = open({ from: undefined, messagingServiceSid: service });
    expect(await withService.healthCheck()).toContain('Send a webhook');
    fake.twilio.services.get(service!)!.inboundRequestUrl = hook.options.hookUrl;
    expect(await withService.healthCheck()).toBeNull();
    expect(await open({ apiKeySecret: 'wrong-wrong-wrong' }).healthCheck()).toContain('refuses our credentials');
  });

  it.each([
    [twilioError(400, 21211, 'x'), 'recipient_gone', '21211'],
    [twilioError(400, 21610, 'x'), 'recipient_blocked', '21610'],
    [twilioError(400, 21617, 'x'), 'content_rejected', '21617'],
    [twilioError(401, 20003, 'x'), 'config', '20003'],
    [twilioError(403, 21408, 'x'), 'config', '21408'],
    [twilioError(429, 20429, 'x', { 'retry-after': '7' }), 'throttled', '20429'],
    [twilioError(429, 21611, 'x'), 'throttled', '21611'],
    [twilioError(500, 20500, 'x'), 'retryable', '20500'],
    [{ status: 502, body: '<html>Bad gateway</html>' }, 'retryable', 'http_502'],
    [{ status: 201, body: '<html>' }, 'unknown_outcome', 'unreadable_answer'],
    [{ hangUp: true }, 'unknown_outcome', 'reset'],
  ] as const)('%j ends as %s', async (mishap, expected: FailureClass, code) => {
    fake.twilio.mishaps.add(ADA, mishap);
    const result = await send();
    expect(result).toMatchObject({ outcome: 'failed', class: expected });
    if (code !== 'reset') expect(result).toMatchObject({ code });
    if (code === '20429') expect(result).toMatchObject({ retryAfterMs: 7_000 });
    expect((await send()).outcome).toBe('accepted');
  });

  it('is refused by the provider’s own rules', async () => {
    expect(await send('+1')).toMatchObject({ class: 'recipient_gone' });
    expect(await send(ADA, open({ from: '+14155550199' }))).toMatchObject({ class: 'config', code: '21606' });
    expect(await send(ADA, open({ apiUrl: 'http://127.0.0.1:1' }))).toMatchObject({ class: 'retryable' });
  });

  it('says in no error, code or result what was sent, to whom, or with which credentials', async () => {
    const results: unknown[] = [];
    for (const mishap of [
      twilioError(400, 21211, `The 'To' number ${ADA} is not valid`),
      twilioError(500, 20500, 'canary'),
      { hangUp: true } as const,
    ]) {
      fake.twilio.mishaps.add(ADA, mishap);
      results.push(await send());
    }
    results.push(
      await send(ADA, open({ apiKeySecret: 'wrong-wrong-wrong' })),
      await open({ apiKeySecret: 'wrong-wrong-wrong' }).healthCheck(),
    );
    results.push(await send());
    const { apiKeySecret, authToken } = fake.twilio;
    for (const secret of [apiKeySecret, authToken, 'wrong-wrong-wrong', ADA, ADA.slice(1), 'canary', 'K7Q2M', hook.options.hookUrl])
      expect(JSON.stringify(results)).not.toContain(secret);
  });

  it('hears what became of it, out of order and more than once', async () => {
    await send();
    await fake.twilio.report(last(), 'queued');
    await fake.twilio.report(last(), 'delivered', { duplicates: 1 });
    await fake.twilio.report(last(), 'sent');
    await fake.twilio.report(last(), 'undelivered', { errorCode: 30003 });
    const { sid } = last();
    const receipt = (status: string, name = status) => ({ kind: 'receipt', inboundId: `${sid}:${name}`, correlation: CORRELATION, status });
    expect(hook.items).toMatchObject([
      { kind: 'ignored' },
      receipt('delivered'),
      receipt('delivered'),
      receipt('sent'),
      { ...receipt('failed', 'undelivered'), failure: { class: 'retryable', code: '30003' } },
    ]);
  });

  it('takes a reply, says nothing in return, and tells by a message of its own what came of it', async () => {
    hook.answerWith(() => ({ outcome: 'done', text: 'Rejected. Thank you.' }));
    const answer = await fake.twilio.write({ from: ADA }, 'r k7q2m wrong customer', { duplicates: 1 });
    await hook.settled();
    expect(answer).toMatchObject({ status: 200, body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' });
    expect(answer.headers.get('content-type')).toContain('xml');
    expect(hook.items).toMatchObject([
      { kind: 'text', identities: [ADA], text: 'r k7q2m wrong customer' },
      { kind: 'text', identities: [ADA] },
    ]);
    expect(new Set(hook.items.map(item => 'inboundId' in item && item.inboundId)).size).toBe(1);
    expect(last()).toMatchObject({ to: ADA, body: 'Holdpoint: Rejected. Thank you.', statusCallback: null });
  });

  it('proves a number by a code, hears of an opt-out, and is refused after it', async () => {
    await channel.send(
      { address: ADA, route: null },
      aMessage({ kind: 'verify', title: 'Your code: 123456', lines: [], replyCode: null }),
      {
        ...OPTIONS,
        correlation: null,
      },
    );
    expect(last().body).toContain('123456');
    await fake.twilio.write({ from: ADA }, 'STOP');
    expect(await send()).toMatchObject({ class: 'recipient_blocked', code: '21610' });
    await fake.twilio.write({ from: ADA }, 'Start');
    expect(await send()).toMatchObject({ outcome: 'accepted' });
    expect(hook.items).toMatchObject([
      { kind: 'optOut', identities: [ADA] },
      { kind: 'optIn', identities: [ADA] },
    ]);
  });

  it('takes nothing that Twilio did not sign for this address', async () => {
    await fake.twilio.write({ from: ADA }, 'A K7Q2M', { signature: null });
    await fake.twilio.write({ from: ADA }, 'A K7Q2M', { signature: 'AAAA' });
    await fake.twilio.write({ from: ADA, hookUrl: `${hook.options.hookUrl}?AccountSid=x` }, 'A K7Q2M', { more: { AccountSid: 'AC1' } });
    expect(hook.refusals).toEqual(['no signature', 'wrong signature', 'another account']);
    expect(hook.items).toEqual([]);
  });
});
