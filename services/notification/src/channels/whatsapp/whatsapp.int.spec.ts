import { metaError, startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel, SendResult } from '../channel.ts';
import { cloudConfig } from './cloud-config.ts';
import { openCloud } from './cloud-send.ts';

const CORRELATION = `apr_${'a'.repeat(26)}.${'n'.repeat(30)}`;
const VERIFY_TOKEN = 'CANARY-verify-token';
let waId = 436_641_000_000;

describe('WhatsApp over the Cloud API', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const settings = (more: object = {}) =>
    cloudConfig.parse({
      via: 'cloud',
      phoneNumberId: fake.meta.state.phoneNumberId,
      accessToken: fake.meta.accessToken,
      appSecret: fake.meta.appSecret,
      verifyToken: VERIFY_TOKEN,
      baseUrl: `${fake.origin}/meta/`,
      firstForm: 'interactive',
      ...more,
    });
  const person = () => ({ waId: `${waId}` });
  const address = () => `+${waId}`;
  const send = (message = aMessage(), windowOpen?: boolean, through = channel): Promise<SendResult> =>
    through.send({ address: address(), route: null }, message, {
      attemptId: 'n'.repeat(30),
      correlation: CORRELATION,
      ...(windowOpen === undefined ? {} : { windowOpen }),
    });
  const last = () => fake.meta.messages.at(-1)!;
  const wrote = () => fake.meta.state.open.add(`${waId}`);

  beforeAll(async () => {
    fake = await startFakeProviders();
    fake.meta.approveTemplate('holdpoint_request');
    fake.meta.approveTemplate('holdpoint_notice', { buttons: [] });
    fake.meta.approveTemplate('holdpoint_code', { variables: 1, buttons: ['url'] });
    hook = await startHook();
    channel = openCloud(settings(), hook.options);
    hook.serve(channel);
    expect(await fake.meta.enterHook('whatsapp', hook.options.hookUrl, 'another token')).toBe(false);
    expect(await fake.meta.enterHook('whatsapp', hook.options.hookUrl, VERIFY_TOKEN)).toBe(true);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    waId += 1;
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
    fake.meta.state.tellsClosedWindowsLater = false;
  });

  it('says in plain words what is wrong with its settings', async () => {
    expect(await channel.healthCheck()).toBeNull();
    const with_ = (more: object) => openCloud(settings(more), hook.options).healthCheck();
    expect(await with_({ accessToken: 'EAAG-CANARY-wrong' })).toBe(
      'The access token has expired or was taken back; check accessToken (190)',
    );
    expect(await with_({ phoneNumberId: '123456789' })).toBe('The sender does not exist, or not for this access token (100/33)');
    expect(await with_({ baseUrl: `${fake.origin}/nowhere` })).toContain('check baseUrl and apiVersion');
    expect(await with_({ baseUrl: 'http://127.0.0.1:1' })).toBe('The provider could not be reached');
  });

  it('sends buttons to whoever wrote within 24 hours, free of charge', async () => {
    wrote();
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().id, units: 0 });
    expect(last()).toMatchObject({ to: address(), body: { type: 'interactive', biz_opaque_callback_data: CORRELATION } });
    expect(fake.meta.seenIn(last()).buttons.map(({ payload }) => payload)).toEqual([handleFor('approve'), handleFor('reject')]);
  });

  it('falls back to the template within the same attempt when Meta says that the window is closed', async () => {
    const before = fake.meta.messages.length;
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().id, units: 1 });
    expect(fake.meta.messages).toHaveLength(before + 1);
    expect(last().body).toMatchObject({ type: 'template', biz_opaque_callback_data: CORRELATION });
    expect(fake.meta.seenIn(last()).buttons.map(({ payload }) => payload)).toEqual([handleFor('approve'), handleFor('reject')]);
    await send(aMessage({ kind: 'verify', actions: [], fields: [], lines: ['Your code is 012345.'] }));
    expect(last().body).toMatchObject({ template: { name: 'holdpoint_code' } });
    await send(aMessage({ kind: 'digest', actions: [], fields: [] }));
    expect(last().body).toMatchObject({ template: { name: 'holdpoint_notice' } });
  });

  it('sends the template at once where it is known that nobody wrote, or where the settings want it', async () => {
    wrote();
    await send(aMessage(), false);
    expect(last().body['type']).toBe('template');
    await send(aMessage(), true);
    expect(last().body['type']).toBe('interactive');
    await send(aMessage(), undefined, openCloud(settings({ firstForm: 'template' }), hook.options));
    expect(last().body['type']).toBe('template');
  });

  it('hears of a closed window afterwards, where Meta says so only then', async () => {
    fake.meta.state.tellsClosedWindowsLater = true;
    expect(await send()).toMatchObject({ outcome: 'accepted' });
    await fake.meta.settled();
    expect(hook.items).toMatchObject([
      { kind: 'receipt', correlation: CORRELATION, status: 'failed', failure: { class: 'window_closed', code: '131047' } },
    ]);
  });

  it('does not try twice when the template is refused too', async () => {
    const message = aMessage({ language: 'en' });
    expect(await send(message, undefined, openCloud(settings({ requestTemplate: 'missing' }), hook.options))).toMatchObject({
      outcome: 'failed',
      class: 'config',
      code: '132001',
    });
  });

  it('sends to a business-scoped user id by the member meant for it', async () => {
    fake.meta.state.open.add('AT.123abc');
    await channel.send({ address: 'AT.123abc', route: null }, aMessage(), { attemptId: 'n', correlation: null });
    expect(last().body).toMatchObject({ recipient: 'AT.123abc' });
    expect(last().body).not.toHaveProperty('to');
    expect(last().body).not.toHaveProperty('biz_opaque_callback_data');
  });

  it('turns a press of either form into an item and tells what came of it', async () => {
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved, *thank you*.' }));
    for (const isOpen of [true, false]) {
      await send(aMessage(), isOpen);
      if (isOpen) wrote();
    }
    for (const message of fake.meta.messages.slice(-2)) await fake.meta.whatsapp.presses({ ...person(), userId: 'AT.7' }, message, 0);
    await hook.settled();
    expect(hook.items).toMatchObject([1, 2].map(() => ({ kind: 'press', identities: [address(), 'AT.7'], handle: handleFor('approve') })));
    expect(last()).toMatchObject({
      to: address(),
      body: {
        type: 'text',
        text: { body: 'Approved, ∗thank you∗.', preview_url: false },
        context: { message_id: expect.stringContaining('wamid.IN') as string },
      },
    });
  });

  it('asks for the reason of a rejection by buttons, and brings it back with the same handle without remembering anything', async () => {
    wrote();
    await send();
    hook.answerWith(item => ('note' in item ? { outcome: 'done', text: 'Rejected.' } : { outcome: 'asksNote', text: 'Why?' }));
    await fake.meta.whatsapp.presses(person(), last(), 1);
    await hook.settled();
    expect(fake.meta.seenIn(last())).toMatchObject({ text: 'Why?', buttons: [{ title: 'Not allowed' }, {}, {}] });
    // Another process than the one that asked.
    hook.serve(openCloud(settings(), hook.options));
    await fake.meta.whatsapp.presses(person(), last(), 0);
    await hook.settled();
    hook.serve(channel);
    expect(hook.items.at(-1)).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: 'Not allowed' });
    expect(fake.meta.seenIn(last()).text).toBe('Rejected.');
  });

  it('answers somebody of whom only the user id is known', async () => {
    hook.answerWith(() => ({ outcome: 'refused', text: 'I do not know you.' }));
    await fake.meta.whatsapp.writes({ userId: 'AT.9' }, 'hello');
    await hook.settled();
    expect(hook.items).toMatchObject([{ kind: 'text', identities: ['AT.9'], text: 'hello' }]);
    expect(last()).toMatchObject({ to: 'AT.9', body: { recipient: 'AT.9' } });
  });

  it('takes the identity from the envelope, not from whose message it was', async () => {
    wrote();
    await send();
    await fake.meta.whatsapp.presses({ waId: '436649999999' }, last(), 0);
    expect(hook.items).toMatchObject([{ kind: 'press', identities: ['+436649999999'], handle: handleFor('approve') }]);
  });

  it('reads receipts in any order, and the same ones twice under the same id', async () => {
    wrote();
    await send();
    await fake.meta.whatsapp.receipts(last(), ['read', 'delivered', 'sent'], { duplicates: 1 });
    expect(hook.items.map(item => (item.kind === 'receipt' ? [item.status, item.correlation, item.inboundId] : []))).toEqual(
      ['read', 'read', 'delivered', 'delivered', 'sent', 'sent'].map(status => [status, CORRELATION, `${last().id}:${status}`]),
    );
  });

  it.each([
    [131_026, 'recipient_gone'],
    [131_049, 'content_rejected'],
    [131_050, 'recipient_blocked'],
    [131_042, 'config'],
    [131_048, 'throttled'],
    [131_000, 'retryable'],
    [131_051, 'unsupported'],
  ] as const)('hears afterwards of %d: %s', async (code, expected) => {
    wrote();
    fake.meta.failLater(address(), code);
    expect(await send()).toMatchObject({ outcome: 'accepted' });
    await fake.meta.settled();
    expect(hook.items).toMatchObject([{ kind: 'receipt', status: 'failed', failure: { class: expected, code: `${code}` } }]);
  });

  it('hears of a new number and the new user id with it', async () => {
    await fake.meta.whatsapp.changesNumber({ ...person(), userId: 'AT.1' }, { waId: '436641999999', userId: 'AT.2' });
    expect(hook.items).toMatchObject([
      { kind: 'addressChanged', from: address(), to: '+436641999999' },
      { kind: 'addressChanged', from: 'AT.1', to: 'AT.2' },
    ]);
  });

  it('refuses what is not signed, not rightly, or not over these bytes', async () => {
    for (const delivery of [{ signature: null }, { signature: `sha256=${'0'.repeat(64)}` }, { reserialised: true }])
      expect((await fake.meta.whatsapp.writes(person(), 'café / thé', delivery)).status).toBe(401);
    expect(hook.refusals).toEqual(['signature missing', 'signature wrong', 'signature wrong']);
    expect(hook.items).toEqual([]);
  });

  it.each([
    ['throttled', metaError(130_429, { status: 429 }), 'throttled', '130429'],
    ['the same person too often', metaError(131_056), 'throttled', '131056'],
    ['spam', metaError(131_048), 'throttled', '131048'],
    ['unknown', metaError(131_000, { status: 500 }), 'retryable', '131000'],
    ['overloaded', metaError(2, { status: 503 }), 'retryable', '2'],
    ['undeliverable', metaError(131_026), 'recipient_gone', '131026'],
    ['unwanted', metaError(131_050), 'recipient_blocked', '131050'],
    ['held back', metaError(131_049), 'content_rejected', '131049'],
    ['a parameter', metaError(100), 'content_rejected', '100'],
    ['a template on pause', metaError(132_015), 'config', '132015'],
    ['the token', metaError(190, { status: 401 }), 'config', '190'],
    ['locked', metaError(131_031, { status: 403 }), 'config', '131031'],
    ['not for BSUIDs', metaError(131_062), 'unsupported', '131062'],
    ['a gateway', { status: 502, body: '<html>CANARY</html>' }, 'unknown_outcome', 'http_502'],
    ['a cut answer', { status: 200, body: '{"messages":[' }, 'unknown_outcome', 'http_200'],
    ['a proxy', { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }, 'throttled', 'http_429'],
    ['silence', { hangUp: true as const }, 'unknown_outcome', undefined],
  ] as const)('meets "%s": %s', async (_, mishap, expected, code) => {
    wrote();
    fake.meta.mishaps.add(address(), mishap);
    const result = await send();
    expect(result).toMatchObject({ outcome: 'failed', class: expected, ...(code === undefined ? {} : { code }) });
    expect(await send()).toMatchObject({ outcome: 'accepted' });
  });

  it('tells no secret, address or word of a message in what it says of failures', async () => {
    const message = aMessage({ title: 'CANARY title', fields: [{ label: 'Proposal', text: 'CANARY words', cut: false }] });
    const quoting = metaError(131_026, { message: `CANARY ${fake.meta.accessToken} ${address()}` });
    const told: unknown[] = [];
    for (const mishap of [quoting, metaError(987_654, { message: 'CANARY' }), { status: 500, body: 'CANARY' }, { hangUp: true as const }]) {
      wrote();
      fake.meta.mishaps.add(address(), mishap);
      told.push(await send(message));
    }
    told.push(await send(message, false), await channel.healthCheck());
    const text = JSON.stringify(told);
    for (const secret of ['CANARY', fake.meta.accessToken, fake.meta.appSecret, `${waId}`, handleFor('approve')])
      expect(text).not.toContain(secret);
  });

  it('does not mind when what came of a press cannot be told', async () => {
    fake.meta.mishaps.add(address(), { hangUp: true });
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved.' }));
    await fake.meta.whatsapp.writes(person(), 'hello');
    await expect(hook.settled()).resolves.toBeUndefined();
  });
});
