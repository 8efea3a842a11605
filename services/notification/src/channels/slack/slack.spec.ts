import { describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundRequest } from '../channel.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { isSlacks } from './acknowledge.ts';
import { classifySlackCode, classifySlackError } from './classify.ts';
import { parseSlack } from './inbound.ts';
import { noteModal, readMetadata } from './note-modal.ts';
import { renderSlack, TEXT_CHARS_MAX, type SlackBlock, type SlackButton } from './render.ts';
import { slack, slackConfig } from './slack.ts';
import { slackSignature, verifySlack } from './verify.ts';

const buttonsOf = (blocks: SlackBlock[]): SlackButton[] => blocks.flatMap(block => (block.type === 'actions' ? block.elements : []));
const textsOf = (blocks: SlackBlock[]): string[] =>
  blocks.flatMap(block => ('text' in block ? [block.text.text] : block.type === 'context' ? block.elements.map(({ text }) => text) : []));

describe('a message in Slack', () => {
  it('says what is asked, in plain text, with buttons and a second look before approving', () => {
    const { text, blocks } = renderSlack(aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] }));
    expect(text).toBe('Approval needed: issue_refund (high risk)');
    expect(textsOf(blocks)).toEqual([
      'Approval needed: issue_refund (high risk)',
      'An agent asks before it acts.\nDecide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved.',
      'Written by the agent, unverified:',
      'Proposal:\nRefund $245.00',
      'Summary:\nThe lamp arrived broken.',
      'Request apr_aaaaaaaaaaaaaaaaaaaaaaaaaa, Example & Sons.',
    ]);
    const [approve, reject, claim, open] = buttonsOf(blocks);
    expect(approve).toMatchObject({
      action_id: 'approve',
      value: handleFor('approve'),
      style: 'primary',
      confirm: { title: { text: 'Approve' } },
    });
    expect(reject).toMatchObject({ action_id: 'reject', value: handleFor('reject'), style: 'danger' });
    expect(claim).toMatchObject({ action_id: 'claim', value: handleFor('claim') });
    expect(open).toEqual({
      type: 'button',
      action_id: 'open',
      text: { type: 'plain_text', text: 'Look and decide', emoji: false },
      url: aMessage().link.url,
    });
    expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
  });

  it.each([
    ['emoji of families', '👩‍👩‍👧‍👦', /^\w+:\n(👩‍👩‍👧‍👦)+ \[cut; /],
    ['quotes, which JSON doubles', '"', /^\w+:\n"+ \[cut; /],
    ['line breaks', 'a\n', /^\w+:\n(a\n)+a \[cut; /],
  ])('fits with every text as long as it may be: %s', (_, unit, shape) => {
    const long = { text: unit.repeat(Math.floor(TEXT_CHARS_MAX / unit.length)), cut: true };
    const { blocks } = renderSlack(
      aMessage({
        title: 't'.repeat(160),
        lines: Array.from({ length: 8 }, () => 'l'.repeat(400)),
        fields: ['Action', 'Proposal', 'About', 'Summary', 'Reason', 'Note'].map(label => ({ label, ...long })),
        actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')],
      }),
    );
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(12_000);
    for (const text of textsOf(blocks)) expect(text.length).toBeLessThanOrEqual(3_000);
    expect(textsOf(blocks)[0]).toMatch(/^t{149}…$/);
    const cut = textsOf(blocks).filter(text => text.includes(CUT_NOTICE));
    expect(cut).toHaveLength(6);
    for (const text of cut) expect(text).toMatch(shape);
  });

  it.each(['decided', 'digest', 'verify'] as const)('of the kind %s has nothing to press', kind => {
    expect(
      buttonsOf(renderSlack(aMessage({ kind, actions: [], fields: [] })).blocks).map(({ action_id: id, value }) => [id, value]),
    ).toEqual([['open', undefined]]);
  });

  it('lets neither the agent nor a name in our own words mention anybody', () => {
    const { text, blocks } = renderSlack(
      aMessage({ title: 'Approval needed: <!channel> & <@U1>', fields: [{ label: 'Proposal', text: '<!here> :tada: *now*', cut: false }] }),
    );
    expect(text).toBe('Approval needed: &lt;!channel&gt; &amp; &lt;@U1&gt;');
    expect(textsOf(blocks)).toContain('Proposal:\n<!here> :tada: *now*');
    for (const part of JSON.stringify(blocks).matchAll(/"type":"(plain_text|mrkdwn)","text":"[^"]*","emoji":(\w+)/g))
      expect(part.slice(1, 3)).toEqual(['plain_text', 'false']);
  });
});

describe('an error of Slack', () => {
  it.each([
    ...['ratelimited', 'rate_limited', 'message_limit_exceeded'].map(code => [code, 'throttled'] as const),
    ...['channel_not_found', 'is_archived', 'not_in_channel', 'user_not_found', 'user_disabled', 'user_not_visible', 'cannot_dm_bot'].map(
      code => [code, 'recipient_gone'] as const,
    ),
    ...['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'missing_scope', 'account_inactive', 'ekm_access_denied'].map(
      code => [code, 'config'] as const,
    ),
    ...['restricted_action', 'messages_tab_disabled', 'org_login_required', 'no_permission'].map(code => [code, 'config'] as const),
    ...['invalid_blocks', 'msg_too_long', 'msg_blocks_too_long', 'no_text', 'invalid_arguments'].map(
      code => [code, 'content_rejected'] as const,
    ),
    ...['message_not_found', 'cant_update_message', 'something_new'].map(code => [code, 'content_rejected'] as const),
    ...['service_unavailable', 'request_timeout', 'team_added_to_org'].map(code => [code, 'retryable'] as const),
    ...['internal_error', 'fatal_error'].map(code => [code, 'unknown_outcome'] as const),
  ])('%s is %s', (code, expected) => {
    const failure = classifySlackCode(code);
    expect([failure.class, failure.code]).toEqual([expected, code]);
    expect(classifySlackError({ code: 'slack_webapi_platform_error', data: { error: code, secret: 'CANARY' } })).toEqual(failure);
  });

  it.each([
    [
      { code: 'slack_webapi_rate_limited_error', retryAfter: 30 },
      { class: 'throttled', retryAfterMs: 30_000 },
    ],
    [new Error('Retry header did not contain a valid timeout (url: https://CANARY, retry-after header: null)'), { class: 'throttled' }],
    [
      { code: 'slack_webapi_http_error', statusCode: 500, body: 'CANARY' },
      { class: 'unknown_outcome', code: 'http_500' },
    ],
    [{ code: 'slack_webapi_http_error', statusCode: 502 }, { class: 'unknown_outcome' }],
    [{ code: 'slack_webapi_http_error', statusCode: 503 }, { class: 'retryable' }],
    [{ code: 'slack_webapi_http_error', statusCode: 404 }, { class: 'config' }],
    [{ code: 'slack_webapi_http_error', statusCode: 302 }, { class: 'config' }],
    [
      { code: 'slack_webapi_platform_error', data: { error: '<html>CANARY</html>' } },
      { class: 'unknown_outcome', code: 'unreadable' },
    ],
    [
      { code: 'slack_webapi_request_error', original: new Error('CANARY') },
      { class: 'retryable', code: 'no_answer' },
    ],
    [new Error('CANARY'), { class: 'unknown_outcome', code: 'sdk' }],
    [undefined, { class: 'unknown_outcome' }],
  ])('of the SDK is told by its code: %#', (error, expected) => {
    const failure = classifySlackError(error);
    expect(failure).toMatchObject(expected);
    expect(JSON.stringify(failure)).not.toContain('CANARY');
  });
});

describe('a request of Slack', () => {
  // The example in "Verifying requests from Slack".
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const timestamp = '1531420618';
  const rawBody = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const request = (more: Partial<InboundRequest> = {}, headers: Record<string, string | undefined> = {}): InboundRequest => ({
    method: 'POST',
    url: 'https://holdpoint.example.test/channels/slack/x',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
      ...headers,
    },
    rawBody,
    ...more,
  });
  const nowMs = Number(timestamp) * 1_000;

  it("is accepted by Slack's own example", () => {
    expect(slackSignature(secret, timestamp, rawBody)).toBe(signature);
    expect(verifySlack(request(), secret, nowMs + 299_000)).toEqual({ verdict: 'accepted' });
  });

  it.each([
    ['unsigned', request({}, { 'x-slack-signature': undefined }), nowMs],
    ['without a time', request({}, { 'x-slack-request-timestamp': undefined }), nowMs],
    ['signed with another secret', request({}, { 'x-slack-signature': slackSignature('other', timestamp, rawBody) }), nowMs],
    ['of another version', request({}, { 'x-slack-signature': signature.replace('v0', 'v1') }), nowMs],
    ['with another time than the signed one', request({}, { 'x-slack-request-timestamp': '1531420619' }), nowMs],
    ['replayed after five minutes', request(), nowMs + 301_000],
    ['from the future', request(), nowMs - 301_000],
    ['with a time that is none', request({}, { 'x-slack-request-timestamp': 'NaN' }), nowMs],
    [
      'put together anew',
      request({ rawBody: Buffer.from(new URLSearchParams(rawBody.toString()).toString().replace('text=&', 'text&')) }),
      nowMs,
    ],
    ['with a byte more', request({ rawBody: Buffer.concat([rawBody, Buffer.from('&')]) }), nowMs],
    ['by GET', request({ method: 'GET' }), nowMs],
  ])('is refused %s', (_, wrong, at) => {
    expect(verifySlack(wrong, secret, at).verdict).toBe('refused');
  });

  it('answers the question that is asked when its address is entered, if it is signed', () => {
    const body = Buffer.from('{"token":"x","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}');
    const asked = (signed: string) =>
      verifySlack(request({ rawBody: body }, { 'content-type': 'application/json', 'x-slack-signature': signed }), secret, nowMs);
    expect(asked(slackSignature(secret, timestamp, body))).toEqual({
      verdict: 'challenge',
      answer: { status: 200, headers: { 'content-type': 'text/plain' }, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' },
    });
    expect(asked(signature).verdict).toBe('refused');
  });

  it.each(samplesOf('slack').map(sample => [sample.name, sample] as const))('is read: %s', (_, sample) => {
    const items = parseSlack(requestOf(sample));
    expect(items).toMatchObject(sample.items);
    expect(items).toHaveLength(sample.items.length);
  });

  const parsed = (contentType: string, body: string) =>
    parseSlack(request({ rawBody: Buffer.from(body) }, { 'content-type': contentType }));
  const form = (payload: unknown) => parsed('application/x-www-form-urlencoded', `payload=${encodeURIComponent(JSON.stringify(payload))}`);
  const event = (more: object) =>
    parsed(
      'application/json',
      JSON.stringify({
        type: 'event_callback',
        event_id: 'Ev1',
        team_id: 'T1',
        event: { type: 'message', channel_type: 'im', channel: 'D1', user: 'U1', text: `${'e'.repeat(26)}${'f'.repeat(26)}`, ...more },
      }),
    );

  it.each([
    ['nothing', parsed('application/x-www-form-urlencoded', '')],
    ['no JSON', parsed('application/json', '{')],
    ['null', parsed('application/json', 'null')],
    ['another type', form({ type: 'shortcut' })],
    ['a press without a message', form({ type: 'block_actions', user: { id: 'U1', team_id: 'T1' }, actions: [{ value: 'x' }] })],
    ['another form of the app', form({ type: 'view_submission', user: { id: 'U1', team_id: 'T1' }, view: { id: 'V1', callback_id: 'x' } })],
    [
      'a form without a reason',
      form({
        type: 'view_submission',
        user: { id: 'U1', team_id: 'T1' },
        view: { id: 'V1', callback_id: 'holdpoint_note', private_metadata: '["h"]' },
      }),
    ],
    ['words in a channel', event({ channel_type: 'channel' })],
    ['a changed message', event({ subtype: 'message_changed' })],
    ['a bot', event({ bot_id: 'B1' })],
    ['other words', event({ text: 'hello' })],
    ['a token among other words', event({ text: `mine is ${'e'.repeat(52)}` })],
  ])('is ignored: %s', (_, items) => {
    expect(items).toEqual([{ kind: 'ignored', reason: expect.any(String) as string }]);
  });

  it('takes a token as people paste it', () => {
    for (const text of [`\`${'e'.repeat(52)}\``, ` "${'E'.repeat(52)}" `])
      expect(event({ text })).toMatchObject([{ kind: 'enrol', token: 'e'.repeat(52), address: 'T1/U1' }]);
    expect(event({ text: 'e'.repeat(52), user_team: 'T9' })).toMatchObject([{ address: 'T9/U1' }]);
  });
});

describe('the channel', () => {
  it.each([
    ['T012/U345', 'T012/U345'],
    [' t012/w345 ', 'T012/W345'],
    ['E012/U345', 'E012/U345'],
    ['U345', null],
    ['T012', null],
    ['T012/C345', null],
    ['ada@example.test', null],
    ['T012/U345/U346', null],
  ])('takes %j as the address %j', (given, address) => {
    expect(slack.normaliseAddress(given)).toBe(address);
  });

  it('carries what a form is about in the form, and reads nothing else', () => {
    const metadata = { handle: handleFor('reject'), channel: 'D1', message: '1.2' };
    const modal = noteModal('Why?', metadata);
    expect(readMetadata(modal.private_metadata)).toEqual(metadata);
    expect(modal.private_metadata.length).toBeLessThan(3_000);
    for (const text of ['', 'null', '{}', '[]', '[1]']) expect(readMetadata(text)).toBeNull();
  });

  it.each([
    ['https://hooks.slack.com/actions/T1/2/x', true],
    ['https://hooks.slack.com:8443/actions/x', false],
    ['http://hooks.slack.com/actions/x', false],
    ['https://hooks.slack.com.evil.example/actions/x', false],
    ['https://evil.example/hooks.slack.com', false],
    ['https://169.254.169.254/latest', false],
    ['https://slack.com/actions/x', true],
    ['not a url', false],
  ])('answers a press at %s: %s', (url, expected) => {
    expect(isSlacks(url, 'https://slack.com/api/')).toBe(expected);
  });

  it('wants settings that look like them', () => {
    const good = { botToken: 'xoxb-123-abcDEF456', signingSecret: 'f'.repeat(32), appId: 'A0123APP' };
    expect(slackConfig.parse(good).apiUrl).toBe('https://slack.com/api/');
    for (const wrong of [{ botToken: 'xoxp-123-abcDEF456' }, { signingSecret: 'short' }, { appId: 'T123' }, { apiUrl: 'ftp://x' }])
      expect(slackConfig.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
