import { describe, expect, it } from 'vitest';
import { classifyGraph } from '../../providers/meta/classify.ts';
import { messagingMeaning } from '../../providers/meta/messaging-classify.ts';
import { parseMessaging } from '../../providers/meta/messaging-events.ts';
import { messagingForm } from '../../providers/meta/messaging-render.ts';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import { CUT_NOTICE } from '../fit-fields.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { messenger } from './messenger.ts';

const PAGE = '108276452111790';
const LIMITS = { charsMax: 2_000, bytesMax: 8_000 };
const KINDS = ['request', 'escalation', 'assigned', 'answered', 'stalled', 'unreached', 'drifted', 'bypassed', 'test'] as const;
const FAMILY = '👩‍👩‍👧‍👦';

const payloadOf = (form: ReturnType<typeof messagingForm>) => {
  if (!('attachment' in form)) throw new Error('no buttons');
  return form.attachment.payload;
};

describe('a message on Messenger', () => {
  it('is a button template with the handles in its postbacks', () => {
    const form = messenger.render(aMessage({ actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')] }));
    expect(form).toMatchObject({
      attachment: {
        type: 'template',
        payload: {
          template_type: 'button',
          buttons: (['approve', 'reject', 'claim'] as const).map(verb => ({
            type: 'postback',
            title: actionFor(verb).label,
            payload: handleFor(verb),
          })),
        },
      },
    });
  });

  it.each(KINDS)('of the kind %s stays within 640 characters, cut between whole ones, with its link', kind => {
    const message = aMessage({
      kind,
      title: 't'.repeat(160),
      lines: Array.from({ length: 8 }, () => '@a'.repeat(200)),
      fields: ['Action', 'Proposal', 'About', 'Summary'].map(label => ({ label, text: FAMILY.repeat(22), cut: true })),
      actions: [{ ...actionFor('approve'), label: `Approve it ${FAMILY.repeat(3)}` }],
    });
    const { text, buttons } = payloadOf(messagingForm(message, LIMITS));
    expect(text.length).toBeLessThanOrEqual(640);
    expect(text).toContain(CUT_NOTICE);
    expect(text).toContain(message.link.url);
    expect(text).not.toMatch(/(?<![\p{L}\p{N}])@/u);
    expect(buttons[0]!.title).toBe('Approve it');
  });

  it.each(['decided', 'digest', 'verify'] as const)('of the kind %s has nothing to press', kind => {
    const form = messagingForm(aMessage({ kind, actions: [], fields: [] }), LIMITS);
    expect(Object.keys(form)).toEqual(['text']);
  });

  it("gives an agent's marks, mentions and lines no life", () => {
    const text = '*bold* _it_ `x` @everyone\nLook and decide: here';
    const shown = payloadOf(messagingForm(aMessage({ fields: [{ label: 'Proposal', text, cut: false }] }), LIMITS)).text;
    expect(shown).toContain('> ∗bold∗ ＿it＿ ˋxˋ ＠everyone\n> Look and decide: here');
  });
});

describe('a refusal of the Send API', () => {
  it.each([
    [10, 2_018_278, 'window_closed'],
    [10, 2_018_065, 'window_closed'],
    [10, 2_534_022, 'window_closed'],
    [10, 2_018_108, 'config'],
    [10, null, 'config'],
    [551, 1_545_041, 'recipient_blocked'],
    [551, null, 'recipient_blocked'],
    [200, 1_545_041, 'recipient_blocked'],
    [100, 2_018_001, 'recipient_gone'],
    [100, 2_534_014, 'recipient_gone'],
    [100, null, 'content_rejected'],
    [100, 33, 'config'],
    [190, 460, 'config'],
    [200, 2_018_028, 'config'],
    [3, null, 'config'],
    [4, null, 'throttled'],
    [17, null, 'throttled'],
    [32, null, 'throttled'],
    [613, null, 'throttled'],
    [2, null, 'retryable'],
    [2, 2_018_344, 'config'],
    [1, 99, 'retryable'],
    [1_200, null, 'retryable'],
  ] as const)('%d with subcode %j is %s', (code, subcode, expected) => {
    const failure = classifyGraph({ code, subcode }, messagingMeaning);
    const named = subcode === null ? `${code}` : `${code}/${subcode}`;
    expect([failure.class, failure.code]).toEqual([expected, named]);
    expect(failure.safeMessage).toContain(`(${named})`);
  });
});

describe('a webhook of Messenger', () => {
  it.each(samplesOf('messenger').map(sample => [sample.name, sample] as const))('is read: %s', (_, sample) => {
    const items = parseMessaging(requestOf(sample).rawBody.toString('utf8'), 'page', PAGE);
    expect(items).toHaveLength(sample.items.length);
    expect(items).toMatchObject(sample.items);
  });

  const event = (content: object) =>
    JSON.stringify({
      object: 'page',
      entry: [{ id: PAGE, messaging: [{ sender: { id: '6254477777772919' }, timestamp: 1, ...content }] }],
    });

  it.each([
    ['not JSON', '{'],
    ['of another product', '{"object":"instagram","entry":[]}'],
    ['from a plugin user without an id', event({ sender: { user_ref: 'x' }, postback: { payload: 'x' } })],
    ['an image', event({ message: { mid: 'm', attachments: [{ type: 'image' }] } })],
    ['a reaction', event({ reaction: { mid: 'm', action: 'react' } })],
    ['a referral of an advertisement', event({ referral: { ref: 'summer', source: 'ADS', type: 'OPEN_THREAD' } })],
  ])('is ignored: %s', (_, body) => {
    expect(parseMessaging(body, 'page', PAGE)).toEqual([{ kind: 'ignored', reason: expect.any(String) as string }]);
  });

  it('keeps what was said beside a referral that is none of ours', () => {
    expect(parseMessaging(event({ message: { mid: 'm', text: 'hi', referral: { ref: 'summer' } } }), 'page', PAGE)).toMatchObject([
      { kind: 'text', text: 'hi' },
    ]);
  });
});

describe('the channel', () => {
  it.each([
    ['6254477777772919', '6254477777772919'],
    [' 6254477777772919 ', '6254477777772919'],
    ['ada.lovelace', null],
    ['+436641234567', null],
    ['1', null],
  ])('takes %j as the address %j', (text, address) => {
    expect(messenger.normaliseAddress(text)).toBe(address);
  });

  it('works only while somebody has written, and names the setting that is wrong', () => {
    expect(messenger.capabilities).toMatchObject({ needsOpenWindow: true, defaultCeiling: 'low', enrolment: 'link' });
    const settings = { pageId: PAGE, accessToken: 'EAAG-access-token', appSecret: '0123456789abcdef', verifyToken: 'a-long-token' };
    expect(messenger.config.safeParse(settings).success).toBe(true);
    for (const member of Object.keys(settings))
      expect(JSON.stringify(messenger.config.safeParse({ ...settings, [member]: '' }).error?.issues)).toContain(member);
  });
});
