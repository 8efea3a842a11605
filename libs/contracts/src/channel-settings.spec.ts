import { describe, expect, it } from 'vitest';
import { ceilingOf, channelPolicy, DEFAULT_CEILINGS } from './channel-settings.ts';
import { alertChannel } from './delivery-events.ts';

describe('what a channel may approve', () => {
  it('is little by default where little proves who speaks, and what the organisation says otherwise', () => {
    expect(Object.keys(DEFAULT_CEILINGS).toSorted()).toEqual(alertChannel.options.toSorted());
    const policy = channelPolicy.parse({ ceilings: { telegram: 'none', sms: 'medium' } });
    expect(ceilingOf(channelPolicy.parse({}), 'telegram')).toBe('medium');
    expect(ceilingOf(policy, 'telegram')).toBe('none');
    expect(ceilingOf(policy, 'sms')).toBe('medium');
    expect(ceilingOf(policy, 'email')).toBe('low');
  });

  it('is everything in the console and its API', () => {
    const policy = channelPolicy.parse({ ceilings: { inbox: 'none' } });
    expect([ceilingOf(policy, 'console'), ceilingOf(policy, 'api')]).toEqual(['critical', 'critical']);
  });
});
