import { describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { Message } from '../channel.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { twilioConfig } from './twilio-config.ts';
import { parseTwilio } from './twilio-inbound.ts';
import { twilioForm } from './twilio-render.ts';
import { whatsapp } from './whatsapp.ts';

const content = (digit: string) => `HX${digit.repeat(32)}`;
const settings = {
  via: 'twilio',
  accountSid: `AC${'0a'.repeat(16)}`,
  authToken: 'x'.repeat(32),
  from: '+14155550100',
  requestContentSid: content('1'),
  noticeContentSid: content('2'),
  codeContentSid: content('3'),
} as const;
const config = twilioConfig.parse({ ...settings, reasonsContentSid: content('4') });

const form = (message: Message, windowOpen = false, to = config) => {
  const sent = twilioForm(message, to, windowOpen);
  return 'body' in sent ? sent : { contentSid: sent.contentSid, values: JSON.parse(sent.contentVariables) as Record<string, string> };
};

describe('a message on WhatsApp through Twilio', () => {
  it('is a template whose last values are the ids of its buttons', () => {
    const { values, ...rest } = form(aMessage()) as { contentSid: string; values: Record<string, string> };
    expect(rest).toEqual({ contentSid: content('1') });
    expect(Object.keys(values)).toEqual(['1', '2', '3', '4', '5']);
    expect(values).toMatchObject({ '3': aMessage().link.url, '4': handleFor('approve'), '5': handleFor('reject') });
    expect(values['2']).toContain('Proposal: “Refund $245.00”');
  });

  it('says in the button that there is no reason, where none can be asked for', () => {
    const { values } = form(aMessage(), false, twilioConfig.parse(settings)) as { values: Record<string, string> };
    expect(values).toMatchObject({ '4': handleFor('approve'), '5': `${handleFor('reject')}~2` });
  });

  it('has no buttons where one of them would do nothing, and none once it is decided', () => {
    for (const message of [aMessage({ actions: [actionFor('reject')] }), aMessage({ kind: 'decided', actions: [] })])
      expect(form(message)).toMatchObject({ contentSid: content('2') });
  });

  it('is words only where the person wrote and nothing is to be pressed', () => {
    const decided = aMessage({ kind: 'decided', title: 'Approved by *Bo*', actions: [], fields: [] });
    expect(form(decided, true)).toMatchObject({ body: expect.stringContaining('Approved by ∗Bo∗') as string });
    expect(form(aMessage(), true)).toMatchObject({ contentSid: content('1') });
  });

  it('that proves a number is the authentication template and its code', () => {
    const code = aMessage({ kind: 'verify', title: 'Your code: 123456', lines: ['Enter 123456 in the console.'], actions: [], fields: [] });
    for (const windowOpen of [true, false]) expect(form(code, windowOpen)).toEqual({ contentSid: content('3'), values: { '1': '123456' } });
  });

  it('stays within the limits, is cut between whole characters, and lets no text be markup or another value', () => {
    const family = '👩‍👩‍👧‍👦';
    const long = aMessage({
      title: 't'.repeat(400),
      fields: Array.from({ length: 6 }, (_, index) => ({
        label: `Field ${index}`,
        text: `*_~"}, "4": "x" {{4}}\n${family.repeat(36)}`,
        cut: true,
      })),
    });
    const { values } = form(long) as { values: Record<string, string> };
    expect(Object.keys(values)).toHaveLength(5);
    expect([values['1'], values['2'], values['3']].join('').length).toBeLessThanOrEqual(1_024);
    expect(values['2']).toContain(CUT_NOTICE);
    expect(values['2']).not.toMatch(/[\n\t*~]| {4}/);
    expect(values['2']!.replaceAll(family, '')).not.toMatch(/\u200d|[\ud800-\udfff]/);
    const words = form({ ...long, kind: 'digest', actions: [] }, true) as { body: string };
    expect(words.body.length).toBeLessThanOrEqual(1_600);
  });
});

describe('what Twilio sends', () => {
  it.each(samplesOf('whatsapp/twilio').map(sample => [sample.name, sample] as const))('%s', (_, sample) => {
    expect(parseTwilio(requestOf(sample), settings.from)).toMatchObject(sample.items);
  });

  it('is ignored where it is not about WhatsApp, or from nobody', () => {
    const [first] = samplesOf('whatsapp/twilio');
    const of = (body: Record<string, string>) =>
      parseTwilio({ ...requestOf(first!), rawBody: Buffer.from(new URLSearchParams(body).toString()) }, settings.from);
    const to = `whatsapp:${settings.from}`;
    for (const body of [
      {},
      { MessageSid: 'SM1', From: '+14155550123', To: to, Body: 'x' },
      { MessageSid: 'SM1', From: 'whatsapp:ada', To: to, Body: 'x' },
    ])
      expect(of(body as Record<string, string>)).toMatchObject([{ kind: 'ignored' }]);
    expect(of({ MessageSid: 'SM1', From: 'whatsapp:US.13491208655302741918', To: to, ButtonPayload: handleFor('claim') })).toMatchObject([
      { kind: 'press', identities: ['US.13491208655302741918'], handle: handleFor('claim') },
    ]);
  });
});

describe('the settings of WhatsApp', () => {
  it('tell by "via" who carries the messages', () => {
    expect(whatsapp.config.safeParse(settings).success).toBe(true);
    for (const wrong of [
      { via: 'pigeon' },
      { requestContentSid: 'HX1' },
      { from: 'whatsapp:+14155550100' },
      { apiKeySid: `SK${'1'.repeat(32)}` },
      { extra: 1 },
    ])
      expect(whatsapp.config.safeParse({ ...settings, ...wrong }).success).toBe(false);
  });
});
