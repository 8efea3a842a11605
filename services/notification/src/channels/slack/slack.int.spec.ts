import { SLACK_ERRORS, slackRefusal, startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel } from '../channel.ts';
import { openSlack } from './open.ts';
import type { SlackConfig } from './slack.ts';

const TOKEN = `${'e'.repeat(26)}${'f'.repeat(26)}`;
const OPTIONS = { attemptId: 'a'.repeat(30), correlation: null };
let count = 100;

describe('Slack', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  let ada: string;
  const config = (more: Partial<SlackConfig> = {}): SlackConfig => ({
    botToken: fake.slack.botToken,
    signingSecret: fake.slack.signingSecret,
    appId: fake.slack.appId,
    apiUrl: `${fake.origin}/slack/api/`,
    ...more,
  });
  const address = () => `${fake.slack.teamId}/${ada}`;
  const to = () => ({ address: address(), route: null });
  const send = (message = aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] })) =>
    channel.send(to(), message, OPTIONS);
  const last = () => fake.slack.messages.at(-1)!;

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook();
    channel = openSlack(config(), hook.options);
    hook.serve(channel);
    expect(await channel.healthCheck()).toBeNull();
    expect(await fake.slack.enterHookUrl(hook.options.hookUrl)).toBe(true);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    ada = `U0ADA${++count}`;
    fake.slack.join(ada);
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
  });

  it('says in plain words what is wrong with its settings', async () => {
    expect(await openSlack(config({ botToken: 'xoxb-000-wrong00000' }), hook.options).healthCheck()).toContain('(invalid_auth)');
    fake.slack.state.scopes.splice(2, 1);
    expect(await channel.healthCheck()).toContain('lacks the scopes im:history');
    fake.slack.state.scopes.push('im:history');
    expect(await openSlack(config({ apiUrl: `${fake.origin}/nowhere/` }), hook.options).healthCheck()).toContain('(http_404)');
  });

  it('binds a member by the token they paste into the direct message of the app', async () => {
    expect(await channel.enrolmentLink!(TOKEN)).toBe(`${fake.origin}/app_redirect?app=${fake.slack.appId}&team=${fake.slack.teamId}`);
    // The link says nothing of the token.
    expect(channel.pastesToken).toBe(true);
    hook.answerWith(() => ({ outcome: 'done', text: 'This account is yours <now>.' }));
    await fake.slack.say(ada, TOKEN, { duplicates: 1 });
    await fake.slack.say(ada, 'hello');
    await hook.settled();
    expect(hook.items).toMatchObject([
      { kind: 'enrol', token: TOKEN, address: address(), route: null },
      { kind: 'enrol', token: TOKEN },
      { kind: 'ignored' },
    ]);
    const [first, second] = hook.items.map(item => ('inboundId' in item ? item.inboundId : ''));
    expect(second).toBe(first);
    expect(last().text).toBe('This account is yours &lt;now&gt;.');
  });

  it('sends to the direct message, opening it once, and names the message without the member', async () => {
    const sent = await send();
    expect(sent).toEqual({ outcome: 'accepted', providerMessageId: last().ts, ref: `${last().channel}/${last().ts}` });
    const { members } = fake.slack.state;
    const direct = members.get(ada)!.direct;
    await send();
    expect(last().channel).toBe(direct);
  });

  it('turns a press into an item, answers the presser alone and takes the buttons away', async () => {
    await send();
    const pressed = last();
    const decided = aMessage({ kind: 'decided', title: 'Approved by Ada', actions: [] });
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved.', message: decided }));
    const answer = await fake.slack.press(pressed, 'Approve');
    await hook.settled();
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(hook.items).toMatchObject([{ kind: 'press', identities: [address()], handle: handleFor('approve') }]);
    expect(fake.slack.whispers.at(-1)).toMatchObject({ user: ada, text: 'Approved.', via: 'responseUrl' });
    expect(pressed.edits).toBe(1);
    expect(JSON.stringify(pressed.blocks)).toContain('Approved by Ada');
    expect(JSON.stringify(pressed.blocks)).not.toContain('hp1');
  });

  it('takes no notice of the button that only opens the console', async () => {
    await send();
    expect((await fake.slack.press(last(), 'Look and decide')).status).toBe(200);
    expect(hook.items).toEqual([{ kind: 'ignored', reason: expect.any(String) as string }]);
  });

  it('asks for the reason of a rejection in a form and brings it back with the same handle, without remembering anything', async () => {
    await send();
    const pressed = last();
    hook.answerWith(item =>
      'note' in item
        ? { outcome: 'done', text: 'Rejected.', message: aMessage({ kind: 'decided', title: 'Rejected by Ada', actions: [] }) }
        : { outcome: 'asksNote', text: 'Why is it rejected?' },
    );
    await fake.slack.press(pressed, 'Reject');
    await hook.settled();
    expect(fake.slack.views.at(-1)).toMatchObject({ user: ada });

    // Another process than the one that asked.
    hook.serve(openSlack(config(), hook.options));
    const answer = await fake.slack.submit('Refunded last week – café');
    await hook.settled();
    hook.serve(channel);
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(hook.items.at(-1)).toMatchObject({
      kind: 'press',
      identities: [address()],
      handle: handleFor('reject'),
      note: 'Refunded last week – café',
    });
    expect(fake.slack.whispers.at(-1)).toMatchObject({ user: ada, text: 'Rejected.', via: 'postEphemeral' });
    expect(JSON.stringify(pressed.blocks)).toContain('Rejected by Ada');
  });

  it('asks to press once more where the form could not be opened in time', async () => {
    await send();
    hook.answerWith(() => {
      for (const trigger of fake.slack.state.triggers.values()) trigger.untilMs = 0;
      return { outcome: 'asksNote', text: 'Why?' };
    });
    await fake.slack.press(last(), 'Reject');
    await hook.settled();
    expect(fake.slack.whispers.at(-1)).toMatchObject({ user: ada, text: expect.stringContaining('once more') as string });
  });

  it('proves nobody by a press in a channel, names the presser and not the owner, and the workspace of a stranger', async () => {
    await send();
    fake.slack.join('U0EVE');
    await fake.slack.press(last(), 'Approve', { channel: 'C0GENERAL' });
    await fake.slack.press(last(), 'Approve', { from: 'U0EVE' });
    await fake.slack.press(last(), 'Approve', { team: 'T0OTHER' });
    expect(hook.items).toMatchObject([
      { identities: [] },
      { identities: [`${fake.slack.teamId}/U0EVE`] },
      { identities: [`T0OTHER/${ada}`] },
    ]);
  });

  it('gives a repeated press the same id, and refuses what is forged, old or changed on the way', async () => {
    await send();
    await fake.slack.press(last(), 'Approve', { duplicates: 2 });
    const [first, ...more] = hook.items.map(item => ('inboundId' in item ? item.inboundId : ''));
    expect(more).toEqual([first, first]);
    for (const delivery of [
      { secret: 'wrong' },
      { secret: null },
      { signedAtMs: Date.now() - 301_000 },
      { signedAtMs: Date.now() + 301_000 },
      { tamper: (body: string) => body.replace('%22hp1', '%22hp2') },
      { tamper: (body: string) => body.replaceAll('+', '%20') },
    ])
      expect((await fake.slack.press(last(), 'Approve', delivery)).status).toBe(401);
    expect(hook.items).toHaveLength(3);
    expect(hook.refusals).toEqual(['wrong signature', 'not signed', 'too old', 'too old', 'wrong signature', 'wrong signature']);
  });

  it('changes a message, and does not mind that it is gone', async () => {
    const sent = await send();
    const ref = sent.outcome === 'accepted' ? sent.ref! : '';
    const decided = aMessage({ kind: 'decided', title: 'Rejected by Bo', actions: [] });
    expect(await channel.update!(to(), ref, decided)).toEqual({ outcome: 'updated' });
    expect(await channel.update!(to(), `${last().channel}/1.000000`, decided)).toEqual({ outcome: 'gone' });
    for (const code of ['cant_update_message', 'edit_window_closed']) {
      fake.slack.mishaps.add(ada, slackRefusal(code));
      expect(await channel.update!(to(), ref, decided)).toEqual({ outcome: 'gone' });
    }
    fake.slack.mishaps.add(ada, SLACK_ERRORS.throttled);
    expect(await channel.update!(to(), ref, decided)).toMatchObject({ outcome: 'failed', class: 'throttled', retryAfterMs: 30_000 });
  });

  it.each([
    ['ratelimited', 'throttled'],
    ['channel_not_found', 'recipient_gone'],
    ['is_archived', 'recipient_gone'],
    ['not_in_channel', 'recipient_gone'],
    ['invalid_auth', 'config'],
    ['token_revoked', 'config'],
    ['missing_scope', 'config'],
    ['account_inactive', 'config'],
    ['invalid_blocks', 'content_rejected'],
    ['msg_too_long', 'content_rejected'],
    ['msg_blocks_too_long', 'content_rejected'],
    ['no_text', 'content_rejected'],
    ['service_unavailable', 'retryable'],
    ['request_timeout', 'retryable'],
    ['internal_error', 'unknown_outcome'],
    ['fatal_error', 'unknown_outcome'],
  ] as const)('meets %s: %s', async (code, expected) => {
    await send();
    fake.slack.mishaps.add(ada, slackRefusal(code));
    expect(await send()).toMatchObject({ outcome: 'failed', class: expected, code });
    expect(await send()).toMatchObject({ outcome: 'accepted' });
  });

  it.each([
    ['throttled', 'throttled'],
    ['throttledWithoutAWord', 'throttled'],
    ['gateway', 'unknown_outcome'],
    ['down', 'retryable'],
    ['page', 'unknown_outcome'],
  ] as const)('meets "%s" with one attempt: %s', async (name, expected) => {
    await send();
    const before = fake.slack.messages.length;
    fake.slack.mishaps.add(ada, SLACK_ERRORS[name]);
    expect(await send()).toMatchObject({ outcome: 'failed', class: expected });
    expect(fake.slack.messages).toHaveLength(before);
  });

  it('calls silence after the message was taken an unknown outcome', async () => {
    await send();
    const before = fake.slack.messages.length;
    fake.slack.mishaps.add(ada, { hangUp: true });
    expect(await send()).toMatchObject({ outcome: 'failed', class: 'unknown_outcome' });
    expect(fake.slack.messages).toHaveLength(before + 1);
  });

  it('reaches nobody who is not there, and no address that may not be called', async () => {
    expect(await channel.send({ address: `${fake.slack.teamId}/U0NOBODY`, route: null }, aMessage(), OPTIONS)).toMatchObject({
      class: 'recipient_gone',
      code: 'user_not_found',
    });
    fake.slack.leave(ada);
    expect(await send()).toMatchObject({ class: 'recipient_gone', code: 'user_disabled' });
    const with_ = (apiUrl: string) => openSlack(config({ apiUrl }), hook.options).send(to(), aMessage(), OPTIONS);
    expect(await with_('http://127.0.0.1:9/api/')).toMatchObject({ outcome: 'failed', class: 'retryable' });
    expect(await with_('http://169.254.169.254/api/')).toMatchObject({ outcome: 'failed', class: 'config' });
  });

  it('lets no secret, address or word of a message into what it reports', async () => {
    const canary = aMessage({ title: 'CANARY-TITLE', fields: [{ label: 'Proposal', text: 'CANARY-TEXT', cut: false }] });
    await send();
    const said: string[] = [];
    for (const mishap of [...Object.values(SLACK_ERRORS), ...['internal_error', 'invalid_auth', 'no_text'].map(slackRefusal)]) {
      fake.slack.mishaps.add(ada, mishap);
      said.push(JSON.stringify(await send(canary)));
    }
    for (const apiUrl of ['http://127.0.0.1:9/api/', 'http://169.254.169.254/api/', `${fake.origin}/nowhere/`]) {
      const other = openSlack(config({ apiUrl }), hook.options);
      said.push(JSON.stringify(await other.send(to(), canary, OPTIONS)), String(await other.healthCheck()));
      said.push(await other.enrolmentLink!(TOKEN).catch((error: unknown) => `${String(error)} ${JSON.stringify(error)}`));
    }
    for (const text of said)
      for (const leak of [fake.slack.botToken, fake.slack.signingSecret, address(), 'CANARY', TOKEN]) expect(text).not.toContain(leak);
  });
});
