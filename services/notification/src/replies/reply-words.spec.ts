import { REPLY_REFUSALS } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { replyCommandOf } from '../channels/reply-command.ts';
import { refusalWords, takenWords, TRY_AGAIN, UNCLEAR, WHY_REJECTED, WRONG_CODE } from './reply-words.ts';

const ALL = [
  ...REPLY_REFUSALS.map(refusalWords),
  refusalWords('something new'),
  ...Object.values(UNCLEAR),
  TRY_AGAIN,
  WHY_REJECTED,
  WRONG_CODE,
  takenWords('claim', 'pending'),
  ...(['approve', 'reject'] as const).flatMap(verb =>
    (['pending', 'approved', 'modified', 'rejected', 'expired', 'withdrawn'] as const).map(status => takenWords(verb, status)),
  ),
];

describe('what people are told about their answers', () => {
  it('is short enough for a text message and never a command itself', () => {
    for (const words of ALL) {
      expect(words.length).toBeLessThanOrEqual(150);
      expect(replyCommandOf(words).kind).not.toBe('command');
    }
  });

  it('says what became of it, also when it went on since', () => {
    expect(takenWords('approve', 'approved')).toBe('Approved. The agent may go on.');
    expect(takenWords('approve', 'pending')).toContain('Others have to answer too');
    expect(takenWords('approve', 'rejected')).toContain('In the end it was rejected');
    expect(takenWords('reject', 'rejected')).toBe('Rejected. The agent may not do it.');
  });

  it('says what to do when it was not taken', () => {
    for (const reason of REPLY_REFUSALS.filter(one => one !== 'expired')) expect(refusalWords(reason)).toMatch(/console/);
  });
});
