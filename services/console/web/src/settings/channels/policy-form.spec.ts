import type { ChannelPolicy } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { policyOf, typedPolicy } from './policy-form.ts';

const policy: ChannelPolicy = {
  ceilings: { sms: 'none', slack: 'high' },
  unitsPerDayMax: { sms: 500 },
  alertsPerMinuteMax: 6,
  redactPaths: ['/card', '/customer/email'],
};

describe('the limits of channels', () => {
  it('come back as they were', () => {
    expect(policyOf(typedPolicy(policy))).toEqual(policy);
    expect(policyOf(typedPolicy({ ...policy, coolDownSec: 0 }))).toEqual({ ...policy, coolDownSec: 0 });
  });

  it('leave out what is left to the default, and send what is no number for the API to name', () => {
    const typed = { ...typedPolicy(policy), ceilings: { sms: '' as const }, unitsPerDayMax: { sms: ' ', voice: 'many' } };
    expect(policyOf({ ...typed, alertsPerMinuteMax: 'six', redactPaths: ' /card \n\n' })).toEqual({
      ceilings: {},
      unitsPerDayMax: { voice: 'many' },
      alertsPerMinuteMax: 'six',
      redactPaths: ['/card'],
    });
  });
});
