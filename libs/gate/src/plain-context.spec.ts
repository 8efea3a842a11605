import { describe, expect, it } from 'vitest';
import { plainContext } from './plain-context.ts';

describe('a plain context', () => {
  it('is noon of a Monday at Greenwich, with nothing stopped, taken back, sampled or known', () => {
    const context = plainContext();
    expect(context).toMatchObject({ now: '2026-11-23T12:00:00.000Z', random: 1, workingHours: null, killSwitch: null, returnedBands: [] });
    expect(context).not.toHaveProperty('history');
    expect(context.escalation('support')).toBeNull();
  });

  it('is changed in what is named', () => expect(plainContext({ random: 0 })).toMatchObject({ random: 0, killSwitch: null }));
});
