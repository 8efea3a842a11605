import { metaError, startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startHook, type Hook } from '../../channels/a-hook.fixture.ts';
import { aMessage, handleFor } from '../../channels/a-message.fixture.ts';
import type { OpenChannel, OpenOptions } from '../../channels/channel.ts';

const CORRELATION = `apr_${'a'.repeat(26)}.${'n'.repeat(30)}`;
const TOKEN = `${'e'.repeat(26)}${'f'.repeat(26)}`;
const VERIFY_TOKEN = 'CANARY-verify-token';

/** In what one of the two chats differs from the other. */
export type MetaChat = {
  name: 'messenger' | 'instagram';
  /** What Meta calls its webhooks. */
  hook: 'page' | 'instagram';
  /** The first of the people's ids; each test has its own. */
  firstPerson: number;
  open(fake: FakeProviders, settings: object, options: OpenOptions): OpenChannel;
  /** Settings that name an account of somebody else, and what is said about them. */
  elsewhere: { settings: object; says: string };
  enrolmentLink(token: string): string;
  /** The code of a message outside the window. */
  windowClosed: string;
  /** What the provider's own form of a message must have. */
  checkBody(body: Record<string, unknown>, correlation: string): void;
};

/** The whole conversation with Meta's chats over HTTP, the same for each of them. */
export const conversesLike = ({
  name,
  hook: hookKind,
  firstPerson,
  elsewhere,
  enrolmentLink,
  windowClosed,
  checkBody,
  ...chat
}: MetaChat): void => {
  let person = firstPerson;
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const open = (more: object = {}): OpenChannel =>
    chat.open(
      fake,
      {
        accessToken: fake.meta.accessToken,
        appSecret: fake.meta.appSecret,
        verifyToken: VERIFY_TOKEN,
        baseUrl: `${fake.origin}/meta`,
        ...more,
      },
      hook.options,
    );
  const ada = () => `${person}`;
  const send = (message = aMessage()) =>
    channel.send({ address: ada(), route: null }, message, { attemptId: 'n'.repeat(30), correlation: CORRELATION });
  const last = () => fake.meta.messages.at(-1)!;
  const wrote = () => fake.meta.state.open.add(ada());

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook();
    channel = open();
    hook.serve(channel);
    expect(await fake.meta.enterHook(hookKind, hook.options.hookUrl, 'another token')).toBe(false);
    expect(await fake.meta.enterHook(hookKind, hook.options.hookUrl, VERIFY_TOKEN)).toBe(true);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    person += 1;
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
  });

  it('prepares the account when it is checked, and says in plain words what is wrong with its settings', async () => {
    expect(await channel.healthCheck()).toBeNull();
    expect(await open({ accessToken: 'EAAG-CANARY-wrong' }).healthCheck()).toBe(
      'The access token has expired or was taken back; check accessToken (190)',
    );
    expect(await open(elsewhere.settings).healthCheck()).toContain(elsewhere.says);
  });

  it('binds an account by the link, whether or not the person wrote before', async () => {
    expect(await channel.enrolmentLink!(TOKEN)).toBe(enrolmentLink(TOKEN));
    hook.answerWith(() => ({ outcome: 'done', text: 'This account is yours now.' }));
    await fake.meta[name].opens(ada(), TOKEN);
    await fake.meta[name].opens(ada(), TOKEN, { isNew: false });
    await fake.meta[name].writes(ada(), TOKEN);
    await hook.settled();
    expect(hook.items).toMatchObject([1, 2, 3].map(() => ({ kind: 'enrol', token: TOKEN, address: ada(), route: null })));
    expect(last()).toMatchObject({ to: ada(), body: { message: { text: 'This account is yours now.' } } });
  });

  it('sends while the window is open, and says so when it is not', async () => {
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'window_closed', code: windowClosed });
    wrote();
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().id });
    checkBody(last().body as Record<string, unknown>, CORRELATION);
    expect(await send(aMessage({ kind: 'digest', actions: [], fields: [] }))).toMatchObject({ outcome: 'accepted' });
    expect(fake.meta.seenIn(last()).buttons).toEqual([]);
  });

  it('turns a press into an item and tells what came of it', async () => {
    wrote();
    await send();
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved, *thank you*.' }));
    await fake.meta[name].presses(ada(), last(), 0);
    await hook.settled();
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [ada()], handle: handleFor('approve') }]);
    expect(fake.meta.seenIn(last()).text).toBe('Approved, ∗thank you∗.');
  });

  it('asks for the reason of a rejection by buttons, and brings it back with the same handle without remembering anything', async () => {
    wrote();
    await send();
    hook.answerWith(item => ('note' in item ? { outcome: 'done', text: 'Rejected.' } : { outcome: 'asksNote', text: 'Why?' }));
    await fake.meta[name].presses(ada(), last(), 1);
    await hook.settled();
    expect(fake.meta.seenIn(last())).toMatchObject({ text: 'Why?', buttons: [{ title: 'Not allowed' }, {}, {}] });
    // Another process than the one that asked.
    hook.serve(open());
    await fake.meta[name].presses(ada(), last(), 1);
    await hook.settled();
    hook.serve(channel);
    expect(hook.items.at(-1)).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: 'Wrong details' });
    expect(fake.meta.seenIn(last()).text).toBe('Rejected.');
  });

  it('takes the identity from the envelope, gives a repeated event the same id, and makes nothing of echoes and watermarks', async () => {
    wrote();
    await send();
    await fake.meta[name].presses('999000111', last(), 0, { duplicates: 1 });
    const [first, second] = hook.items;
    expect(first).toMatchObject({ kind: 'press', identities: ['999000111'], handle: handleFor('approve') });
    expect(second).toEqual(first);
    hook.items.length = 0;
    await fake.meta[name].echoes(last());
    await fake.meta[name].reads(ada());
    expect(hook.items.map(({ kind }) => kind)).toEqual(['ignored', 'ignored']);
  });

  it('refuses what is not signed, not rightly, or not over these bytes', async () => {
    for (const delivery of [{ signature: null }, { signature: `sha256=${'0'.repeat(64)}` }, { reserialised: true }])
      expect((await fake.meta[name].writes(ada(), 'café / thé', delivery)).status).toBe(401);
    expect(hook.refusals).toEqual(['signature missing', 'signature wrong', 'signature wrong']);
    expect(hook.items).toEqual([]);
  });

  it('hears that somebody wants no messages, and that somebody has blocked the account', async () => {
    await fake.meta[name].writes(ada(), 'Stop');
    expect(hook.items).toMatchObject([{ kind: 'optOut', identities: [ada()] }]);
    fake.meta[name].blocks(ada());
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
};
