import { describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundRequest } from '../channel.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { classifyTelegram } from './classify.ts';
import { parseUpdate } from './inbound.ts';
import { notePrompt, promptedBy } from './note-prompt.ts';
import { renderTelegram, TEXT_CHARS_MAX } from './render.ts';
import { telegram, telegramConfig } from './telegram.ts';
import { verifyUpdate, webhookSecret } from './webhook.ts';

const BOT_ID = 110201543;
const partsOf = ({ text, entities }: ReturnType<typeof renderTelegram>, type: string): string[] =>
  entities.filter(entity => entity.type === type).map(({ offset, length }) => text.slice(offset, offset + length));

describe('a message in Telegram', () => {
  it('says what is asked, sets the words of the agent apart, and carries the buttons', () => {
    const rendered = renderTelegram(aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] }));
    expect(rendered.text.split('\n')).toEqual([
      'Approval needed: issue_refund (high risk)',
      'An agent asks before it acts.',
      'Decide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved.',
      '',
      'Written by the agent, unverified:',
      'Proposal:',
      'Refund $245.00',
      'Summary:',
      'The lamp arrived broken.',
      '',
      'Request apr_aaaaaaaaaaaaaaaaaaaaaaaaaa, Example & Sons.',
    ]);
    expect(partsOf(rendered, 'bold')).toEqual(['Approval needed: issue_refund (high risk)']);
    expect(partsOf(rendered, 'pre')).toEqual(['Refund $245.00', 'The lamp arrived broken.']);
    expect(rendered.reply_markup?.inline_keyboard).toEqual([
      [
        { text: 'Approve', callback_data: handleFor('approve'), style: 'success' },
        { text: 'Reject', callback_data: handleFor('reject'), style: 'danger' },
      ],
      [{ text: 'I take it', callback_data: handleFor('claim'), style: 'primary' }],
      [{ text: 'Look and decide', url: aMessage().link.url }],
    ]);
    expect(rendered.link_preview_options.is_disabled).toBe(true);
  });

  it.each(['request', 'escalation', 'assigned', 'answered', 'stalled', 'unreached', 'drifted', 'bypassed', 'test'] as const)(
    'of the kind %s fits with every text as long as it may be, cut between whole characters and saying so',
    kind => {
      const family = '👩‍👩‍👧‍👦';
      const long = { text: family.repeat(Math.floor(TEXT_CHARS_MAX / family.length)), cut: true };
      const rendered = renderTelegram(
        aMessage({
          kind,
          title: 't'.repeat(160),
          lines: Array.from({ length: 8 }, () => '@a'.repeat(200)),
          fields: ['Action', 'Proposal', 'About', 'Summary', 'Reason', 'Note'].map(label => ({ label, ...long })),
        }),
      );
      expect(rendered.text.length).toBeLessThanOrEqual(4_096);
      for (const part of partsOf(rendered, 'pre')) expect(part).toMatch(new RegExp(`^(${family})+ \\[cut; `));
      expect(rendered.text).toContain(CUT_NOTICE);
      expect(rendered.text).toMatch(/Request apr_a{26}, Example & Sons\.$/);
    },
  );

  it.each(['decided', 'digest', 'verify'] as const)('of the kind %s has nothing to press', kind => {
    const { reply_markup: markup } = renderTelegram(aMessage({ kind, actions: [], fields: [] }));
    expect(markup?.inline_keyboard.flat().map(button => Object.keys(button).toSorted())).toEqual([['text', 'url']]);
  });

  it('writes a link out that Telegram would refuse as a button', () => {
    const url = 'http://localhost:7070/approvals/apr_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const rendered = renderTelegram(aMessage({ actions: [], link: { label: 'Look', url } }));
    expect(rendered.reply_markup).toBeUndefined();
    expect(rendered.text).toContain(`Look: ${url}`);
  });

  it('gives a name in our own words no life', () => {
    const { text } = renderTelegram(aMessage({ title: 'Approval needed: @admin /stop #now $BTC (high risk)', actions: [] }));
    expect(text).not.toMatch(/[@/#$][a-z]/i);
    expect(text.replaceAll('\u2060', '')).toContain('@admin /stop #now $BTC');
  });
});

describe('a refused call', () => {
  const MIGRATED = { migrate_to_chat_id: -1001234567890 };
  it.each([
    [429, 'Too Many Requests: retry after 7', 'throttled', '429', { retry_after: 7 }],
    [429, 'Too Many Requests', 'throttled', '429'],
    [403, 'Forbidden: bot was blocked by the user', 'recipient_blocked', '403/blocked'],
    [403, 'Forbidden: user is deactivated', 'recipient_blocked', '403/deactivated'],
    [403, 'Forbidden: bot was kicked from the group chat', 'recipient_blocked', '403/kicked'],
    [403, 'Forbidden: bot is not a member of the channel chat', 'recipient_blocked', '403/kicked'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'window_closed', '403/not_started'],
    [403, "Forbidden: bot can't send messages to bots", 'recipient_gone', '403/bot'],
    [403, 'Forbidden: something new', 'recipient_blocked', '403'],
    [400, 'Bad Request: chat not found', 'recipient_gone', '400/chat_not_found'],
    [400, 'Bad Request: PEER_ID_INVALID', 'recipient_gone', '400/chat_not_found'],
    [400, 'Bad Request: group chat was upgraded to a supergroup chat', 'recipient_gone', '400/migrated', MIGRATED],
    [400, "Bad Request: can't parse entities: …", 'content_rejected', '400/entities'],
    [400, 'Bad Request: message is too long', 'content_rejected', '400/too_long'],
    [400, 'Bad Request: BUTTON_DATA_INVALID', 'content_rejected', '400/button_data'],
    [400, 'Bad Request: message is not modified: …', 'content_rejected', '400/not_modified'],
    [400, 'Bad Request: message to edit not found', 'content_rejected', '400/not_found'],
    [400, 'Bad Request: query is too old and response timeout expired', 'content_rejected', '400/query_too_old'],
    [400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook', 'config', '400/webhook'],
    [400, 'Bad Request: something new', 'content_rejected', '400'],
    [401, 'Unauthorized', 'config', '401'],
    [404, 'Not Found', 'config', '404'],
    [409, "Conflict: can't use getUpdates method while webhook is active", 'config', '409'],
    [500, 'Internal Server Error: restart', 'retryable', '500'],
  ] as const)('%d "%s" is %s', (code, description, expected, named, parameters?: object) => {
    const failure = classifyTelegram(code, {
      ok: false,
      error_code: code,
      description,
      ...(parameters === undefined ? {} : { parameters }),
    });
    expect([failure.class, failure.code]).toEqual([expected, named]);
    expect(JSON.stringify(failure)).not.toContain('CANARY');
  });

  it('says how long to wait and where the chat is now', () => {
    const with_ = (code: number, parameters: object) =>
      classifyTelegram(code, { ok: false, error_code: code, description: '', parameters });
    expect(with_(429, { retry_after: 7 }).retryAfterMs).toBe(7_000);
    expect(with_(400, MIGRATED).movedTo).toBe('-1001234567890');
  });

  it.each([
    [502, 'unknown_outcome'],
    [504, 'unknown_outcome'],
    [200, 'unknown_outcome'],
    [503, 'retryable'],
    [404, 'config'],
  ] as const)('%d without JSON is %s', (status, expected) => {
    expect(classifyTelegram(status, null).class).toBe(expected);
  });
});

describe('an update', () => {
  const hookUrl = 'https://holdpoint.example.test/channels/telegram/aaaaaaaaaaaaaaaaaaaaaaaaaa';
  const secret = webhookSecret(`${BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw`, hookUrl);
  const request = (headers: Record<string, string>, method = 'POST'): InboundRequest => ({
    method,
    url: hookUrl,
    headers,
    rawBody: Buffer.from('{}'),
  });

  it('counts with the right secret only', () => {
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(verifyUpdate(request({ 'x-telegram-bot-api-secret-token': secret }), secret)).toEqual({ verdict: 'accepted' });
    for (const [headers, method] of [
      [{}, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': '' }, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': `${secret}x` }, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': secret.slice(1) }, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': webhookSecret('1:other', hookUrl) }, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': webhookSecret(`${BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw`, `${hookUrl}x`) }, 'POST'],
      [{ 'x-telegram-bot-api-secret-token': secret }, 'GET'],
    ] as const)
      expect(verifyUpdate(request(headers, method), secret).verdict).toBe('refused');
  });

  it.each(samplesOf('telegram').map(sample => [sample.name, sample] as const))('is read: %s', (_, sample) => {
    expect(parseUpdate(requestOf(sample), BOT_ID)).toEqual(sample.items);
  });

  const parsed = (update: unknown) =>
    parseUpdate({ ...request({}), rawBody: Buffer.from(typeof update === 'string' ? update : JSON.stringify(update)) }, BOT_ID);
  const ada = { id: 1, is_bot: false, first_name: 'Ada' };
  const chat = { id: 1, type: 'private', first_name: 'Ada' };
  const question = notePrompt('Why?', handleFor('reject'), '7').text;
  const replyTo = (from: object, text: string) => ({
    update_id: 1,
    message: { message_id: 9, date: 1, from: ada, chat, text: 'because', reply_to_message: { message_id: 8, date: 1, from, chat, text } },
  });

  it.each([
    ['not JSON', 'x'],
    ['not an object', 'null'],
    ['no update', { hello: 1 }],
    ['another kind', { update_id: 1, poll: {} }],
    ['a press without data', { update_id: 1, callback_query: { id: '1', from: ada } }],
    [
      'a group',
      { update_id: 1, message: { message_id: 1, date: 1, from: ada, chat: { id: -5, type: 'group', title: 'x' }, text: '/start abc' } },
    ],
    ['a bot', { update_id: 1, message: { message_id: 1, date: 1, from: { ...ada, is_bot: true }, chat, text: '/start abc' } }],
    ['a sticker', { update_id: 1, message: { message_id: 1, date: 1, from: ada, chat, sticker: {} } }],
    ['a start without a token', { update_id: 1, message: { message_id: 1, date: 1, from: ada, chat, text: '/start' } }],
    [
      'a start with too long a token',
      { update_id: 1, message: { message_id: 1, date: 1, from: ada, chat, text: `/start ${'a'.repeat(65)}` } },
    ],
    ['words out of nowhere', { update_id: 1, message: { message_id: 1, date: 1, from: ada, chat, text: handleFor('reject') } }],
    ["a reply to the person's own copy of our question", replyTo(ada, question)],
    ["a reply to another bot's question", replyTo({ id: 42, is_bot: true, first_name: 'Evil' }, question)],
    [
      'a reply to a message of ours that is no question',
      replyTo({ id: BOT_ID, is_bot: true, first_name: 'H' }, renderTelegram(aMessage()).text),
    ],
  ])('is ignored: %s', (_, update) => {
    expect(parsed(update)).toEqual([{ kind: 'ignored', reason: expect.any(String) as string }]);
  });

  it('of an agent that imitates our question is no question', () => {
    const { text } = renderTelegram(aMessage({ fields: [{ label: 'Proposal', text: question, cut: false }] }));
    expect(text).toContain(`Ref: ${handleFor('reject')}.7`);
    expect(promptedBy(text)).toBeNull();
  });
});

describe('the channel', () => {
  it.each([
    ['1111111', '1111111'],
    [' 52 ', '52'],
    ['-1001234567890', null],
    ['@ada', null],
    ['0', null],
    ['12345678901234567', null],
    ['1e3', null],
  ])('takes %j as the address %j', (given, address) => {
    expect(telegram.normaliseAddress(given)).toBe(address);
  });

  it('wants a token that looks like one', () => {
    expect(telegramConfig.parse({ botToken: `${BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw` }).apiUrl).toBe('https://api.telegram.org');
    expect(telegramConfig.safeParse({ botToken: '110201543' }).success).toBe(false);
    expect(telegramConfig.safeParse({ botToken: '1:../../x' }).success).toBe(false);
  });
});
