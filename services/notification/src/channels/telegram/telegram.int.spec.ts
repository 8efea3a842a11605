import { startFakeProviders, TELEGRAM_ERRORS, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel } from '../channel.ts';
import { openTelegram } from './open.ts';

const TOKEN = `${'e'.repeat(26)}${'f'.repeat(26)}`;
const OPTIONS = { attemptId: 'a'.repeat(30), correlation: null };
let ada = 1_000_000;

describe('Telegram', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const to = () => ({ address: String(ada), route: null });
  const send = (message = aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] })) =>
    channel.send(to(), message, OPTIONS);
  const last = () => fake.telegram.messages.at(-1)!;

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook();
    channel = openTelegram({ botToken: fake.telegram.botToken, apiUrl: `${fake.origin}/telegram` }, hook.options);
    hook.serve(channel);
    expect(await channel.healthCheck()).toBeNull();
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    ada += 1;
    fake.telegram.hasStarted(ada);
    hook.items.length = 0;
    hook.answerWith(null);
  });

  it('has pointed its webhook at us when it was checked, with a secret and for three kinds of updates', () => {
    expect(fake.telegram.state.webhook).toEqual({
      url: hook.options.hookUrl,
      secret: expect.stringMatching(/^[\w-]{43}$/) as string,
      allowed: ['message', 'callback_query', 'my_chat_member'],
    });
  });

  it('says in plain words what is wrong with its settings', async () => {
    const with_ = (botToken: string) => openTelegram({ botToken, apiUrl: `${fake.origin}/telegram` }, hook.options).healthCheck();
    expect(await with_('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw')).toBe('Telegram does not know the bot; check botToken (401)');
    fake.telegram.state.hookError = { at: Math.floor(Date.now() / 1_000), why: 'Wrong response from the webhook: 502 Bad Gateway' };
    expect(await channel.healthCheck()).toContain('502 Bad Gateway');
    fake.telegram.state.hookError = null;
  });

  it('binds an account by the deep link, and by nothing else that is said', async () => {
    const link = await channel.enrolmentLink!(TOKEN);
    expect(link).toBe(`https://t.me/${fake.telegram.username}?start=${TOKEN}`);
    hook.answerWith(() => ({ outcome: 'done', text: 'This account is yours now.' }));
    await fake.telegram.start(ada, TOKEN);
    await fake.telegram.say(ada, 'hello');
    await hook.settled();
    expect(hook.items).toMatchObject([{ kind: 'enrol', token: TOKEN, address: String(ada), route: null }, { kind: 'ignored' }]);
    expect(last()).toMatchObject({ chatId: ada, text: 'This account is yours now.' });
  });

  it('sends with buttons, without a preview, and names the message by its number alone', async () => {
    const sent = await send();
    expect(sent).toEqual({ outcome: 'accepted', providerMessageId: String(last().messageId), ref: String(last().messageId) });
    expect(last()).toMatchObject({ chatId: ada, hasPreview: false });
  });

  it('turns a press into an item, answers it in place and takes the buttons away', async () => {
    await send();
    const { messageId } = last();
    const decided = aMessage({ kind: 'decided', title: 'Approved by Ada', actions: [] });
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved.', message: decided }));
    const { queryId, answer } = await fake.telegram.press(messageId, 'Approve');
    await hook.settled();
    expect(answer.status).toBe(200);
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [String(ada)], handle: handleFor('approve') }]);
    expect(fake.telegram.alerts.at(-1)).toEqual({ queryId, text: 'Approved.', showAlert: false });
    expect(last()).toMatchObject({ messageId, edits: 1, text: expect.stringContaining('Approved by Ada') as string });
    expect(JSON.stringify(last().markup)).not.toContain('callback_data');
  });

  it('shows a refusal as an alert, cut to what an alert holds, and tells a late one by a message', async () => {
    await send();
    hook.answerWith(() => ({ outcome: 'refused', text: 'No. '.repeat(80) }));
    await fake.telegram.press(last().messageId, 'Approve');
    await hook.settled();
    expect(fake.telegram.alerts.at(-1)).toMatchObject({ showAlert: true });
    expect(fake.telegram.alerts.at(-1)!.text.length).toBeLessThanOrEqual(200);

    const pressed = last().messageId;
    hook.answerWith(() => {
      fake.telegram.forgetPresses();
      return { outcome: 'refused', text: 'Too late.' };
    });
    await fake.telegram.press(pressed, 'Approve');
    await hook.settled();
    expect(last()).toMatchObject({ chatId: ada, text: 'Too late.' });
  });

  it('asks for the reason of a rejection and brings it back with the same handle, without remembering anything', async () => {
    await send();
    const pressed = last().messageId;
    hook.answerWith(item => ('note' in item ? { outcome: 'done', text: 'Rejected.' } : { outcome: 'asksNote', text: 'Why?' }));
    await fake.telegram.press(pressed, 'Reject');
    await hook.settled();
    expect(last()).toMatchObject({ chatId: ada, replyTo: pressed, markup: { force_reply: true } });

    // Another process than the one that asked.
    const other = openTelegram({ botToken: fake.telegram.botToken, apiUrl: `${fake.origin}/telegram` }, hook.options);
    hook.serve(other);
    await fake.telegram.reply(last().messageId, 'Refunded last week');
    await hook.settled();
    hook.serve(channel);
    expect(hook.items.at(-1)).toMatchObject({
      kind: 'press',
      identities: [String(ada)],
      handle: handleFor('reject'),
      note: 'Refunded last week',
      reply: { message: String(pressed) },
    });
    expect(last().text).toBe('Rejected.');
  });

  it('proves nobody by a press in a group, and still answers it', async () => {
    await send();
    hook.answerWith(() => ({ outcome: 'refused', text: 'Not here.' }));
    await fake.telegram.press(last().messageId, 'Approve', { group: true });
    await hook.settled();
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [] }]);
    expect(fake.telegram.alerts.at(-1)).toMatchObject({ text: 'Not here.', showAlert: true });
  });

  it('takes the identity from the envelope, not from whose message it was', async () => {
    await send();
    const mallory = ada + 500_000;
    await fake.telegram.press(last().messageId, { data: handleFor('approve') }, { from: mallory });
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [], handle: handleFor('approve') }]);
  });

  it('gives a repeated update the same id, and refuses one without the secret', async () => {
    await send();
    await fake.telegram.press(last().messageId, 'Approve', { duplicates: 2 });
    const [first, ...more] = hook.items.map(item => ('inboundId' in item ? item.inboundId : ''));
    expect(more).toEqual([first, first]);
    for (const secret of [null, 'wrong', ''])
      expect((await fake.telegram.press(last().messageId, 'Approve', { secret })).answer.status).toBe(401);
    expect(hook.items).toHaveLength(3);
  });

  it('hears of being blocked and unblocked', async () => {
    await fake.telegram.block(ada);
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'recipient_blocked', code: '403/blocked' });
    await fake.telegram.unblock(ada);
    expect(hook.items).toMatchObject([
      { kind: 'optOut', identities: [String(ada)] },
      { kind: 'optIn', identities: [String(ada)] },
    ]);
  });

  it('changes a message, finds it changed already, and does not mind that it is gone', async () => {
    const sent = await send();
    const ref = sent.outcome === 'accepted' ? sent.ref! : '';
    const decided = aMessage({ kind: 'decided', title: 'Rejected by Bo', actions: [] });
    expect(await channel.update!(to(), ref, decided)).toEqual({ outcome: 'updated' });
    expect(await channel.update!(to(), ref, decided)).toEqual({ outcome: 'updated' });
    expect(last()).toMatchObject({ edits: 1 });
    expect(await channel.update!(to(), '99999999', decided)).toEqual({ outcome: 'gone' });
    fake.telegram.mishaps.add(String(ada), TELEGRAM_ERRORS.throttled);
    expect(await channel.update!(to(), ref, aMessage())).toMatchObject({ outcome: 'failed', class: 'throttled' });
  });

  it.each([
    ['throttled', 'throttled', { retryAfterMs: 7_000 }],
    ['blocked', 'recipient_blocked'],
    ['deactivated', 'recipient_blocked'],
    ['kicked', 'recipient_blocked'],
    ['notStarted', 'window_closed'],
    ['chatNotFound', 'recipient_gone'],
    ['migrated', 'recipient_gone', { movedTo: '-1001234567890' }],
    ['entities', 'content_rejected'],
    ['tooLong', 'content_rejected'],
    ['buttonData', 'content_rejected'],
    ['unauthorized', 'config'],
    ['notFound', 'config'],
    ['conflict', 'config'],
    ['internal', 'retryable'],
    ['gateway', 'unknown_outcome'],
  ] as const)('meets "%s": %s', async (name, expected, more: object = {}) => {
    fake.telegram.mishaps.add(String(ada), TELEGRAM_ERRORS[name]);
    expect(await send()).toMatchObject({ outcome: 'failed', class: expected, ...more });
    expect(await send()).toMatchObject({ outcome: 'accepted' });
  });

  it('calls silence after the message was taken an unknown outcome', async () => {
    fake.telegram.mishaps.add(String(ada), { hangUp: true });
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'unknown_outcome' });
    expect(last().chatId).toBe(ada);
  });

  it('reaches nobody who is not there, and no address that may not be called', async () => {
    expect(await channel.send({ address: '5', route: null }, aMessage(), OPTIONS)).toMatchObject({ class: 'recipient_gone' });
    const gone = openTelegram({ botToken: fake.telegram.botToken, apiUrl: 'http://127.0.0.1:9' }, hook.options);
    expect(await gone.send(to(), aMessage(), OPTIONS)).toMatchObject({ outcome: 'failed', class: 'retryable' });
    const metadata = openTelegram({ botToken: fake.telegram.botToken, apiUrl: 'http://169.254.169.254' }, hook.options);
    expect(await metadata.send(to(), aMessage(), OPTIONS)).toMatchObject({ outcome: 'failed', class: 'config' });
  });

  it('lets no secret, address or word of a message into what it reports', async () => {
    const canary = aMessage({ title: 'CANARY-TITLE', fields: [{ label: 'Proposal', text: 'CANARY-TEXT', cut: false }] });
    const said: string[] = [];
    for (const mishap of Object.values(TELEGRAM_ERRORS)) {
      fake.telegram.mishaps.add(String(ada), mishap);
      said.push(JSON.stringify(await send(canary)));
    }
    for (const apiUrl of ['http://127.0.0.1:9', 'http://169.254.169.254', `${fake.origin}/nowhere`]) {
      const other = openTelegram({ botToken: fake.telegram.botToken, apiUrl }, hook.options);
      said.push(JSON.stringify(await other.send(to(), canary, OPTIONS)), String(await other.healthCheck()));
      said.push(await other.enrolmentLink!(TOKEN).catch((error: unknown) => `${String(error)} ${JSON.stringify(error)}`));
    }
    said.push(JSON.stringify(await send(canary)));
    const secret = fake.telegram.botToken.split(':')[1]!;
    for (const text of said) for (const leak of [secret, String(ada), 'CANARY', TOKEN]) expect(text).not.toContain(leak);
  });
});
