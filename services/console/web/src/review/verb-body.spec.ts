import { describe, expect, it } from 'vitest';
import { EMPTY_DRAFT, missingIn, verbBodyOf } from './verb-body.ts';

const action = { name: 'issue_refund', args: { amount: 1 } };
const until = '2026-11-23T12:00:00.000Z';
const draft = { ...EMPTY_DRAFT, note: ' Sure? ', reasonCode: 'fraud', to: ['opr_ben'], until };

describe('the body of a verb', () => {
  it('has what the verb takes and nothing else', () => {
    expect(verbBodyOf('approve', draft, action)).toEqual({ note: 'Sure?' });
    expect(verbBodyOf('ask', draft, action)).toEqual({ note: 'Sure?' });
    expect(verbBodyOf('reject', draft, action)).toEqual({ note: 'Sure?', reasonCode: 'fraud' });
    expect(verbBodyOf('modify', draft, action)).toEqual({ note: 'Sure?', action });
    expect(verbBodyOf('delegate', draft, action)).toEqual({ note: 'Sure?', to: ['opr_ben'] });
    expect(verbBodyOf('reassign', draft, action)).toEqual({ to: ['opr_ben'] });
    expect(verbBodyOf('snooze', draft, action)).toEqual({ until });
    expect(verbBodyOf('extend', draft, action)).toEqual({ until });
  });

  it('is not sent while something is missing', () => {
    for (const verb of ['comment', 'ask', 'bypass', 'delegate', 'reassign', 'snooze', 'extend'] as const)
      expect(missingIn(verb, EMPTY_DRAFT, false)).not.toBeNull();
    expect(missingIn('approve', EMPTY_DRAFT, true)).toBeNull();
    expect(missingIn('reject', EMPTY_DRAFT, false)).toBeNull();
    expect(missingIn('reject', EMPTY_DRAFT, true)).toBe('Choose a reason or write a note.');
    expect(missingIn('bypass', draft, false)).toBe('Confirm that you know what this does.');
    expect(missingIn('bypass', { ...draft, understood: true }, false)).toBeNull();
  });
});
