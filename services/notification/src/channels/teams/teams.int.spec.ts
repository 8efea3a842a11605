import { openEgress, type Egress } from '@holdpoint/egress';
import { startFakeProviders, TEAMS_BOT, TEAMS_ERRORS, teamsRefusal, type FakeProviders, type TeamsForgery } from '@holdpoint/testing';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundItem, OpenChannel, Outcome, Reply, To, Verdict } from '../channel.ts';
import { openProviderHttp } from '../provider-http.ts';
import { teams } from './teams.ts';

const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';
const options = { attemptId: 'ntf_1', correlation: null };
let nowMs = Date.now();
let fakes: FakeProviders;
let egress: Egress;
let channel: OpenChannel;
let to: To;
/** Our hook: what it was told, and what the engine would say to it. */
const heard: { verdict: Verdict; items: InboundItem[] }[] = [];
let outcomes: Outcome[] = [];
let hook: http.Server;
let hookUrl = '';

const opened = (config: object = fakes.teams.botConfig(fakes.origin)): OpenChannel =>
  teams.open(teams.config.parse(config), { http: openProviderHttp(egress), hookUrl, nowMs: () => nowMs });
const personOf = (person: string): To => ({
  address: `${TEAMS_BOT.tenantId}/${person}`,
  route: JSON.stringify({ serviceUrl: `${fakes.origin}/teams/connector/`, conversationId: fakes.teams.conversationOf(person) }),
});

beforeAll(async () => {
  fakes = await startFakeProviders();
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
  to = personOf(ADA);
  hook = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(request, Buffer.concat(chunks), response));
  });
  await new Promise<void>(ready => hook.listen(0, '127.0.0.1', ready));
  hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/channels/teams/x`;
  channel = opened();
});
afterAll(async () => {
  hook.close();
  egress.close();
  await fakes.close();
});
beforeEach(() => {
  heard.length = 0;
  outcomes = [];
});

const answer = async (request: http.IncomingMessage, rawBody: Buffer, response: http.ServerResponse) => {
  const inbound = { method: request.method!, url: hookUrl, headers: request.headers as Record<string, string>, rawBody };
  const verdict = await channel.inbound!.verify(inbound, nowMs);
  const items = verdict.verdict === 'accepted' ? await channel.inbound!.parse(inbound) : [];
  heard.push({ verdict, items });
  const answered = verdict.verdict === 'accepted' ? channel.inbound!.answer(items, outcomes) : { status: 401, headers: {}, body: '' };
  response.writeHead(answered.status, answered.headers).end(answered.body);
};
type Answerable = Extract<InboundItem, { reply: Reply }>;
const lastItem = () => heard.at(-1)!.items[0] as Answerable;

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

  it('is answered with the card that takes its place; where that came too late, the card itself is changed', async () => {
    outcomes = [{ outcome: 'done', text: 'Approved.', message: aMessage({ kind: 'decided', actions: [] }) }];
    const answered = await fakes.teams.press({ hookUrl, person: ADA, title: 'Approve' });
    expect(heard[0]).toMatchObject({
      verdict: { verdict: 'accepted' },
      items: [{ kind: 'press', identities: [to.address], handle: handleFor('approve'), reply: { invoked: 'yes' } }],
    });
    expect(JSON.parse(answered.body)).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(channel.inbound!.isToldByAnswer!(lastItem())).toBe(true);
    const before = fakes.teams.messages.length;
    // Told later, because it took too long.
    await channel.acknowledge!(lastItem(), outcomes[0]!);
    expect(fakes.teams.messages).toHaveLength(before);
    expect(JSON.stringify(fakes.teams.messages.at(-1)!.activity)).toContain('Approved.');
    expect(JSON.stringify(fakes.teams.messages.at(-1)!.activity)).not.toContain('Action.Execute');
  });

  it('on reject brings the reason along', async () => {
    outcomes = [{ outcome: 'done', text: 'Rejected.' }];
    await fakes.teams.press({ hookUrl, person: ADA, title: 'Reject', note: 'wrong customer', copies: 2 });
    expect(heard.map(({ items }) => items[0])).toMatchObject([
      { kind: 'press', handle: handleFor('reject'), note: 'wrong customer' },
      { kind: 'press', handle: handleFor('reject'), note: 'wrong customer' },
    ]);
    expect(new Set(heard.map(({ items }) => (items[0] as Answerable).inboundId)).size).toBe(1);
  });

  it('in an old client is a message, is asked for the reason by one, and answered by one', async () => {
    const answered = await fakes.teams.press({ hookUrl, person: ADA, title: 'Approve', old: true });
    expect(answered).toMatchObject({ status: 200, body: '' });
    expect(lastItem()).toMatchObject({ kind: 'press', handle: handleFor('approve'), reply: { invoked: null } });
    expect(channel.inbound!.isToldByAnswer!(lastItem())).toBe(false);
    await channel.acknowledge!({ ...lastItem(), handle: handleFor('reject') } as Answerable, { outcome: 'asksNote', text: 'Why?' });
    await fakes.teams.press({ hookUrl, person: ADA, title: 'Reject', note: 'too much', old: true });
    expect(lastItem()).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: 'too much' });
    await channel.acknowledge!(lastItem(), { outcome: 'refused', text: 'It was decided already.' });
    expect(fakes.teams.messages.at(-1)!.activity).toEqual({ type: 'message', text: 'It was decided already.', textFormat: 'plain' });
  });

  it('by somebody else says who it was', async () => {
    const bo = '0a1b2c3d-0000-4000-8000-00000000b0b0';
    await fakes.teams.press({ hookUrl, person: bo, conversation: fakes.teams.conversationOf(ADA), title: 'Approve' });
    expect(lastItem()).toMatchObject({ identities: [`${TEAMS_BOT.tenantId}/${bo}`] });
    await fakes.teams.press({ hookUrl, person: ADA, tenantId: bo, title: 'Approve' });
    expect(heard.at(-1)!.items).toMatchObject([{ kind: 'ignored' }]);
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
    const answered = await fakes.teams.press({ hookUrl, person: ADA, title: 'Approve', forgery });
    expect(answered.status).toBe(401);
    expect(heard).toMatchObject([{ verdict: { verdict: 'refused' }, items: [] }]);
  });

  it('is refused later than the token lasts, five minutes of skew included, and when its serviceUrl was changed', async () => {
    await fakes.teams.press({ hookUrl, person: ADA, title: 'Approve' });
    const replayed = { method: 'POST', url: hookUrl, headers: {} as Record<string, string>, rawBody: Buffer.from('') };
    const seen = heard[0]!;
    expect(seen.verdict).toEqual({ verdict: 'accepted' });
    const captured = await capture();
    const at = Date.now();
    expect(await channel.inbound!.verify(captured, at + 3_600_000 + 290_000)).toEqual({ verdict: 'accepted' });
    expect(await channel.inbound!.verify(captured, at + 3_600_000 + 301_000)).toMatchObject({ verdict: 'refused' });
    const moved = Buffer.from(captured.rawBody.toString('utf8').replace(fakes.origin, 'https://evil.test'));
    expect(await channel.inbound!.verify({ ...captured, rawBody: moved }, nowMs)).toMatchObject({ verdict: 'refused' });
    const elsewhere = Buffer.from(captured.rawBody.toString('utf8').replace('"msteams"', '"webchat"'));
    expect(await channel.inbound!.verify({ ...captured, rawBody: elsewhere }, nowMs)).toMatchObject({ verdict: 'refused' });
    expect(await channel.inbound!.verify({ ...captured, method: 'GET' }, nowMs)).toMatchObject({ verdict: 'refused' });
    expect(await channel.inbound!.verify(replayed, nowMs)).toMatchObject({ verdict: 'refused' });
  });

  it('is refused where the host may not be called, and while there are no keys', async () => {
    const captured = await capture();
    const strict = opened({ ...fakes.teams.botConfig(fakes.origin), serviceHosts: [] });
    expect(await strict.inbound!.verify(captured, nowMs)).toEqual({ verdict: 'refused', reason: 'an unknown serviceUrl' });
    const keyless = opened({ ...fakes.teams.botConfig(fakes.origin), openIdUrl: `${fakes.origin}/teams/nowhere` });
    expect(await keyless.inbound!.verify(captured, nowMs)).toEqual({ verdict: 'refused', reason: 'the keys cannot be fetched' });
  });
});

/** A whole request of Teams, kept to be sent again. */
const capture = async () => {
  const kept = Promise.withResolvers<{ method: string; url: string; headers: Record<string, string>; rawBody: Buffer }>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      kept.resolve({ method: 'POST', url: hookUrl, headers: request.headers as Record<string, string>, rawBody: Buffer.concat(chunks) });
    });
  });
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready));
  await fakes.teams.press({ hookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, person: ADA, title: 'Approve' });
  server.close();
  return kept.promise;
};

describe('an account', () => {
  it('is proved by the token that is written to the bot, and gives its address and where to write', async () => {
    const token = 'a'.repeat(52);
    const link = await channel.enrolmentLink!(token);
    expect(link).toBe(`https://teams.microsoft.com/l/chat/0/0?users=28:${TEAMS_BOT.appId}&message=${token}`);
    await fakes.teams.say({ hookUrl, person: ADA, text: token });
    expect(lastItem()).toMatchObject({ kind: 'enrol', token, address: to.address, route: to.route });
    await channel.acknowledge!(lastItem(), { outcome: 'done', text: 'You are told here from now on.' });
    expect(fakes.teams.messages.at(-1)!.activity).toMatchObject({ text: 'You are told here from now on.' });
  });

  it('is left alone when the bot is removed, and heard again when it is back', async () => {
    await fakes.teams.install({ hookUrl, person: ADA, action: 'remove' });
    await fakes.teams.install({ hookUrl, person: ADA, action: 'add' });
    expect(heard.map(({ items }) => items[0])).toMatchObject([
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
