import { describe, expect, it } from 'vitest';
import { parseMessaging } from '../../providers/meta/messaging-events.ts';
import { messagingForm } from '../../providers/meta/messaging-render.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { instagram } from './instagram.ts';

const ACCOUNT = '17841405822304914';
const LIMITS = { charsMax: 1_000, bytesMax: 1_000 };
/** Three bytes of UTF-8 for each. */
const KANJI = '漢字'.repeat(400);
const KINDS = ['request', 'escalation', 'assigned', 'answered', 'stalled', 'unreached', 'drifted', 'bypassed', 'test'] as const;

describe('a message on Instagram', () => {
  it.each(KINDS)('of the kind %s stays within 640 characters and 1 000 bytes, with its link', kind => {
    for (const words of [KANJI, 'x'.repeat(800), '👩‍👩‍👧‍👦'.repeat(70)]) {
      const message = aMessage({ kind, lines: [words], fields: [{ label: 'Proposal', text: words, cut: false }] });
      const form = messagingForm(message, LIMITS);
      if (!('attachment' in form)) throw new Error('no buttons');
      const { text, buttons } = form.attachment.payload;
      expect(text.length).toBeLessThanOrEqual(640);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000);
      expect(text.isWellFormed()).toBe(true);
      expect(text).toContain(CUT_NOTICE);
      expect(text).toContain(message.link.url);
      expect(buttons.map(({ payload }) => payload)).toEqual([handleFor('approve'), handleFor('reject')]);
    }
  });

  it.each(['decided', 'digest', 'verify'] as const)('of the kind %s has nothing to press, and fits in bytes too', kind => {
    const form = messagingForm(aMessage({ kind, actions: [], fields: [], lines: [KANJI] }), LIMITS);
    if (!('text' in form)) throw new Error('buttons');
    expect(Buffer.byteLength(form.text)).toBeLessThanOrEqual(1_000);
    expect(form.text).toContain(aMessage().link.url);
  });

  it('shows no more than three buttons of twenty characters', () => {
    const actions = (['approve', 'reject', 'claim'] as const).map(verb => ({ ...actionFor(verb), label: 'l'.repeat(40) }));
    expect(instagram.render(aMessage({ actions }))).toMatchObject({
      attachment: { payload: { buttons: actions.map(({ handle }) => ({ title: 'l'.repeat(20), payload: handle })) } },
    });
  });
});

describe('a webhook of Instagram', () => {
  it.each(samplesOf('instagram').map(sample => [sample.name, sample] as const))('is read: %s', (_, sample) => {
    const items = parseMessaging(requestOf(sample).rawBody.toString('utf8'), 'instagram', ACCOUNT);
    expect(items).toHaveLength(sample.items.length);
    expect(items).toMatchObject(sample.items);
  });

  it('of a page is none', () => {
    expect(parseMessaging(JSON.stringify({ object: 'page', entry: [{ id: ACCOUNT }] }), 'instagram', ACCOUNT)).toEqual([
      { kind: 'ignored', reason: 'a webhook of something else' },
    ]);
  });
});

describe('the channel', () => {
  it.each([
    ['1535148674817116', '1535148674817116'],
    ['@ada', null],
    ['', null],
  ])('takes %j as the address %j', (text, address) => {
    expect(instagram.normaliseAddress(text)).toBe(address);
  });

  it('works only while somebody has written, and names the setting that is wrong', () => {
    expect(instagram.capabilities).toMatchObject({ needsOpenWindow: true, defaultCeiling: 'low', enrolment: 'link' });
    const settings = {
      accountId: ACCOUNT,
      username: 'example.approvals',
      accessToken: 'IGAA-access-token',
      appSecret: '0123456789abcdef',
      verifyToken: 'a-long-token',
    };
    expect(instagram.config.safeParse(settings).success).toBe(true);
    for (const member of Object.keys(settings))
      expect(JSON.stringify(instagram.config.safeParse({ ...settings, [member]: '' }).error?.issues)).toContain(member);
  });
});
