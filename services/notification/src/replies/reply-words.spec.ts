import { REPLY_REFUSALS } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { SENTENCE_LANGUAGES } from '../channels/own-sentences.ts';
import { replyCommandOf } from '../channels/reply-command.ts';
import { answerText } from '../channels/sms/render.ts';
import { refusalWords, replyWordsIn, takenWords, tooEarlyWords, type ReplyWords } from './reply-words.ts';

const ENGLISH = replyWordsIn('en');
const SINCE = '2026-11-22T12:10:00.000Z';

/** Whatever can be said, in an order of its own. */
const allOf = (words: ReplyWords): string[] => [
  ...REPLY_REFUSALS.map(reason => refusalWords(words, reason)),
  refusalWords(words, 'something new'),
  tooEarlyWords(words, SINCE),
  ...Object.values(words.unclear),
  words.tryAgain,
  words.whyRejected,
  words.wrongCode,
  words.erased,
  ...Object.values(words.enrolment.refusals),
  words.enrolment.linked('Ada'),
  takenWords(words, 'claim', 'pending'),
  ...(['approve', 'reject'] as const).flatMap(verb =>
    (['pending', 'approved', 'modified', 'rejected', 'expired', 'withdrawn'] as const).map(status => takenWords(words, verb, status)),
  ),
];

describe.each(SENTENCE_LANGUAGES)('what people are told about their answers in %s', language => {
  const words = replyWordsIn(language);

  it('fits into one text message, whole, and is never a command itself', () => {
    expect(words.language).toBe(language);
    for (const text of allOf(words)) {
      expect(answerText(text), text).not.toMatch(/\.\.\.$|\?.*\?/);
      expect(replyCommandOf(text).kind).toBe('none');
    }
  });

  it('is in words of that language, every one of them', () => {
    if (language === 'en') return;
    const english = new Set(allOf(ENGLISH));
    expect(allOf(words).filter(text => english.has(text))).toEqual([]);
    expect(allOf(words)).toHaveLength(allOf(ENGLISH).length);
  });

  it('says what to do when it was not taken, and how to write it', () => {
    for (const reason of REPLY_REFUSALS.filter(one => one !== 'expired')) expect(refusalWords(words, reason)).toMatch(/[ck]onsol/i);
    expect(tooEarlyWords(words, SINCE)).toContain('2026-11-22 12:10 UTC');
    expect(words.unclear.no_code).toMatch(/\bA\b.*\bR\b/);
    for (const character of '0O1IL') expect(words.unclear.look_alike).toMatch(new RegExp(`\\b${character}\\b`));
  });
});

describe('what people are told about their answers', () => {
  it('says what became of it, also when it went on since', () => {
    expect(takenWords(ENGLISH, 'approve', 'approved')).toBe('Approved. The agent may go on.');
    expect(takenWords(ENGLISH, 'approve', 'modified')).toBe('Approved with changes. The agent may go on.');
    expect(takenWords(ENGLISH, 'approve', 'pending')).toContain('Others have to answer too');
    expect(takenWords(ENGLISH, 'approve', 'rejected')).toBe('Your approval was taken. In the end it was rejected.');
    expect(takenWords(ENGLISH, 'reject', 'rejected')).toBe('Rejected. The agent may not do it.');
    expect(takenWords(ENGLISH, 'reject', 'approved')).toBe('Your rejection was taken. In the end it was approved.');
  });

  it('is English for whoever reads something else', () => {
    expect(replyWordsIn('pl')).toBe(ENGLISH);
    expect(replyWordsIn('pt-BR').language).toBe('pt');
  });
});
