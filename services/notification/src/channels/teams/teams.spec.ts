import { readdirSync, readFileSync } from 'node:fs';
import { TEAMS_ERRORS } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundItem, InboundRequest, Message, Outcome } from '../channel.ts';
import { conversationOf, isServiceUrl, teamsAddress } from './address.ts';
import { botActivity, MESSAGE_BYTES_MAX, noteCard, settledCard, workflowMessage } from './card.ts';
import { classifyBot, classifySignIn, classifyWorkflow } from './classify.ts';
import { teamsConfig } from './config.ts';
import { answerActivity, parseActivity } from './inbound.ts';

const TENANT = '99999999-8888-4777-8666-555555555555';
const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';

const everyObject = (json: unknown): Record<string, unknown>[] =>
  typeof json !== 'object' || json === null
    ? []
    : [...(Array.isArray(json) ? [] : [json as Record<string, unknown>]), ...Object.values(json).flatMap(everyObject)];
const ofType = (json: unknown, type: string) => everyObject(json).filter(one => one['type'] === type);
const shown = (json: unknown): string =>
  ofType(json, 'TextRun')
    .map(({ text }) => text)
    .join('\n');

describe('a card', () => {
  it('says what is asked, what the agent wrote, and offers to decide, to say why, and to look', () => {
    const activity = botActivity(aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] }));
    for (const part of [aMessage().title, ...aMessage().lines, 'Refund $245.00', 'Written by the agent, unverified:', 'high risk'])
      expect(shown(activity)).toContain(part);
    expect(ofType(activity, 'Action.Execute').map(({ verb, data }) => [verb, data])).toEqual([
      ['approve', { handle: handleFor('approve') }],
      ['reject', { handle: handleFor('reject') }],
      ['claim', { handle: handleFor('claim') }],
    ]);
    expect(ofType(activity, 'Action.Submit').map(({ data }) => data)).toEqual(ofType(activity, 'Action.Execute').map(({ data }) => data));
    expect(ofType(activity, 'Action.ShowCard')).toMatchObject([{ card: { body: [{ type: 'Input.Text', id: 'note', isRequired: true }] } }]);
    expect(ofType(activity, 'Action.OpenUrl')).toMatchObject([{ url: aMessage().link.url }]);
  });

  const hostile = [
    '[click](https[:]//evil[.]example)',
    '**bold** _it_ ~~no~~ # head',
    '<at>Everyone</at>',
    '{{DATE(2026-11-22T12:00:00Z)}}',
    '<img src=x onerror=alert(1)>',
    '"}],"actions":[{"type":"Action.OpenUrl","url":"https://evil.example"}]',
  ];
  it.each(hostile)('leaves %s what it is: text', text => {
    const activity = botActivity(
      aMessage({ title: text, lines: [text], fields: [{ label: 'Proposal', text, cut: false }], organization: text }),
    );
    expect(ofType(activity, 'TextBlock')).toEqual([]);
    expect(everyObject(activity).filter(one => 'entities' in one || 'selectAction' in one)).toEqual([]);
    expect(ofType(activity, 'Action.OpenUrl')).toHaveLength(1);
    expect(shown(activity).split(text).length - 1).toBe(4);
  });

  it.each([
    ['many bytes', '審'.repeat(1_200)],
    ['many lines', 'x\n'.repeat(600)],
    ['many quotes', '"\\'.repeat(600)],
    ['families', '👩‍👩‍👧‍👦'.repeat(100)],
  ])('of %s stays below what Teams takes, cuts between whole characters and says so', (_, text) => {
    const message = aMessage({
      title: 'x\n'.repeat(80),
      lines: Array.from({ length: 8 }, () => '審'.repeat(400)),
      fields: ['Action', 'Proposal', 'About', 'Summary'].map(label => ({ label, text, cut: true })),
    });
    for (const activity of [botActivity(message), workflowMessage(message)]) {
      expect(Buffer.byteLength(JSON.stringify(activity))).toBeLessThanOrEqual(MESSAGE_BYTES_MAX);
      expect(shown(activity)).toContain('[cut; the whole text is in the console]');
      expect(shown(activity).replaceAll('👩‍👩‍👧‍👦', '')).not.toMatch(/[\u{1f468}-\u{1f469}]/u);
    }
  });

  it.each(['decided', 'digest', 'verify', 'test', 'drifted'] as const)('of the kind %s has nothing to press but its link', kind => {
    const activity = botActivity(aMessage({ kind, actions: [], fields: [] }));
    expect(everyObject(activity).filter(({ type }) => String(type).startsWith('Action.'))).toMatchObject([{ type: 'Action.OpenUrl' }]);
  });

  it('for a flow holds no handle and no action page, whoever reads its channel', () => {
    const message = workflowMessage(aMessage());
    expect(JSON.stringify(message)).not.toContain('hp1');
    expect(message['attachments']).toMatchObject([{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null }]);
  });

  it('after a press says what came of it first', () => {
    const decided = settledCard(aMessage({ kind: 'decided', actions: [] }), 'Approved.');
    expect(shown(decided).split('\n')[0]).toBe('Approved.');
    expect(ofType(decided, 'Action.Execute')).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    [`${TENANT}/${ADA}`, `${TENANT}/${ADA}`],
    [` ${TENANT.toUpperCase()}/${ADA.toUpperCase()} `, `${TENANT}/${ADA}`],
    ['Approvals  of Finance', 'Approvals of Finance'],
    [`${TENANT}/ada`, null],
    ['a\u202eb', null],
    ['x'.repeat(81), null],
    ['', null],
  ])('%j is %j', (text, expected) => {
    expect(teamsAddress(text)).toBe(expected);
  });

  it.each([
    ['https://smba.trafficmanager.net/emea/', true],
    ['https://smba.infra.gcc.teams.microsoft.com/', true],
    ['http://127.0.0.1:9/teams/', true],
    ['http://smba.trafficmanager.net/emea/', false],
    ['https://smba.trafficmanager.net.evil.test/', false],
    ['https://smba.trafficmanager.net:8443/', false],
    ['https://user@smba.trafficmanager.net/', false],
    ['https://smba.trafficmanager.net/?x=1', false],
    ['https://evil.test/smba.trafficmanager.net', false],
    ['no url', false],
  ])('the service at %s may get our token: %s', (url, expected) => {
    expect(isServiceUrl(url, ['127.0.0.1:9'])).toBe(expected);
  });

  it.each([null, '', '{}', 'null', '{"serviceUrl":1,"conversationId":"a"}'])('the route %s is none', route => {
    expect(conversationOf(route)).toBeNull();
  });
});

describe('an answer of the bot’s API', () => {
  const answer = (status: number, body: unknown = '', headers: Record<string, string> = {}) => ({
    status,
    headers,
    text: JSON.stringify(body),
  });
  const CLASSES: Record<string, string> = {
    'Bad Argument': 'content_rejected',
    BotNotRegistered: 'config',
    BotDisabledByAdmin: 'config',
    BotNotInConversationRoster: 'recipient_gone',
    ConversationBlockedByUser: 'recipient_blocked',
    MessageWritesBlocked: 'recipient_blocked',
    ForbiddenOperationException: 'recipient_gone',
    InvalidBotApiHost: 'config',
    NotEnoughPermissions: 'config',
    ActivityNotFoundInConversation: 'content_rejected',
    ConversationNotFound: 'recipient_gone',
    PreconditionFailed: 'retryable',
    MessageSizeTooBig: 'content_rejected',
    Throttled: 'throttled',
    ServiceError: 'retryable',
    ServiceUnavailable: 'retryable',
    GatewayTimeout: 'retryable',
  };
  it.each(TEAMS_ERRORS)('%i %s has its class', (status, code) => {
    expect(classifyBot(answer(status, { error: { code, message: 'CANARY' } }), 0)).toMatchObject({ class: CLASSES[code] });
  });
  it.each([
    [400, 'content_rejected'],
    [401, 'config'],
    [403, 'config'],
    [404, 'recipient_gone'],
    [412, 'retryable'],
    [413, 'content_rejected'],
    [429, 'throttled'],
    [500, 'retryable'],
    [502, 'retryable'],
    [504, 'retryable'],
  ])('%i without a code we know is %s, and quotes nothing', (status, expected) => {
    const failure = classifyBot(answer(status, { error: { code: 'CANARY' } }, { 'retry-after': '4' }), 0);
    expect(failure).toMatchObject({ class: expected, code: String(status) });
    expect(JSON.stringify(failure)).not.toContain('CANARY');
    expect(failure.retryAfterMs).toBe(status === 429 ? 4_000 : undefined);
  });
  it.each([
    [400, 'content_rejected'],
    [401, 'config'],
    [403, 'config'],
    [404, 'config'],
    [408, 'retryable'],
    [410, 'config'],
    [413, 'content_rejected'],
    [429, 'throttled'],
    [500, 'retryable'],
    [502, 'retryable'],
  ])('%i of a flow is %s', (status, expected) => {
    expect(classifyWorkflow(answer(status), 0).class).toBe(expected);
  });
  it.each([
    [400, 'config'],
    [401, 'config'],
    [404, 'config'],
    [200, 'config'],
    [429, 'throttled'],
    [503, 'retryable'],
  ])('%i of the sign-in is %s', (status, expected) => {
    expect(classifySignIn(answer(status), 0).class).toBe(expected);
  });
});

const request = (body: string): InboundRequest => ({ method: 'POST', url: '', headers: {}, rawBody: Buffer.from(body) });
type Sample = { name: string; request: { body: string }; items: object[] };
const samples = readdirSync(new URL('./samples/', import.meta.url)).map(
  file => JSON.parse(readFileSync(new URL(`./samples/${file}`, import.meta.url), 'utf8')) as Sample,
);
it.each(samples.map(sample => [sample.name, sample] as const))('sample: %s', (_, { request: { body }, items }) => {
  expect(parseActivity(request(body), TENANT)).toMatchObject(items);
});

describe('an activity', () => {
  const sample = JSON.parse(samples.find(({ name }) => name.includes('Action.Execute'))!.request.body) as Record<string, unknown>;
  const parse = (more: object) => parseActivity(request(JSON.stringify({ ...sample, ...more })), TENANT)[0];

  it.each<[string, object]>([
    ['of another tenant', { channelData: { tenant: { id: ADA } }, conversation: { id: 'a', tenantId: ADA } }],
    ['of two tenants', { channelData: { tenant: { id: ADA } } }],
    ['of no tenant', { channelData: {}, conversation: { id: 'a' } }],
    ['of a guest without an id', { from: { id: '29:1' } }],
    ['of somebody whose id is none', { from: { aadObjectId: 'ada' } }],
    ['without an id', { id: undefined }],
    ['without a conversation', { conversation: { tenantId: TENANT } }],
    ['of another invoke', { name: 'task/fetch' }],
    ['with no handle', { value: { action: { data: {} } } }],
    ['with a handle that is none', { value: { action: { data: { handle: 'hp1abc' } } } }],
    ['with data that is none', { value: { action: { data: 'x' } } }],
    ['with no value', { value: null }],
    ['of an unknown type', { type: 'messageReaction' }],
  ])('%s is ignored', (_, more) => {
    expect(parse(more)).toMatchObject({ kind: 'ignored' });
  });
  it.each(['', 'null', '[]', '"x"', '{'])('that is no object is ignored: %s', body => {
    expect(parseActivity(request(body), TENANT)).toMatchObject([{ kind: 'ignored' }]);
  });
  it('with a token proves an account in a personal chat only', () => {
    const token = { type: 'message', value: undefined, text: ` ${'a'.repeat(52)}\n` };
    expect(parse(token)).toMatchObject({ kind: 'enrol', token: 'a'.repeat(52), address: `${TENANT}/${ADA}` });
    expect(parse({ ...token, conversation: { id: '19:x', conversationType: 'groupChat', tenantId: TENANT } })).toMatchObject({
      kind: 'ignored',
    });
    expect(parse({ ...token, text: 'hello' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('an answer to a press', () => {
  const press = (invoked: string | null): InboundItem => ({
    kind: 'press',
    inboundId: '1',
    identities: [],
    handle: handleFor('reject'),
    reply: { invoked },
  });
  const answered = (outcome: Outcome | undefined) =>
    JSON.parse(answerActivity([press('yes')], outcome === undefined ? [] : [outcome]).body!) as Record<string, unknown>;
  const decided: Message = aMessage({ kind: 'decided', actions: [] });

  it('is the card as it is now, the question, or words', () => {
    expect(answered({ outcome: 'done', text: 'Approved.', message: decided })).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: settledCard(decided, 'Approved.'),
    });
    expect(answered({ outcome: 'refused', text: 'Not yours.' })).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'Not yours.',
    });
    expect(answered({ outcome: 'asksNote', text: 'Why?' })['value']).toEqual(noteCard('Why?', handleFor('reject')));
    expect(answered(undefined)['value']).toMatch(/arrived/);
  });
  it('that came as a message is a bare 200', () => {
    expect(answerActivity([press(null)], [])).toEqual({ status: 200 });
    expect(answerActivity([{ kind: 'ignored', reason: 'x' }], [])).toEqual({ status: 200 });
  });
});

describe('settings', () => {
  const bot = { mode: 'bot', appId: ADA, appSecret: 'secret~123', tenantId: TENANT };
  it('are those of a flow or of a bot', () => {
    expect(teamsConfig.parse(bot)).toMatchObject({ loginUrl: 'https://login.microsoftonline.com', serviceHosts: [] });
    expect(teamsConfig.parse({ mode: 'workflow', url: 'https://prod-1.westeurope.logic.azure.com/x?sig=y' })).toMatchObject({
      mode: 'workflow',
    });
    for (const wrong of [
      { ...bot, mode: 'x' },
      { ...bot, appId: 'x' },
      { mode: 'workflow', url: 'ftp://x' },
      { ...bot, more: 1 },
    ])
      expect(teamsConfig.safeParse(wrong).success).toBe(false);
  });
});
