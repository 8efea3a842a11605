import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aMessage } from '../a-message.fixture.ts';
import type { Message } from '../channel.ts';
import { replyCommandOf } from '../reply-command.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { segmentsOf, toGsm7 } from './gsm7.ts';
import { parseSms } from './inbound.ts';
import { answerText, renderSms, SEGMENTS_MAX } from './render.ts';
import { sms } from './sms.ts';

/** As it comes to this channel: nothing of the agent's, a code in place of buttons. */
const minimal = (more: Partial<Message> = {}) =>
  aMessage({ title: 'Approval needed: a request (low risk)', fields: [], actions: [], replyCode: 'K7Q2M', riskLevel: 'low', ...more });

describe('a text message', () => {
  it('says whose it is, what about, until when, how to answer and where to look, in two segments', () => {
    const { body, segments } = renderSms(minimal());
    expect(body.split('\n')).toEqual([
      'Holdpoint, Example & Sons: Approval needed: a request (low risk)',
      'By 2026-11-22 13:00 UTC.',
      'Code K7Q2M. Reply A + code to approve, R + code + why to reject.',
      minimal().link.url,
    ]);
    expect(segments).toBe(2);
  });

  it('offers no approval where the code does not stand for one', () => {
    const { body } = renderSms(minimal({ replyVerbs: ['reject'] }));
    expect(body).toContain('Code K7Q2M. Reply R + code + why to reject; approve in the console.');
    expect(body).not.toContain('A + code');
  });

  it.each(['decided', 'digest', 'drifted', 'test'] as const)('of kind %s offers nothing to answer', kind => {
    const { body } = renderSms(minimal({ kind, replyCode: null, title: 'Something', lines: ['More of it.'] }));
    expect(body).toBe(`Holdpoint, Example & Sons: Something More of it.\n${minimal().link.url}`);
  });

  it('with a code that proves a number has no link in it', () => {
    const { body, segments } = renderSms(
      minimal({ kind: 'verify', replyCode: null, title: 'Your code: 123456', lines: ['Enter 123456.'] }),
    );
    expect(body).toBe('Holdpoint, Example & Sons: Your code: 123456 Enter 123456.');
    expect(segments).toBe(1);
  });

  it('shows nothing of the agent, even if it were given', () => {
    expect(renderSms(minimal({ fields: [{ label: 'Proposal', text: 'Refund $245.00', cut: false }] })).body).not.toContain('Refund');
  });

  it('is never longer than three segments, keeps its code and its link whole, and says that it was cut', () => {
    for (const character of ['x', '€', 'ж', '👩‍🚒', 'e\u0301\u0302']) {
      const { body, segments } = renderSms(minimal({ title: character.repeat(600) }));
      expect(segments).toBeLessThanOrEqual(SEGMENTS_MAX);
      expect(segmentsOf(body)).toBe(segments);
      expect(body).toContain('Code K7Q2M.');
      expect(body.endsWith(minimal().link.url)).toBe(true);
      const head = body.split('\n')[0]!;
      expect(head.endsWith('...')).toBe(true);
      // Whole characters only.
      expect(
        head
          .replace('Holdpoint, Example & Sons: ', '')
          .replace(/\.\.\.$/, '')
          .replaceAll(toGsm7(character), '')
          .trim(),
      ).toBe('');
    }
  });

  it('leaves out a link that would leave no room', () => {
    const { body } = renderSms(minimal({ link: { label: 'Look', url: `https://a.test/${'x'.repeat(400)}` } }));
    expect(body).toContain('\nLook in the console.');
  });

  it('holds nothing that is a command when it comes back, at any word of ours and at the start of any line', () => {
    const suffixes = (text: string) => [...text.matchAll(/\S+/g)].map(({ index }) => text.slice(index));
    const ours = [minimal(), minimal({ replyVerbs: ['reject'] }), minimal({ replyCode: null })];
    for (const message of ours)
      for (const part of suffixes(renderSms(message).body)) expect([part, replyCommandOf(part).kind]).not.toEqual([part, 'command']);
    const words = fc.oneof(fc.string(), fc.constantFrom('A K7Q2M', 'R K7Q2M no', '\nA K7Q2M', 'APPROVE K7Q2M'));
    fc.assert(
      fc.property(words, words, fc.boolean(), (title, organization, withCode) => {
        const { body } = renderSms(minimal({ title, organization, lines: [title], ...(withCode ? {} : { replyCode: null }) }));
        for (const line of body.split(/[\r\n]+/)) expect(replyCommandOf(line).kind).not.toBe('command');
        expect(replyCommandOf(answerText(`${title} ${organization}`)).kind).not.toBe('command');
        expect(segmentsOf(body)).toBeLessThanOrEqual(SEGMENTS_MAX);
      }),
    );
  });

  it('never is a word that silences us when it is sent back whole', () => {
    for (const message of [minimal(), minimal({ kind: 'decided', replyCode: null })])
      expect(renderSms(message).body).not.toMatch(/^\W*(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|yes|start)\W*$/im);
  });
});

describe('an answer to a reply', () => {
  it('is one segment in words of ours', () => {
    expect(answerText('Approved “K7Q2M”.')).toBe('Holdpoint: Approved "K7Q2M".');
    expect(segmentsOf(answerText('ж'.repeat(400)))).toBe(1);
    expect(answerText('x'.repeat(400))).toMatch(/^Holdpoint: x+\.\.\.$/);
  });
});

describe('the alphabet of text messages', () => {
  it.each([
    ['“Yes” – it’s 5 €…', '"Yes" - it\'s 5 €...'],
    ['Ça coûte à Zürich', 'Ça coute à Zürich'],
    ['Łódź, Žižkov, Ōsaka', 'Lódz, Zizkov, Osaka'.replace('ó', 'o')],
    ['a\u00a0b', 'a b'],
    ['Привет — “да”', 'Привет — “да”'],
    ['fire 🔥', 'fire 🔥'],
  ])('%j is written %j', (text, written) => {
    expect(toGsm7(text)).toBe(written);
  });

  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    [`${'a'.repeat(152)}€${'a'.repeat(20)}`, 2],
    [`${'a'.repeat(152)}€${'a'.repeat(151)}`, 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
    ['’'.repeat(70), 1],
    ['’'.repeat(71), 2],
    ['🔥'.repeat(35), 1],
    [`${'’'.repeat(66)}🔥${'’'.repeat(65)}`, 2],
    [`${'’'.repeat(66)}🔥${'’'.repeat(66)}`, 3],
  ])('%# is billed as so many segments', (text, segments) => {
    expect(segmentsOf(text)).toBe(segments);
  });
});

describe('what Twilio sends', () => {
  it.each(samplesOf('sms').map(sample => [sample.name, sample] as const))('%s', (_, sample) => {
    expect(parseSms(requestOf(sample))).toMatchObject(sample.items);
  });

  it('is ignored where it is neither a status nor a text', () => {
    const [first] = samplesOf('sms');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const body of ['', 'a=b', 'MessageSid=SM1&From=Holdpoint&Body=hi', 'MessageStatus=delivered', '%%%'])
      expect(parseSms({ ...requestOf(first!), headers, rawBody: Buffer.from(body) })).toMatchObject([{ kind: 'ignored' }]);
  });
});

describe('the settings', () => {
  const account = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'x'.repeat(32), from: '+14155550100' };
  const faults = (config: object) => sms.config.safeParse(config).error?.issues.map(({ path }) => path.join('.')) ?? [];

  it('are an account and one sender', () => {
    expect(faults(account)).toEqual([]);
    expect(faults({ ...account, from: undefined, messagingServiceSid: `MG${'1'.repeat(32)}` })).toEqual([]);
    expect(faults({ ...account, from: undefined })).toEqual(['from']);
    expect(faults({ ...account, messagingServiceSid: `MG${'1'.repeat(32)}` })).toEqual(['from']);
    expect(faults({ ...account, from: 'Holdpoint' })).toEqual(['from']);
    expect(faults({ ...account, accountSid: 'SK1' })).toEqual(['accountSid']);
    expect(faults({ ...account, apiKeySid: `SK${'1'.repeat(32)}` })).toEqual(['apiKeySecret']);
    expect(faults({ ...account, apiUrl: 'ftp://x' })).toEqual(['apiUrl']);
  });

  it.each([
    ['+1 (415) 555-0123', '+14155550123'],
    ['0049 30 123456', '+4930123456'],
    ['+49 151 23456789', '+4915123456789'],
    ['4155550123', null],
    ['+1', null],
    ['ada@example.test', null],
    ['', null],
  ])('take %j as the address %j', (text, address) => {
    expect(sms.normaliseAddress(text)).toBe(address);
  });
});
