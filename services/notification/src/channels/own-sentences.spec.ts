import { describe, expect, it } from 'vitest';
import { actionFor, aMessage } from './a-message.fixture.ts';
import { composeMessage, type Alert } from '../compose-message.ts';
import { SENTENCE_LANGUAGES, sentencesIn } from './own-sentences.ts';
import { replyCommandOf } from './reply-command.ts';
import { segmentsOf } from './sms/gsm7.ts';
import { renderSms, SEGMENTS_MAX } from './sms/render.ts';
import { dialogueOf } from './voice/dialogue.ts';
import { ask } from './voice/twiml.ts';

/** Words of an organisation, in its language. */
const alert: Alert = {
  kind: 'request',
  approvalId: `apr_${'a'.repeat(26)}`,
  organization: 'Nordwind',
  operatorName: 'Ada',
  riskLevel: 'low',
  text: { actionName: 'issue_refund', proposedAction: '', entityId: '', contextSummary: '' },
  expiresAt: '2026-11-22T13:00:00.000Z',
  escalateAt: null,
  at: '2026-11-22T12:00:00.000Z',
  link: { label: 'Look', url: 'https://approvals.example.test/approvals/apr_a' },
};
const capabilities = { contentLevel: 'minimal' as const, textCharsMax: 400, actionsMax: 3 };
const composed = (language: string, template: { title: string; lines: string[] } | null) =>
  composeMessage(alert, {
    capabilities,
    template,
    language,
    actions: [actionFor('approve'), actionFor('reject'), actionFor('claim')],
    replyCode: 'K7Q2M',
    secrets: [],
  });
const GERMAN = { title: 'Freigabe nötig: {risk}', lines: ['Bis {deadline}.'] };
const says = (twiml: string) =>
  [...twiml.matchAll(/<Say language="([^"]*)"(?: voice="[^"]*")?>([^<]*)<\/Say>/g)].map(([, language, text]) => [language, text]);

describe('sentences of a channel’s own', () => {
  it('are in the language of the words beside them, in a text message and in a call', () => {
    const message = composed('de-AT', GERMAN);
    expect(renderSms(message).body.split('\n').slice(1, 3)).toEqual([
      'Bis 2026-11-22 13:00 UTC.',
      'Code K7Q2M. Antwort A + Code gibt frei, R + Code + Grund lehnt ab.',
    ]);
    const dialogue = dialogueOf(message);
    const line = { hookUrl: 'https://approvals.example.test/channels/voice/a', correlation: null };
    const said = says(ask(dialogue, line));
    expect(said.map(([language]) => language)).toEqual(['de-DE', 'de-DE']);
    expect(said[0]?.[1]).toMatch(/^Holdpoint ruft für Nordwind an\. Freigabe nötig/);
    expect(said[1]?.[1]).toContain('Drücken Sie die 4, um zu entscheiden.');
    expect(says(ask({ ...dialogue, step: 'code', reject: null }, line))[0]?.[1]).toMatch(/danach die 1 zum Freigeben\./);
  });

  it('stay English where the words are: nobody hears English read as German, or German beside it', () => {
    const message = composed('de-AT', null);
    expect(renderSms(message).body).toContain('Reply A + code to approve');
    const line = { hookUrl: 'https://approvals.example.test/channels/voice/a', correlation: null };
    expect(says(ask(dialogueOf(message), line)).map(([language]) => language)).toEqual(['en-US', 'en-US']);
  });

  it('are English beside words in a language they are not in', () => {
    expect(sentencesIn('pl')).toBe(sentencesIn('en'));
    expect(sentencesIn('pt-BR')).toBe(sentencesIn('pt'));
    const line = { hookUrl: 'https://approvals.example.test/channels/voice/a', correlation: null };
    expect(says(ask(dialogueOf(composed('pl', GERMAN)), line)).map(([language]) => language)).toEqual(['pl-PL', 'en-US']);
  });

  it.each(SENTENCE_LANGUAGES)('in %s name the same keys and codes, fit, and are no command when they come back quoted', wordsIn => {
    const sentences = sentencesIn(wordsIn);
    const { heard, takeOn, again, reject, decide } = sentences.key;
    expect([heard, takeOn, again, reject, decide].map(text => /\d/.exec(text)?.[0])).toEqual(['1', '1', '2', '4', '4']);
    const both = sentences.enterCode('1, 2, 3, 4', { approve: true, reject: true });
    expect(both.split('1, 2, 3, 4')).toHaveLength(3);
    expect(both.split('1, 2, 3, 4')[1]).toMatch(/1.*2/);
    expect(sentences.enterCode('9', { approve: true, reject: false })).not.toContain('2');
    expect(sentences.enterCode('9', { approve: false, reject: true })).not.toContain('1');
    for (const replyVerbs of [['approve', 'reject'], ['reject']] as const) {
      const { body, segments } = renderSms(aMessage({ wordsIn, fields: [], actions: [], replyCode: 'K7Q2M', replyVerbs }));
      expect(segments).toBeLessThanOrEqual(SEGMENTS_MAX);
      expect(segmentsOf(body)).toBe(segments);
      expect(body).toMatch(/R \+/);
      expect(body.includes('A + ')).toBe(replyVerbs.length === 2);
      const words = body.split(/(?<=\s)/);
      words.forEach((_, from) => expect(replyCommandOf(words.slice(from).join('')).kind, words.slice(from).join('')).not.toBe('command'));
    }
  });
});
