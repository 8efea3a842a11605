import { describe, expect, it } from 'vitest';
import type { EscalationPolicy, WorkingHours } from '@holdpoint/contracts';
import { openPastSettings, type PastSetting } from './backtest-settings.ts';

const noon = '2026-10-01T12:00:00.000Z';
const everyone = { kind: 'organization' as const };
const only = (agentId: string) => ({ kind: 'agent' as const, agentId });
const engaged = (scope: { kind: 'organization' } | { kind: 'agent'; agentId: string }, reason: string): PastSetting => ({
  type: 'KillSwitchEngaged',
  data: { scope, reason, by: 'opr_olga', at: noon },
});
const released = (scope: { kind: 'organization' } | { kind: 'agent'; agentId: string }): PastSetting => ({
  type: 'KillSwitchReleased',
  data: { scope, by: 'opr_olga', at: noon },
});
const band = { agentId: 'agt_shop', tool: 'refund', band: { from: 10, to: 25 } };
const after = (...events: PastSetting[]) => {
  const settings = openPastSettings();
  for (const event of events) settings.take(event);
  return (agentId = 'agt_shop') => settings.contextOf(agentId, noon);
};

describe('settings as they were', () => {
  it('are none where nothing was set: nothing is stopped, and no hours are kept', () => {
    const context = after()();
    expect(context).toMatchObject({ now: noon, killSwitch: null, returnedBands: [], workingHours: null });
    expect(context.escalation('support')).toBeNull();
  });

  it('stop the agent a switch was thrown for, and no other, until it was released', () => {
    const context = after(engaged(only('agt_shop'), 'odd'));
    expect(context().killSwitch).toEqual({ reason: 'odd', by: 'opr_olga', at: noon });
    expect(context('agt_other').killSwitch).toBeNull();
    expect(after(engaged(only('agt_shop'), 'odd'), released(only('agt_other')))().killSwitch).toMatchObject({ reason: 'odd' });
    expect(after(engaged(only('agt_shop'), 'odd'), released(only('agt_shop')))().killSwitch).toBeNull();
  });

  it('stop every agent while the switch of the organisation is thrown, whatever their own says', () => {
    const both = [engaged(only('agt_shop'), 'odd'), engaged(everyone, 'fire')];
    expect(after(...both)().killSwitch).toMatchObject({ reason: 'fire' });
    expect(after(...both)('agt_other').killSwitch).toMatchObject({ reason: 'fire' });
    expect(after(...both, released(everyone))().killSwitch).toMatchObject({ reason: 'odd' });
    expect(after(...both, released(everyone))('agt_other').killSwitch).toBeNull();
  });

  it('keep the working hours set last', () => {
    const hours = (from: string): WorkingHours => ({ timeZone: 'UTC', windows: [{ days: [1], from, to: '17:00' }], holidays: [] });
    const set = (workingHours: WorkingHours | null) =>
      ({ type: 'WorkingHoursSet', data: { workingHours, by: 'opr_olga', at: noon } }) as PastSetting;
    expect(after(set(hours('08:00')), set(hours('09:00')))().workingHours).toEqual(hours('09:00'));
    expect(after(set(hours('08:00')), set(null))().workingHours).toBeNull();
  });

  it('find the newest version of an escalation policy by its id', () => {
    const document: EscalationPolicy = { id: 'support', levels: [], claimTimeoutSec: 300, exhaustedAfterSec: 300, onExhausted: 'expire' };
    const published = (version: number) =>
      ({
        type: 'EscalationPolicyPublished',
        data: { escalationId: 'support', version, document, by: 'opr_olga', at: noon },
      }) as PastSetting;
    const context = after(published(1), published(2))();
    expect(context.escalation('support')).toEqual({ version: 2, document });
    expect(context.escalation('sales')).toBeNull();
  });

  it('hold the bands people took back, each until it is released', () => {
    const other = { ...band, band: { from: 25, to: 50 } };
    const returned = (of: typeof band): PastSetting => ({
      type: 'BandReturnedToReview',
      data: { ...of, sampled: 20, rejected: 6, at: noon },
    });
    const free = (of: typeof band): PastSetting => ({ type: 'BandReleased', data: { ...of, by: 'opr_olga', at: noon } });
    expect(after(returned(band), returned(other), returned(band))().returnedBands).toEqual([band, other]);
    expect(after(returned(band), returned(other), free(band))().returnedBands).toEqual([other]);
    expect(after(returned(band), free(other))().returnedBands).toEqual([band]);
  });

  it('are never guessed from an event they know nothing of', () => {
    expect(() => after({ type: 'SomethingElse', data: {} } as unknown as PastSetting)).toThrow(/unknown setting .*SomethingElse/);
  });
});
