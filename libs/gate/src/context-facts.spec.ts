import { describe, expect, it } from 'vitest';
import type { GatePolicy } from '@holdpoint/contracts';
import { refund, refundRequested } from '@holdpoint/testing';
import { defaultPolicy, evaluateUnder, plainContext, type GateContext } from './index.ts';

const under = (when: string, parts: Partial<GatePolicy> = {}, context: Partial<GateContext> = {}) =>
  evaluateUnder(
    {
      version: 1,
      document: { ...defaultPolicy(), rules: [{ name: 'tried', when, verdict: 'LIKELY_REJECT', explain: 'Tried.' }], ...parts },
    },
    { requested: refundRequested(), action: refund(245), edited: false },
    plainContext(context),
  );
const history: GatePolicy['history'] = {
  asked: { measure: 'count', by: ['agent'], of: 'requested', windowSec: 60 },
  spent: { measure: 'sum', by: ['agent'], of: 'approved', windowSec: 60 },
};

describe('what a rule reads beside the request', () => {
  it('is the time at Greenwich where the policy names no zone', () => {
    const now = '2026-11-23T12:34:00.000Z';
    expect(under('time.hour == 12', {}, { now })).toMatchObject({ verdict: 'LIKELY_REJECT', facts: { time: { hour: 12, minute: 34 } } });
    expect(under('time.hour == 13', { timeZone: 'Europe/Berlin' }, { now }).verdict).toBe('LIKELY_REJECT');
  });

  it('is not recorded where no rule reads it', () => {
    const { facts } = under('amount > 1');
    expect(facts).not.toHaveProperty('time');
    expect(facts).not.toHaveProperty('history');
  });

  it('is the history the policy declares, each fact by its name', () => {
    const value: GateContext['history'] = (_, name) => (name === 'asked' ? 3 : 7);
    expect(under('history.asked == 3', { history }, { history: value })).toMatchObject({
      verdict: 'LIKELY_REJECT',
      problems: [],
      facts: { history: { asked: 3, spent: 7 } },
    });
  });

  it('is a problem where history is not known, and a person decides', () => {
    expect(under('history.asked > 3', { history })).toMatchObject({
      verdict: 'HUMAN_REVIEW',
      facts: { history: {} },
      problems: ['history.asked is not known', 'history.spent is not known', expect.stringMatching(/^rule "tried" could not be evaluated/)],
    });
    const one: GateContext['history'] = (_, name) => (name === 'asked' ? 4 : null);
    expect(under('history.asked > 3', { history }, { history: one })).toMatchObject({
      facts: { history: { asked: 4 } },
      problems: ['history.spent is not known'],
    });
  });
});
