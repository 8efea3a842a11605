import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actionFor, aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundItem, InboundRequest, Message, Outcome } from '../channel.ts';
import { SENTENCE_LANGUAGES, sentencesIn } from '../own-sentences.ts';
import { requestOf, samplesOf } from '../samples.fixture.ts';
import { confirmationOf, dialogueOf, readDialogue, TRIES_MAX, writeDialogue, type Dialogue } from './dialogue.ts';
import { answerVoice, parseVoice, REJECTION_NOTE } from './inbound.ts';
import { ask } from './twiml.ts';
import { voice } from './voice.ts';

const HOOK = 'https://approvals.example.test/channels/voice/aaaaaaaaaaaaaaaaaaaaaaaaaa';
const CORRELATION = `apr_${'a'.repeat(26)}.ntf_${'b'.repeat(26)}`;
const LINE = { hookUrl: HOOK, correlation: CORRELATION };
const ALL = [actionFor('approve'), actionFor('reject'), actionFor('claim')];

const minimal = (more: Partial<Message> = {}) =>
  aMessage({ title: 'Approval needed: a request (low risk)', fields: [], actions: ALL, riskLevel: 'low', ...more });
const said = (twiml: string) => [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, text]) => text!.replaceAll('&amp;', '&'));
const twimlOf = (message: Message) => ask(dialogueOf(message), LINE);

/** Keys in a call, as Twilio sends them. */
const keys = (digits: string, dialogue: Dialogue | null, more: Record<string, string> = {}): InboundRequest => ({
  method: 'POST',
  url: `${HOOK}?c=${CORRELATION}${dialogue === null ? '' : `&v=${writeDialogue(dialogue)}`}`,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  rawBody: Buffer.from(
    new URLSearchParams({
      CallSid: 'CA1',
      CallStatus: 'in-progress',
      Direction: 'outbound-api',
      To: '+14155550123',
      Digits: digits,
      ...more,
    }).toString(),
  ),
});
const menu = (more: Partial<Message> = {}) => dialogueOf(minimal(more));
const code = (more: Partial<Message> = {}): Dialogue => ({ ...menu(more), step: 'code' });
const heard = (items: readonly InboundItem[]) => said(answerVoice(HOOK, items, []).body!);

describe('a call', () => {
  it('says who calls and what about, and which keys there are', () => {
    expect(said(twimlOf(minimal()))).toEqual([
      'Holdpoint calls for Example & Sons. Approval needed: a request (low risk). An agent asks before it acts. Decide before 2026-11-22 13:00 UTC (in 60 minutes); after that it counts as not approved.',
      'Press 1 to take it on. Press 2 to hear it again. Press 4 to decide.',
    ]);
  });

  it('offers what may be said from it and no more', () => {
    expect(said(twimlOf(minimal({ actions: [actionFor('reject'), actionFor('claim')] })))[1]).toContain('Press 4 to reject it.');
    expect(said(twimlOf(minimal({ actions: [] })))[1]).toBe('Press 1 to confirm that you heard this. Press 2 to hear it again.');
  });

  it('never says the code before somebody asked to decide: it may be talking to a voicemail', () => {
    expect(twimlOf(minimal())).not.toContain(confirmationOf(menu()).split('').join(', '));
    expect(said(ask(code(), LINE))[0]).toContain(confirmationOf(menu()).split('').join(', '));
  });

  it('says a code digit by digit, and speaks the language of the message', () => {
    const twiml = twimlOf(minimal({ kind: 'verify', title: 'Ihr Code: 123456', lines: [], actions: [], wordsIn: 'de-AT' }));
    expect(said(twiml)[0]).toContain('1, 2, 3, 4, 5, 6');
    expect(twiml).toContain('<Say language="de-DE" voice="Polly.Vicki">');
  });

  it('holds nothing of the agent, and lets no text become an instruction', () => {
    const twiml = twimlOf(
      minimal({
        title: '</Say><Hangup/><Say>"&\u0000\ud800',
        organization: '<Dial>+1900</Dial>',
        fields: [{ label: 'Proposal', text: 'Refund', cut: false }],
      }),
    );
    expect(twiml).not.toMatch(/<Dial|Refund/);
    expect(twiml.match(/<Hangup/)).toBeNull();
    expect(twiml).toContain('&lt;Dial&gt;');
  });

  it('fits into what inline TwiML may have, is cut between whole characters and says so', () => {
    for (const character of ['x', '"', '&', '\\', 'ж', '語', '👩‍🚒', 'e\u0301'])
      for (const dialogue of [menu({ title: character.repeat(900) }), code({ title: character.repeat(900) })]) {
        const twiml = ask(dialogue, {
          hookUrl: `https://${'h'.repeat(200)}.test/channels/voice/${'a'.repeat(26)}`,
          correlation: CORRELATION,
        });
        expect(twiml.length).toBeLessThanOrEqual(4_000);
        expect(dialogue.text).toMatch(/ The rest is in the console\.$/);
        const repeated = dialogue.text
          .slice(dialogue.text.indexOf('Sons. ') + 6, -' The rest is in the console.'.length)
          .replace(/\.$/, '');
        expect(repeated.replaceAll(character, '')).toBe('');
      }
  });

  it('carries its own state, whatever it is', () => {
    const handle = fc.option(fc.constantFrom(handleFor('approve'), handleFor('reject')));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), handle, handle, fc.nat(9), (text, approve, reject, tries) => {
        const dialogue: Dialogue = { text, language: 'en', approve, reject, claim: null, step: 'code', tries };
        expect(readDialogue(writeDialogue(dialogue))).toEqual(dialogue);
      }),
    );
    for (const other of ['', 'x', 'W10', Buffer.from('{}').toString('base64url')]) expect(readDialogue(other)).toBeNull();
  });
});

describe('a key', () => {
  it('1 takes it on, tells that it was heard, and leaves room to decide', () => {
    const items = parseVoice(keys('1', menu()));
    expect(items).toMatchObject([
      { kind: 'press', inboundId: 'CA1:claim', identities: ['+14155550123'], handle: handleFor('claim') },
      { kind: 'receipt', inboundId: 'CA1:delivered', correlation: CORRELATION, status: 'delivered' },
    ]);
    const answer = answerVoice(HOOK, items, [{ outcome: 'done', text: 'It is yours.' }]);
    expect(said(answer.body!)).toEqual([
      'It is yours.',
      'Press 1 to confirm that you heard this. Press 2 to hear it again. Press 4 to decide.',
    ]);
  });

  it('1 where there is nothing to take on confirms that it was heard', () => {
    const items = parseVoice(keys('1', menu({ actions: [] })));
    expect(items.map(({ kind }) => kind)).toEqual(['ignored', 'receipt']);
    expect(answerVoice(HOOK, items, []).body).toContain('<Hangup/>');
  });

  it.each([
    ['2', 'Holdpoint calls for Example & Sons'],
    ['3', 'A call cannot pass it on. Escalate it in the console.'],
    ['4', 'Enter the code, and after it 1 to approve, or 2 to reject.'],
    ['9', 'This key means nothing here.'],
    ['#', 'This key means nothing here.'],
  ])('%s says on: %s', (key, words) => {
    const items = parseVoice(keys(key, menu()));
    expect(items.some(({ kind }) => kind === 'press')).toBe(false);
    expect(heard(items).join(' ')).toContain(words);
  });

  it('4 decides nothing where nothing may be decided', () => {
    expect(heard(parseVoice(keys('4', menu({ actions: [actionFor('claim')] }))))[0]).toBe('This key means nothing here.');
  });

  it('decides after the code only', () => {
    const right = confirmationOf(menu());
    expect(parseVoice(keys(`${right}1`, code()))[0]).toMatchObject({
      kind: 'press',
      inboundId: 'CA1:approve',
      handle: handleFor('approve'),
    });
    expect(parseVoice(keys(`${right}2`, code()))[0]).toMatchObject({ kind: 'press', handle: handleFor('reject'), note: REJECTION_NOTE });
    const wrong = right === '0000' ? '0001' : '0000';
    const approveOnly = code({ actions: [actionFor('reject')] });
    for (const [digits, dialogue] of [
      [`${wrong}1`, code()],
      [`${right}3`, code()],
      [right, code()],
      ['1', code()],
      [`${right}1`, menu()],
      [`${confirmationOf(approveOnly)}1`, approveOnly],
    ] as const)
      expect(parseVoice(keys(digits, dialogue)).some(({ kind }) => kind === 'press')).toBe(false);
    expect(heard(parseVoice(keys(`${wrong}1`, code())))[0]).toContain('Nothing was decided');
  });

  it('pressed too often ends the call', () => {
    const items = parseVoice(keys('9', { ...menu(), tries: TRIES_MAX }));
    expect(answerVoice(HOOK, items, []).body).toContain('<Hangup/>');
  });

  it('says what became of it, and admits where that is not known', () => {
    const items = parseVoice(keys(`${confirmationOf(menu())}1`, code()));
    expect(said(answerVoice(HOOK, items, [{ outcome: 'refused', text: 'Bo has decided it.' }]).body!)).toEqual(['Bo has decided it.']);
    expect(heard(items)).toEqual(['It was received. The console shows what became of it.']);
  });

  it.each(SENTENCE_LANGUAGES)('in %s is answered in the language of the call, by somebody who speaks it', wordsIn => {
    const { call } = sentencesIn(wordsIn);
    const answered = (digits: string, dialogue: Dialogue) => answerVoice(HOOK, parseVoice(keys(digits, dialogue)), []).body ?? '';
    const spoken = [
      [answered('9', menu({ wordsIn })), call.unknownKey],
      [answered('3', menu({ wordsIn })), call.cannotPassOn],
      [answered('00', code({ wordsIn })), call.notTheCode],
      [answered('', menu({ wordsIn })), `${call.nothingPressed} ${call.goodbye}`],
      [answered('1', menu({ wordsIn, actions: [] })), `${call.thanks} ${call.goodbye}`],
      [answered('1', menu({ wordsIn })), call.received],
    ] as const;
    const ours = /<Say (?:language="(..)-..")(?: voice="([^"]*)")?>/g;
    for (const [body, first] of spoken) {
      expect(said(body)[0]).toBe(first);
      const speeches = [...body.matchAll(ours)];
      expect(speeches).toHaveLength(said(body).length);
      expect(new Set(speeches.map(([, language]) => language))).toEqual(new Set([wordsIn]));
      expect(new Set(speeches.map(([, , by]) => by !== undefined))).toEqual(new Set([wordsIn !== 'en']));
    }
    if (wordsIn !== 'en') expect(Object.values(call).filter(text => Object.values(sentencesIn('en').call).includes(text))).toEqual([]);
  });

  it('is told what became of it by somebody who speaks the language that is in', () => {
    const items = parseVoice(keys('1', menu({ wordsIn: 'fr-CA' })));
    expect(items[0]).toMatchObject({ kind: 'press', wordsIn: 'fr-CA' });
    const body = (outcome: Outcome) => answerVoice(HOOK, items, [outcome]).body ?? '';
    const taken = body({ outcome: 'done', text: 'Vous vous en chargez maintenant.', wordsIn: 'fr' });
    expect(taken).toContain('<Say language="fr-CA" voice="Polly.Chantal">Vous vous en chargez maintenant.</Say>');
    // The decider's own words are English.
    expect(body({ outcome: 'refused', text: 'Bo has decided it.' })).toContain('<Say language="en-US">Bo has decided it.</Say>');
  });

  it('pressed by a machine is none', () => {
    for (const by of ['machine_start', 'machine_end_beep', 'fax']) {
      const items = parseVoice(keys('1', menu(), { AnsweredBy: by }));
      expect(items).toMatchObject([{ kind: 'ignored' }, { kind: 'receipt', status: 'failed', failure: { code: 'machine' } }]);
    }
    expect(parseVoice(keys('1', menu(), { AnsweredBy: 'human' }))[0]).toMatchObject({ kind: 'press' });
  });

  it('counts only in calls that we placed, by the number that we called', () => {
    const inbound = parseVoice(keys('1', menu(), { Direction: 'inbound', From: '+14155550123', To: '+14155550100' }));
    expect(inbound).toMatchObject([{ kind: 'ignored' }]);
    expect(heard(inbound)).toEqual(['This number only places calls. Goodbye.']);
    expect(parseVoice(keys('1', menu(), { To: 'client:ada' }))).toMatchObject([{ kind: 'ignored' }]);
    expect(parseVoice(keys('1', null))).toMatchObject([{ kind: 'ignored' }]);
  });
});

describe('the end of a call', () => {
  it.each([
    ['busy', {}, 'retryable', 'busy'],
    ['no-answer', {}, 'retryable', 'no-answer'],
    ['canceled', {}, 'retryable', 'canceled'],
    ['completed', {}, 'retryable', 'completed'],
    ['failed', {}, 'retryable', 'failed'],
    ['failed', { SipResponseCode: '503' }, 'retryable', 'failed'],
    ['failed', { SipResponseCode: '404' }, 'recipient_gone', 'failed'],
    ['failed', { SipResponseCode: '604' }, 'recipient_gone', 'failed'],
    ['failed', { ErrorCode: '13227' }, 'config', '13227'],
    ['failed', { ErrorCode: '13224' }, 'recipient_gone', '13224'],
  ] as const)('%s %j is a failure: %s', (status, more, expected, named) => {
    expect(parseVoice(keys('', null, { CallStatus: status, ...more }))).toMatchObject([
      { kind: 'receipt', inboundId: `CA1:${status}`, status: 'failed', failure: { class: expected, code: named } },
    ]);
  });

  it.each(['initiated', 'ringing', 'in-progress'])('is not yet told by %s', status => {
    expect(parseVoice(keys('', null, { CallStatus: status }))).toMatchObject([{ kind: 'ignored' }]);
  });
});

describe('what Twilio sends', () => {
  it.each(samplesOf('voice').map(sample => [sample.name, sample] as const))('%s', (_, sample) => {
    expect(parseVoice(requestOf(sample))).toMatchObject(sample.items);
  });
});

describe('the settings', () => {
  const account = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'x'.repeat(32), from: '+14155550100' };
  it('are an account and a number of it', () => {
    expect(voice.config.parse(account)).toMatchObject({ ringSec: 25, detectMachines: true, apiUrl: 'https://api.twilio.com' });
    for (const wrong of [{ from: '12345' }, { ringSec: 1 }, { apiKeySid: `SK${'1'.repeat(32)}` }])
      expect(voice.config.safeParse({ ...account, ...wrong }).success).toBe(false);
  });
});
