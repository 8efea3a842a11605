import { describe, expect, it } from 'vitest';
import { BACKTEST_OPENS, meansSomething } from './backtest-events.ts';

describe('what a backtest reads of a log', () => {
  it('is opened where the exact call, what was approved instead, or a setting stands in it', () => {
    expect([...BACKTEST_OPENS].sort()).toEqual([
      'ActionModified',
      'ApprovalGrantedWithChanges',
      'ApprovalRequested',
      'BandReleased',
      'BandReturnedToReview',
      'EscalationPolicyPublished',
      'KillSwitchEngaged',
      'KillSwitchReleased',
      'WorkingHoursSet',
    ]);
  });

  it.each([
    ['the request', 'ApprovalRequested'],
    ["the gate's word", 'GateEvaluated'],
    ['when people were asked', 'ReviewStepOpened'],
    ['a look afterwards', 'AfterReviewed'],
    ['an end that people gave it', 'ApprovalGranted'],
    ['an end that nobody gave it', 'ApprovalExpired'],
    ['a setting', 'WorkingHoursSet'],
  ])('holds %s', (_, type) => expect(meansSomething(type)).toBe(true));

  it.each([
    ['a remark', 'CommentAdded'],
    ['a lease', 'ApprovalClaimed'],
  ])('leaves out %s', (_, type) => expect(meansSomething(type)).toBe(false));
});
