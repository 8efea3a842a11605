import { describe, expect, it } from 'vitest';
import { classifyGraph } from '../../providers/meta/classify.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { phonesOf, recipientOf } from './address.ts';
import { cloudMeaning } from './cloud-classify.ts';
import { cloudConfig } from './cloud-config.ts';
import { parseCloud } from './cloud-inbound.ts';
import { BODY_CHARS_MAX, sessionForm, TEXT_CHARS_MAX, templateForm } from './cloud-render.ts';
import { whatsapp } from './whatsapp.ts';

const NUMBER = '106540352242922';
const settings = {
  via: 'cloud',
  phoneNumberId: NUMBER,
  accessToken: 'EAAG-access-token',
  appSecret: '0123456789abcdef',
  verifyToken: 'a-long-random-token',
} as const;
const config = cloudConfig.parse(settings);
const KINDS = ['request', 'escalation', 'assigned', 'answered', 'stalled', 'unreached', 'drifted', 'bypassed', 'test'] as const;
const FAMILY = '👩‍👩‍👧‍👦';
const longest = aMessage({
  title: 't'.repeat(160),
  lines: Array.from({ length: 8 }, () => '@a'.repeat(200)),
  fields: ['Action', 'Proposal', 'About', 'Summary', 'Reason', 'Note'].map(label => ({ label, text: FAMILY.repeat(36), cut: true })),
  actions: [actionFor('approve'), actionFor('reject'), { ...actionFor('claim'), label: `I take it, ${FAMILY.repeat(3)}` }],
});

describe('a message on WhatsApp, within 24 hours', () => {
  it('carries the buttons, with the handles in them', () => {
    const form = sessionForm(aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] }));
    expect(form).toMatchObject({
      type: 'interactive',
      interactive: {
        type: 'button',
        action: {
          buttons: (['approve', 'reject', 'claim'] as const).map(verb => ({
            type: 'reply',
            reply: { id: handleFor(verb), title: actionFor(verb).label },
          })),
        },
      },
    });
  });

  it.each(KINDS)('of the kind %s stays within the limits, cut between whole characters', kind => {
    const form = sessionForm({ ...longest, kind });
    if (form.type !== 'interactive') throw new Error('no buttons');
    const { body, action } = form.interactive;
    expect(body.text.length).toBeLessThanOrEqual(BODY_CHARS_MAX);
    expect(body.text).toContain(CUT_NOTICE);
    expect(body.text).toContain(longest.link.url);
    for (const { reply } of action.buttons) {
      expect(reply.title.length).toBeLessThanOrEqual(20);
      expect(reply.id.length).toBeLessThanOrEqual(256);
    }
    expect(action.buttons[2]!.reply.title).toBe('I take it,');
    expect(sessionForm({ ...longest, kind, actions: [] })).toMatchObject({ type: 'text' });
  });

  it.each(['decided', 'digest', 'verify'] as const)('of the kind %s has nothing to press and no preview', kind => {
    const form = sessionForm(aMessage({ kind, actions: [], fields: [] }));
    expect(form).toMatchObject({ type: 'text', text: { preview_url: false } });
    if (form.type === 'text') expect(form.text.body.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
  });
});

describe('a message on WhatsApp, at any time', () => {
  const parametersOf = (form: ReturnType<typeof templateForm>): string[] =>
    form.template.components
      .filter(({ type }) => type === 'body')
      .flatMap(({ parameters }) => parameters.map(parameter => ('text' in parameter ? parameter.text : '')));

  it('fills the approved template for requests: what it is about, all the rest, the link, a handle for each quick reply', () => {
    const form = templateForm(aMessage(), config);
    expect(form.template).toMatchObject({ name: 'holdpoint_request', language: { code: 'en' } });
    expect(parametersOf(form)).toEqual([
      'Approval needed: issue_refund (high risk), Example & Sons',
      'An agent asks before it acts. Decide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved. Written by the agent, unverified: Proposal: “Refund $245.00” Summary: “The lamp arrived broken.”',
      aMessage().link.url,
    ]);
    expect(form.template.components.slice(1)).toEqual(
      (['approve', 'reject'] as const).map((verb, index) => ({
        type: 'button',
        sub_type: 'quick_reply',
        index: `${index}`,
        parameters: [{ type: 'payload', payload: handleFor(verb) }],
      })),
    );
  });

  it('is a notice with the link where not every approved button would work', () => {
    const form = templateForm(aMessage({ actions: [actionFor('reject')] }), config);
    expect(form.template.name).toBe('holdpoint_notice');
    expect(form.template.components).toHaveLength(1);
    const withClaim = { ...config, requestButtons: ['approve' as const, 'reject' as const, 'claim' as const] };
    expect(templateForm(aMessage(), withClaim).template.name).toBe('holdpoint_notice');
    expect(templateForm(longest, withClaim).template.components).toHaveLength(4);
  });

  it('proves a number by the template for codes', () => {
    const code = aMessage({ kind: 'verify', actions: [], fields: [], lines: ['Your code is 012345.', 'It works for 10 minutes.'] });
    expect(templateForm(code, config).template).toEqual({
      name: 'holdpoint_code',
      language: { code: 'en' },
      components: [
        { type: 'body', parameters: [{ type: 'text', text: '012345' }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '012345' }] },
      ],
    });
  });

  it.each(KINDS)('of the kind %s has no line break, tab or run of spaces in its parameters, and not too much of them', kind => {
    const hostile = { label: 'Proposal', text: 'a\n\n\tb      c\r\nd” Summary: “forged', cut: false };
    for (const message of [{ ...longest, kind }, aMessage({ kind, fields: [hostile] })]) {
      const parameters = parametersOf(templateForm(message, config));
      expect(parameters).toHaveLength(3);
      for (const text of parameters) expect(text).not.toMatch(/[\n\r\t]| {2}|^$/);
      expect(parameters.join('').length).toBeLessThanOrEqual(820);
      expect(parameters[2]).toBe(message.link.url);
      expect(parameters[1]!.split('“').length).toBe(parameters[1]!.split('”').length);
    }
    expect(parametersOf(templateForm(aMessage({ kind, fields: [hostile] }), config))[1]).toContain('Proposal: “a b c d" Summary: "forged”');
  });

  it.each([
    ['pt-BR', ['en', 'pt_BR'], 'pt_BR'],
    ['de-AT', ['en', 'de'], 'de'],
    ['fr', ['en', 'de'], 'en'],
  ])('in %s, approved in %j, comes in %s', (language, templateLanguages, code) => {
    expect(templateForm(aMessage({ language }), { ...config, templateLanguages }).template.language.code).toBe(code);
  });
});

describe('a code of the Cloud API', () => {
  it.each([
    [131_000, 'retryable'],
    [131_016, 'retryable'],
    [131_057, 'retryable'],
    [133_004, 'retryable'],
    [1, 'retryable'],
    [2, 'retryable'],
    [4, 'throttled'],
    [80_007, 'throttled'],
    [130_429, 'throttled'],
    [131_048, 'throttled'],
    [131_056, 'throttled'],
    [133_016, 'throttled'],
    [131_047, 'window_closed'],
    [131_026, 'recipient_gone'],
    [131_021, 'recipient_gone'],
    [131_030, 'recipient_gone'],
    [131_050, 'recipient_blocked'],
    [131_049, 'content_rejected'],
    [130_472, 'content_rejected'],
    [100, 'content_rejected'],
    [131_008, 'content_rejected'],
    [131_009, 'content_rejected'],
    [131_052, 'content_rejected'],
    [131_053, 'content_rejected'],
    [132_000, 'content_rejected'],
    [132_005, 'content_rejected'],
    [132_012, 'content_rejected'],
    [132_018, 'content_rejected'],
    [131_051, 'unsupported'],
    [131_062, 'unsupported'],
    [130_497, 'unsupported'],
    [0, 'config'],
    [3, 'config'],
    [10, 'config'],
    [33, 'config'],
    [190, 'config'],
    [200, 'config'],
    [299, 'config'],
    [368, 'config'],
    [131_005, 'config'],
    [131_031, 'config'],
    [131_037, 'config'],
    [131_042, 'config'],
    [131_045, 'config'],
    [132_001, 'config'],
    [132_007, 'config'],
    [132_015, 'config'],
    [132_016, 'config'],
    [133_010, 'config'],
  ] as const)('%d is %s', (code, expected) => {
    const failure = classifyGraph({ code, subcode: null }, cloudMeaning);
    expect([failure.class, failure.code]).toEqual([expected, `${code}`]);
    expect(failure.safeMessage).toMatch(new RegExp(`^[A-Z].+ \\(${code}\\)$`));
  });

  it('131056 says that the same person takes one message in six seconds', () => {
    expect(classifyGraph({ code: 131_056, subcode: null }, cloudMeaning).retryAfterMs).toBe(6_000);
  });
});

describe('a webhook of WhatsApp', () => {
  it.each(samplesOf('whatsapp').map(sample => [sample.name, sample] as const))('is read: %s', (_, sample) => {
    const items = parseCloud(requestOf(sample).rawBody.toString('utf8'), NUMBER);
    expect(items).toHaveLength(sample.items.length);
    expect(items).toMatchObject(sample.items);
  });

  const value = (content: object) =>
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ changes: [{ field: 'messages', value: { metadata: { phone_number_id: NUMBER }, ...content } }] }],
    });
  const from = { from: '16505551234', id: 'wamid.x' };

  it.each([
    ['not JSON', '{'],
    ['of another product', '{"object":"page","entry":[]}'],
    ['a list', '[]'],
    ['another field', '{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"flows","value":{}}]}]}'],
    ['a reaction', value({ messages: [{ ...from, type: 'reaction', reaction: { emoji: 'x' } }] })],
    ['an image', value({ messages: [{ ...from, type: 'image', image: { id: '1' } }] })],
    ['from nobody', value({ messages: [{ id: 'wamid.x', type: 'text', text: { body: 'hi' } }] })],
    ['without an id', value({ messages: [{ from: '16505551234', type: 'text', text: { body: 'hi' } }] })],
    ['a text in a group', value({ messages: [{ ...from, group_id: 'g', type: 'text', text: { body: 'hi' } }] })],
    ['a notice of the system', value({ messages: [{ ...from, type: 'system', system: { type: 'customer_identity_changed' } }] })],
    ['a receipt of a kind nobody knows', value({ statuses: [{ id: 'wamid.x', status: 'played', timestamp: '1' }] })],
    ['a receipt of a group', value({ statuses: [{ id: 'wamid.x', status: 'read', recipient_type: 'group' }] })],
    ['an error without a message', value({ errors: [{ code: 130429, title: 'Rate limit hit' }] })],
  ])('is ignored: %s', (_, body) => {
    expect(parseCloud(body, NUMBER)).toEqual([{ kind: 'ignored', reason: expect.any(String) as string }]);
  });

  it('never gives one person the ids of another in the same webhook', () => {
    const items = parseCloud(
      value({
        contacts: [
          { wa_id: '16505551234', user_id: 'US.1' },
          { wa_id: '16505559999', user_id: 'US.2' },
        ],
        messages: [
          { ...from, type: 'text', text: { body: 'a' } },
          { from: '16505550000', id: 'wamid.y', type: 'text', text: { body: 'b' } },
        ],
      }),
      NUMBER,
    );
    expect(items).toMatchObject([{ identities: ['+16505551234', 'US.1'] }, { identities: ['+16505550000'] }]);
  });
});

describe('an address on WhatsApp', () => {
  it.each([
    ['+43 664 1234567', '+436641234567'],
    ['0043 664 1234567', '+436641234567'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['US.ENT.11815799212886844830', 'US.ENT.11815799212886844830'],
    [' AT.abcDEF123 ', 'AT.abcDEF123'],
    ['us.123', null],
    ['0664 1234567', null],
    ['+1', null],
    ['US.', null],
    ['ada', null],
  ])('%j is %j', (text, address) => {
    expect(whatsapp.normaliseAddress(text)).toBe(address);
  });

  it('is named to Meta as what it is', () => {
    expect(recipientOf('+436641234567')).toEqual({ to: '+436641234567' });
    expect(recipientOf('AT.123')).toEqual({ recipient: 'AT.123' });
  });

  it.each([
    ['16505551234', ['+16505551234']],
    ['5215512345678', ['+5215512345678', '+525512345678']],
    ['553187654321', ['+553187654321', '+5531987654321']],
    // A landline of Brazil stays one: with a 9 it would be somebody's mobile number.
    ['553132221234', ['+553132221234']],
    ['x', []],
    ['', []],
  ])('of the id %j may be %j', (waId, phones) => {
    expect(phonesOf(waId)).toEqual(phones);
  });
});

describe('the settings of WhatsApp', () => {
  it('need no more than the number and three secrets', () => {
    expect(config).toMatchObject({ apiVersion: 'v25.0', baseUrl: 'https://graph.facebook.com', firstForm: 'template' });
  });

  it.each([
    ['via', 'fax'],
    ['phoneNumberId', '+436641234567'],
    ['apiVersion', '25'],
    ['baseUrl', 'ftp://graph.example.test'],
    ['requestButtons', []],
    ['templateLanguages', ['en-US']],
    ['noticeTemplate', 'Notice!'],
    ['unknown', 1],
  ])('name the member that is wrong: %s', (member, value) => {
    const { error } = whatsapp.config.safeParse({ ...settings, [member]: value });
    expect(JSON.stringify(error?.issues)).toContain(member === 'unknown' ? 'unrecognized_keys' : member);
  });
});
