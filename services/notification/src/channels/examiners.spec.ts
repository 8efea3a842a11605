import { describe, expect, it } from 'vitest';
import { examiner as email } from './email/examiner.fixture.ts';
import { chatMarkup, linksIn, type Examiner } from './examiner.fixture.ts';
import { examiner as instagram } from './instagram/examiner.fixture.ts';
import { examiner as messenger } from './messenger/examiner.fixture.ts';
import { examiner as push } from './push/examiner.fixture.ts';
import { examiner as slack } from './slack/examiner.fixture.ts';
import { examiner as sms } from './sms/examiner.fixture.ts';
import { examiner as teams } from './teams/examiner.fixture.ts';
import { examiner as telegram } from './telegram/examiner.fixture.ts';
import { examiner as voice } from './voice/examiner.fixture.ts';
import { examiner as whatsapp } from './whatsapp/examiner.fixture.ts';

const x = (count: number): string => 'x'.repeat(count);
const section = (text: object) => ({ text: 't', blocks: [{ type: 'section', text }] });
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const runs = (text: string) => ({
  attachments: [{ content: { body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] }] } }],
});

/** A suite that finds nothing is worth nothing: what its examiners have to see. */
describe('what an examiner makes of a bad message: something alive', () => {
  it.each([
    ['telegram, names outside pre', telegram, { text: '@admin /stop #tag $BTC', entities: [] }, ['@admin', '/stop', '#tag', '$BTC']],
    ['telegram, a link under words', telegram, { text: 'click', entities: [{ type: 'text_link', offset: 0, length: 5 }] }, ['text_link']],
    ['slack, markup', slack, section({ type: 'mrkdwn', text: '*x*' }), ['mrkdwn']],
    ['slack, emoji', slack, section({ type: 'plain_text', text: ':tada:', emoji: true }), ['plain_text']],
    ['slack, a mention in the notification', slack, { text: '<!channel>', blocks: [] }, ['<!channel>']],
    ['email, a tag', email, { subject: '', text: '', html: '<p><script></p>' }, ['<p>', '<script>', '</p>']],
    ['email, a line that is an answer', email, { subject: '', text: 'x\nApprove', html: '' }, ['Approve']],
    ['whatsapp, markup', whatsapp, { type: 'text', text: { body: 'so *bold*' } }, ['*bold*']],
    ['messenger, a mention', messenger, { text: 'dear @ada' }, ['@ada']],
    ['sms, a word of the carrier', sms, { body: 'x\nSTOP', segments: 1 }, ['STOP']],
    ['sms, a command', sms, { body: 'x\nA K7Q2M', segments: 1 }, ['A K7Q2M']],
    ['voice, an instruction', voice, { twiml: '<Say>a</Say><Dial>1</Dial>' }, ['<Say>', '</Say>', '<Dial>', '</Dial>']],
    ['teams, Markdown', teams, { body: [{ type: 'TextBlock', text: '[x](y)' }] }, ['[x](y)']],
    ['teams, a mention', teams, { ...runs('x'), entities: [] }, ['entities']],
  ] satisfies [string, Examiner, unknown, string[]][])('%s', (_, examiner, rendered, alive) => {
    expect(examiner.examine(rendered).alive).toEqual(alive);
  });
});

describe('what an examiner makes of a bad message: too much', () => {
  it.each([
    ['telegram, text', telegram, { text: x(4_097), entities: [] }, 'text: 4097 of 4096'],
    [
      'telegram, data of a button',
      telegram,
      { text: 'x', entities: [], reply_markup: { inline_keyboard: [[{ text: 'x', callback_data: x(65) }]] } },
      'callback_data: 65 of 64',
    ],
    [
      'slack, blocks',
      slack,
      { text: 't', blocks: Array.from({ length: 51 }, () => ({ type: 'section', text: plain('x') })) },
      'blocks: 51 of 50',
    ],
    ['slack, a section', slack, section(plain(x(3_001))), 'section: 3001 of 3000'],
    [
      'slack, all together',
      slack,
      { text: 't', blocks: Array.from({ length: 5 }, () => ({ type: 'section', text: plain(x(2_900)) })) },
      /^all blocks/,
    ],
    ['slack, nothing', slack, section(plain('')), 'an empty text'],
    ['email, html', email, { subject: '', text: '', html: x(102_401) }, 'html: 102401 of 102400'],
    ['whatsapp, title', whatsapp, { title: x(21) }, 'title: 21 of 20'],
    ['whatsapp, body', whatsapp, { type: 'interactive', interactive: { body: { text: x(1_025) } } }, 'text: 1025 of 1024'],
    ['whatsapp, a parameter on two lines', whatsapp, { parameters: [{ type: 'text', text: 'a\nb' }] }, 'spaces'],
    ['messenger, above buttons', messenger, { attachment: { payload: { text: x(641), buttons: [] } } }, 'text: 641 of 640'],
    ['instagram, bytes', instagram, { text: '漢'.repeat(334) }, 'bytes: 1002 of 1000'],
    ['sms, segments', sms, { body: x(460), segments: 4 }, 'segments: 4 of 3'],
    ['sms, a wrong count', sms, { body: x(161), segments: 1 }, 'miscounted'],
    ['voice, twiml', voice, { twiml: x(4_001) }, 'twiml: 4001 of 4000'],
    ['push, payload', push, { title: x(4_000), body: '', url: '', actions: [] }, /^payload: 4\d{3} of 3993$/],
    ['teams, bytes', teams, runs(x(26_000)), /^message: 26\d{3} of 25000$/],
  ] satisfies [string, Examiner, unknown, string | RegExp][])('%s', (_, examiner, rendered, exceeded) => {
    const found = examiner.examine(rendered).exceeded;
    expect(found).toEqual([typeof exceeded === 'string' ? exceeded : expect.stringMatching(exceeded)]);
  });
});

describe('what would become a link', () => {
  it.each([
    ['see https://evil.example/x now', ['https://evil.example/x']],
    ['tg://resolve?domain=x', ['tg://resolve?domain=x']],
    ['www.evil.example', ['www.evil.example']],
    ['at evil.example/x', ['evil.example/x']],
    ['ada@evil.example', ['evil.example']],
    ['mailto:ada', ['mailto:ada']],
    ['https[:]//evil[.]example www[.]x, 10.5 and v1.2', []],
    ['ours: https://approvals.example.test/a', []],
    ['ours and more: https://approvals.example.test/a.evil.example', ['evil.example']],
  ])('in %j is %j', (text, links) => {
    expect(linksIn(text, ['https://approvals.example.test/a'])).toEqual(links);
  });
});

describe('what chats would make of marks', () => {
  it.each([
    ['*bold* _slanted_ ~struck~ `code`', ['*bold*', '_slanted_', '~struck~', '`code`']],
    ['issue_refund_now 2*3*4', []],
    ['> ours', []],
    ['> > theirs', ['>']],
    ['> - item', ['- ']],
    ['ada@example', []],
  ])('in %j is %j', (text, marks) => {
    expect(chatMarkup(text)).toEqual(marks);
  });
});
