import { startFakeProviders, TEAMS_BOT, TEAMS_ERRORS, teamsRefusal, type FakeProviders, type TeamsForgery } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Answerable, type Hook } from '../a-hook.fixture.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundRequest, OpenChannel, To } from '../channel.ts';
import { teams } from './teams.ts';

const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';
const options = { attemptId: 'ntf_1', correlation: null };
let nowMs = Date.now();
let fakes: FakeProviders;
let hook: Hook;
let hookUrl = '';
let channel: OpenChannel;
let to: To;

const opened = (config: object = fakes.teams.botConfig(fakes.origin)): OpenChannel => teams.open(teams.config.parse(config), hook.options);
const personOf = (person: string): To => ({
  address: `${TEAMS_BOT.tenantId}/${person}`,
  route: JSON.stringify({ serviceUrl: `${fakes.origin}/teams/connector/`, conversationId: fakes.teams.conversationOf(person) }),
});

beforeAll(async () => {
  fakes = await startFakeProviders();
  hook = await startHook(() => nowMs);
  ({ hookUrl } = hook.options);
  to = personOf(ADA);
  channel = opened();
  hook.serve(channel);
});
afterAll(async () => {
  await hook.close();
  await fakes.close();
});
beforeEach(() => {
  hook.items.length = 0;
  hook.refusals.length = 0;
  hook.answerWith(null);
});

const lastItem = () => hook.items.at(-1) as Answerable;
const press = (more: Partial<Parameters<FakeProviders['teams']['press']>[0]> = {}) =>
  fakes.teams.press({ hookUrl, person: ADA, title: 'Approve', ...more });

describe('a message to a person', () => {
  it('is a card in the chat, and one sign-in serves many', async () => {
    const before = fakes.teams.signIns();
    const sent = await channel.send(to, aMessage(), options);
    const [message] = fakes.teams.messages.slice(-1);
    expect(sent).toEqual({ outcome: 'accepted', providerMessageId: message!.activityId, ref: message!.activityId });
    expect(message!.activity).toEqual(teams.render(aMessage()));
    await channel.send(to, aMessage(), options);
    expect(fakes.teams.signIns()).toBe(before + 1);
    nowMs += 3_400_000;
    await channel.send(to, aMessage(), options);
    expect(fakes.teams.signIns()).toBe(before + 2);
    nowMs -= 3_400_000;
  });

  it('is changed in place once it is decided, and gone is fine', async () => {
    const sent = await channel.send(to, aMessage(), options);
    const ref = 'ref' in sent ? sent.ref! : '';
    const decided = aMessage({ kind: 'decided', title: 'Approved by Bo', actions: [], fields: [] });
    expect(await channel.update!(to, ref, decided)).toEqual({ outcome: 'updated' });
    expect(fakes.teams.messages.at(-1)).toMatchObject({ updates: 1, activity: { summary: 'Approved by Bo' } });
    expect(await channel.update!(to, 'unknown', decided)).toEqual({ outcome: 'gone' });
    expect(await channel.update!({ ...to, route: null }, ref, decided)).toEqual({ outcome: 'gone' });
  });

  it('needs one who has written to the bot, at a host that may be called', async () => {
    expect(await channel.send({ ...to, route: null }, aMessage(), options)).toMatchObject({
      class: 'window_closed',
      code: 'no_conversation',
    });
    expect(await channel.send({ address: 'Approvals', route: null }, aMessage(), options)).toMatchObject({ class: 'unsupported' });
    const elsewhere = JSON.stringify({ serviceUrl: 'https://evil.test/', conversationId: 'a' });
    expect(await channel.send({ ...to, route: elsewhere }, aMessage(), options)).toMatchObject({
      class: 'recipient_gone',
      code: 'host_not_allowed',
    });
  });

  const canaries = (result: unknown) => {
    const said = JSON.stringify(result);
    for (const secret of [TEAMS_BOT.appSecret, 'bot-token', ADA, 'a:1', 'CANARY', 'hp1']) expect(said).not.toContain(secret);
  };
  it.each(TEAMS_ERRORS)('that is answered %i %s fails without a word of it', async (status, code) => {
    fakes.teams.fail(ADA, teamsRefusal(status, code));
    const result = await channel.send(to, aMessage({ title: 'CANARY' }), options);
    expect(result).toMatchObject({ outcome: 'failed', code: expect.stringContaining(String(status)) });
    if (status === 429) expect(result).toMatchObject({ class: 'throttled', retryAfterMs: 3_000 });
    canaries(result);
  });
  it('that was taken without an answer may have arrived', async () => {
    fakes.teams.fail(ADA, { hangUp: true });
    const result = await channel.send(to, aMessage(), options);
    expect(result).toMatchObject({ outcome: 'failed', class: 'unknown_outcome' });
    canaries(result);
  });

  it('cannot be sent by a bot that cannot sign in, and health says so', async () => {
    const wrong = opened({ ...fakes.teams.botConfig(fakes.origin), appSecret: 'CANARY-secret' });
    const result = await wrong.send(to, aMessage(), options);
    expect(result).toMatchObject({ outcome: 'failed', class: 'config', code: '401/sign_in' });
    canaries(result);
    expect(await wrong.healthCheck()).toContain('appSecret');
    expect(await channel.healthCheck()).toBeNull();
    fakes.teams.fail('sign-in', { status: 503 });
    expect(await opened().send(to, aMessage(), options)).toMatchObject({ class: 'retryable' });
  });
});

describe('a press', () => {
  beforeEach(() => channel.send(to, aMessage({ riskLevel: 'low', actions: [actionFor('approve'), actionFor('reject')] }), options));
  const decided = aMessage({ kind: 'decided', actions: [] });

  it('is answered with the card that takes its place', async () => {
    hook.answerWith(() => ({ outcome: 'done', text: 'Approved.', message: decided }));
    const answered = await press();
    expect(hook.items).toMatchObject([
      { kind: 'press', identities: [to.address], handle: handleFor('approve'), reply: { invoked: 'yes' } },
    ]);
    expect(JSON.parse(answered.body)).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    await hook.settled();
    expect(fakes.teams.messages.at(-1)).toMatchObject({ updates: 0 });
  });

  it('whose answer came too late is told by the card itself, or by a message where there is none', async () => {
    expect(JSON.parse((await press()).body)).toMatchObject({ type: 'application/vnd.microsoft.activity.message' });
    const before = fakes.teams.messages.length;
    await channel.acknowledge!(lastItem(), { outcome: 'done', text: 'Approved.', message: decided });
    expect(fakes.teams.messages).toHaveLength(before);
    const { activity, updates } = fakes.teams.messages.at(-1)!;
    expect([updates, JSON.stringify(activity).includes('Approved.'), JSON.stringify(activity).includes('Action.Execute')]).toEqual([
      1,
      true,
      false,
    ]);
    await channel.acknowledge!(lastItem(), { outcome: 'refused', text: 'Not yours.' });
    expect(fakes.teams.messages.at(-1)!.activity).toEqual({ type: 'message', text: 'Not yours.', textFormat: 'plain' });
  });

  it('on reject brings the reason along, and comes twice under one id', async () => {
    await press({ title: 'Reject', note: 'wrong customer', copies: 2 });
    const rejected = { kind: 'press', handle: handleFor('reject'), note: 'wrong customer' };
    expect(hook.items).toMatchObject([rejected, rejected]);
    expect(new Set(hook.items.map(item => (item as Answerable).inboundId)).size).toBe(1);
  });

  it('in an old client is a message, is asked for the reason by one, and answered by one', async () => {
    expect(await press({ old: true })).toMatchObject({ status: 200, body: '' });
    expect(lastItem()).toMatchObject({ kind: 'press', handle: handleFor('approve'), reply: { invoked: null } });
    await channel.acknowledge!({ ...lastItem(), handle: handleFor('reject') } as Answerable, { outcome: 'asksNote', text: 'Why?' });
    hook.answerWith(() => ({ outcome: 'refused', text: 'It was decided already.' }));
    await press({ title: 'Reject', note: 'too much', old: true });
    expect(lastItem()).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: 'too much' });
    await hook.settled();
    expect(fakes.teams.messages.at(-1)!.activity).toEqual({ type: 'message', text: 'It was decided already.', textFormat: 'plain' });
  });

  it('by somebody else says who it was, and is nobody’s from another tenant', async () => {
    const bo = '0a1b2c3d-0000-4000-8000-00000000b0b0';
    await press({ person: bo, conversation: fakes.teams.conversationOf(ADA) });
    expect(lastItem()).toMatchObject({ identities: [`${TEAMS_BOT.tenantId}/${bo}`] });
    await press({ tenantId: bo });
    expect(hook.items.at(-1)).toMatchObject({ kind: 'ignored' });
  });

  it.each<[string, TeamsForgery]>([
    ['no token', { without: true }],
    ['a token of another issuer', { iss: 'https://evil.test' }],
    ['a token for another bot', { aud: ADA }],
    ['a token that is over', { expired: true }],
    ['a token for another serviceUrl', { serviceurl: 'https://smba.trafficmanager.net/amer/' }],
    ['a token signed by somebody else', { key: 'other' }],
    ['a token of a key that is not endorsed for Teams', { key: 'unendorsed' }],
  ])('with %s is refused', async (_, forgery) => {
    expect((await press({ forgery })).status).toBe(401);
    expect([hook.items, hook.refusals.length]).toEqual([[], 1]);
  });

  const verdictOf = (more: Partial<InboundRequest>, atMs = Date.now(), by = channel) =>
    by.inbound!.verify({ ...hook.requests.at(-1)!, ...more }, atMs);
  const changed = (from: string, into: string) => ({
    rawBody: Buffer.from(hook.requests.at(-1)!.rawBody.toString('utf8').replace(from, into)),
  });

  it('is refused later than its token lasts, five minutes of skew included', async () => {
    await press();
    const inAnHour = Date.now() + 3_600_000;
    expect(await verdictOf({}, inAnHour + 290_000)).toEqual({ verdict: 'accepted' });
    expect(await verdictOf({}, inAnHour + 301_000)).toMatchObject({ verdict: 'refused' });
  });

  it('is refused when it was changed where the token binds it, or is none', async () => {
    await press();
    for (const more of [
      changed(fakes.origin, 'https://evil.test'),
      changed('"msteams"', '"webchat"'),
      { method: 'GET' },
      { rawBody: Buffer.from('') },
    ])
      expect(await verdictOf(more)).toMatchObject({ verdict: 'refused' });
  });

  it('is refused where the host may not be called, and while there are no keys', async () => {
    await press();
    const strict = opened({ ...fakes.teams.botConfig(fakes.origin), serviceHosts: [] });
    expect(await verdictOf({}, Date.now(), strict)).toEqual({ verdict: 'refused', reason: 'an unknown serviceUrl' });
    const keyless = opened({ ...fakes.teams.botConfig(fakes.origin), openIdUrl: `${fakes.origin}/teams/nowhere` });
    expect(await verdictOf({}, Date.now(), keyless)).toEqual({ verdict: 'refused', reason: 'the keys cannot be fetched' });
  });
});

describe('an account', () => {
  it('is proved by the token that is written to the bot, and gives its address and where to write', async () => {
    const token = 'a'.repeat(52);
    const link = await channel.enrolmentLink!(token);
    expect(link).toBe(`https://teams.microsoft.com/l/chat/0/0?users=28:${TEAMS_BOT.appId}&message=${token}`);
    hook.answerWith(() => ({ outcome: 'done', text: 'You are told here from now on.' }));
    await fakes.teams.say({ hookUrl, person: ADA, text: token });
    expect(lastItem()).toMatchObject({ kind: 'enrol', token, address: to.address, route: to.route });
    await hook.settled();
    expect(fakes.teams.messages.at(-1)!.activity).toMatchObject({ text: 'You are told here from now on.' });
  });

  it('is left alone when the bot is removed, and heard again when it is back', async () => {
    await fakes.teams.install({ hookUrl, person: ADA, action: 'remove' });
    await fakes.teams.install({ hookUrl, person: ADA, action: 'add' });
    expect(hook.items).toMatchObject([
      { kind: 'optOut', identities: [to.address] },
      { kind: 'optIn', identities: [to.address] },
    ]);
  });
});

describe('a flow', () => {
  const flow = () => opened({ mode: 'workflow', url: fakes.teams.workflowUrl(fakes.origin, 'finance') });
  const there: To = { address: 'Approvals of Finance', route: null };

  it('is sent a card, and can neither be changed nor heard', async () => {
    expect(await flow().send(there, aMessage(), options)).toEqual({ outcome: 'accepted', providerMessageId: null });
    expect(fakes.teams.posted.at(-1)).toMatchObject({ workflow: 'finance', message: { type: 'message', attachments: [{}] } });
    expect(flow()).toMatchObject({ enrolment: 'code' });
    expect([flow().update, flow().inbound, flow().enrolmentLink]).toEqual([undefined, undefined, undefined]);
    expect(await flow().healthCheck()).toBeNull();
  });

  it.each([
    [{ status: 400 }, 'content_rejected'],
    [{ status: 401 }, 'config'],
    [{ status: 404 }, 'config'],
    [{ status: 429, headers: { 'retry-after': '2' } }, 'throttled'],
    [{ status: 502 }, 'retryable'],
    [{ hangUp: true as const }, 'unknown_outcome'],
  ])('that answers %j is %s, and its address stays unsaid', async (mishap, expected) => {
    fakes.teams.fail('finance', mishap);
    const result = await flow().send(there, aMessage({ title: 'CANARY' }), options);
    expect(result).toMatchObject({ outcome: 'failed', class: expected });
    expect(JSON.stringify(result)).not.toMatch(/sig=|flow-signature|finance|CANARY/i);
  });
});
