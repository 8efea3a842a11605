import { metaError, startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel } from '../channel.ts';
import { instagram } from './instagram.ts';

const CORRELATION = `apr_${'a'.repeat(26)}.${'n'.repeat(30)}`;
const TOKEN = `${'e'.repeat(26)}${'f'.repeat(26)}`;
const VERIFY_TOKEN = 'CANARY-verify-token';
let igsid = 1_535_148_674_000;

describe('Instagram', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const open = (more: object = {}): OpenChannel =>
    instagram.open(
      instagram.config.parse({
        accountId: fake.meta.state.instagramId,
        username: 'example.approvals',
        accessToken: fake.meta.accessToken,
        appSecret: fake.meta.appSecret,
        verifyToken: VERIFY_TOKEN,
        baseUrl: `${fake.origin}/meta`,
        ...more,
      }),
      hook.options,
    );
  const ada = () => `${igsid}`;
  const send = (message = aMessage()) =>
    channel.send({ address: ada(), route: null }, message, { attemptId: 'n'.repeat(30), correlation: CORRELATION });
  const last = () => fake.meta.messages.at(-1)!;
  const wrote = () => fake.meta.state.open.add(ada());

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook();
    channel = open();
    hook.serve(channel);
    expect(await fake.meta.enterHook('instagram', hook.options.hookUrl, 'another token')).toBe(false);
    expect(await fake.meta.enterHook('instagram', hook.options.hookUrl, VERIFY_TOKEN)).toBe(true);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    igsid += 1;
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
  });

  it('prepares the account when it is checked, and says in plain words what is wrong with its settings', async () => {
    expect(await channel.healthCheck()).toBeNull();
    expect(await open({ accessToken: 'EAAG-CANARY-wrong' }).healthCheck()).toBe('The access token has expired or was taken back (190)');
    expect(await open({ accountId: '999999999' }).healthCheck()).toBe('The access token belongs to another account');
  });

  it('binds an account by the link, whether or not the person wrote before', async () => {
    expect(await channel.enrolmentLink!(TOKEN)).toBe(`https://ig.me/m/example.approvals?ref=${TOKEN}`);
    hook.answerWith(() => ({ outcome: 'done', text: 'This account is yours now.' }));
    await fake.meta.instagram.opens(ada(), TOKEN);
    await fake.meta.instagram.opens(ada(), TOKEN, { isNew: false });
    await fake.meta.instagram.writes(ada(), TOKEN);
    await hook.settled();
    expect(hook.items).toMatchObject([1, 2, 3].map(() => ({ kind: 'enrol', token: TOKEN, address: ada(), route: null })));
    expect(last()).toMatchObject({ to: ada(), body: { message: { text: 'This account is yours now.' } } });
  });

  it('sends while the window is open, and says so when it is not', async () => {
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'window_closed', code: '10/2534022' });
    wrote();
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().id });
    expect(last().body).not.toHaveProperty('messaging_type');
    expect(await send(aMessage({ kind: 'digest', actions: [], fields: [] }))).toMatchObject({ outcome: 'accepted' });
    expect(fake.meta.seenIn(last()).buttons).toEqual([]);
  });

  it('turns a press into an item and tells what came of it', async () => {
    wrote();
    await send();
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved, *thank you*.' }));
    await fake.meta.instagram.presses(ada(), last(), 0);
    await hook.settled();
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [ada()], handle: handleFor('approve') }]);
    expect(fake.meta.seenIn(last()).text).toBe('Approved, ∗thank you∗.');
  });

  it('asks for the reason of a rejection by buttons, and brings it back with the same handle without remembering anything', async () => {
    wrote();
    await send();
    hook.answerWith(item => ('note' in item ? { outcome: 'done', text: 'Rejected.' } : { outcome: 'asksNote', text: 'Why?' }));
    await fake.meta.instagram.presses(ada(), last(), 1);
    await hook.settled();
    expect(fake.meta.seenIn(last())).toMatchObject({ text: 'Why?', buttons: [{ title: 'Not allowed' }, {}, {}] });
    // Another process than the one that asked.
    hook.serve(open());
    await fake.meta.instagram.presses(ada(), last(), 1);
    await hook.settled();
    hook.serve(channel);
    expect(hook.items.at(-1)).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: 'Wrong details' });
    expect(fake.meta.seenIn(last()).text).toBe('Rejected.');
  });

  it('takes the identity from the envelope, gives a repeated event the same id, and makes nothing of echoes and watermarks', async () => {
    wrote();
    await send();
    await fake.meta.instagram.presses('999000111', last(), 0, { duplicates: 1 });
    const [first, second] = hook.items;
    expect(first).toMatchObject({ kind: 'press', identities: ['999000111'], handle: handleFor('approve') });
    expect(second).toEqual(first);
    hook.items.length = 0;
    await fake.meta.instagram.echoes(last());
    await fake.meta.instagram.reads(ada());
    expect(hook.items.map(({ kind }) => kind)).toEqual(['ignored', 'ignored']);
  });

  it('refuses what is not signed, not rightly, or not over these bytes', async () => {
    for (const delivery of [{ signature: null }, { signature: `sha256=${'0'.repeat(64)}` }, { reserialised: true }])
      expect((await fake.meta.instagram.writes(ada(), 'café / thé', delivery)).status).toBe(401);
    expect(hook.refusals).toEqual(['signature missing', 'signature wrong', 'signature wrong']);
    expect(hook.items).toEqual([]);
  });

  it('hears that somebody wants no messages, and that somebody has blocked the account', async () => {
    await fake.meta.instagram.writes(ada(), 'Stop');
    expect(hook.items).toMatchObject([{ kind: 'optOut', identities: [ada()] }]);
    fake.meta.instagram.blocks(ada());
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'recipient_blocked', code: '551/1545041' });
  });

  it.each([
    ['the app too often', metaError(4), 'throttled'],
    ['the page too often', metaError(613), 'throttled'],
    ['overloaded', metaError(2, { status: 500 }), 'retryable'],
    ['not just now', metaError(1_200), 'retryable'],
    ['nobody there', metaError(100, { subcode: 2_018_001 }), 'recipient_gone'],
    ['a parameter', metaError(100), 'content_rejected'],
    ['the token', metaError(190, { status: 401 }), 'config'],
    ['a permission', metaError(10), 'config'],
    ['not reviewed', metaError(200, { subcode: 2_018_028, status: 403 }), 'config'],
    ['a gateway', { status: 502, body: '<html>CANARY</html>' }, 'unknown_outcome'],
    ['silence', { hangUp: true as const }, 'unknown_outcome'],
  ] as const)('meets "%s": %s', async (_, mishap, expected) => {
    wrote();
    fake.meta.mishaps.add(ada(), mishap);
    expect(await send()).toMatchObject({ outcome: 'failed', class: expected });
    expect(await send()).toMatchObject({ outcome: 'accepted' });
  });

  it('tells no secret, address or word of a message in what it says of failures', async () => {
    const message = aMessage({ title: 'CANARY title', fields: [{ label: 'Proposal', text: 'CANARY words', cut: false }] });
    const quoting = metaError(551, { message: `CANARY ${fake.meta.accessToken} ${ada()}` });
    const told: unknown[] = [await send(message)];
    for (const mishap of [quoting, metaError(987_654, { message: 'CANARY' }), { status: 500, body: 'CANARY' }, { hangUp: true as const }]) {
      fake.meta.mishaps.add(ada(), mishap);
      told.push(await send(message));
    }
    wrote();
    told.push(await send(message), await open({ accessToken: 'EAAG-CANARY-wrong' }).healthCheck());
    const text = JSON.stringify(told);
    const secrets = ['CANARY', fake.meta.accessToken, fake.meta.appSecret, ada(), handleFor('approve')];
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
