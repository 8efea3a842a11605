import type { DecisionCeiling, DecisionChannel, RiskLevel } from '@holdpoint/contracts';
import { evaluation, givenAfter, hashOf, noonPlus, ordinarily, person, refund, refundRequested } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import type { ApprovalCommand } from './index.ts';

const ada = person('ada', 'operator');
const cleo = person('cleo', 'senior');
const opened = (riskLevel: RiskLevel) =>
  givenAfter(
    { type: 'RequestApproval', requested: refundRequested({ riskLevel }) },
    { type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now: noonPlus(1) },
  );
const by = (ceiling: DecisionCeiling | undefined, channel: DecisionChannel = 'sms', who = ada) => ({
  ...ordinarily,
  by: who,
  channel,
  now: noonPlus(10),
  ...(ceiling === undefined ? {} : { ceiling }),
});
const edited: Pick<Extract<ApprovalCommand, { type: 'Modify' }>, 'action' | 'actionHash' | 'evaluation'> = {
  action: refund(20),
  actionHash: hashOf(refund(20)),
  evaluation: evaluation(),
};

describe('a channel with a ceiling', () => {
  it.each([
    ['low', 'low'],
    ['low', 'medium'],
    ['high', 'high'],
    ['critical', 'critical'],
    ['critical', undefined],
  ] as const)('approves %s risk under a ceiling of %s', (riskLevel, ceiling) => {
    opened(riskLevel)
      .when({ type: 'Approve', ...by(ceiling) })
      .thenEvents('StepApproved', 'ApprovalGranted');
  });

  it.each([
    ['low', 'none'],
    ['medium', 'low'],
    ['high', 'medium'],
    ['critical', 'high'],
  ] as const)('does not approve %s risk under a ceiling of %s, and leads to the console', (riskLevel, ceiling) => {
    const refused = opened(riskLevel)
      .when({ type: 'Approve', ...by(ceiling) })
      .thenRefused('channel_ceiling');
    expect(refused.detail).toContain(ceiling === 'none' ? 'nothing can be approved' : `only ${ceiling} risk can be approved`);
    expect(refused.detail).toContain('open the console');
  });

  it('counts what goes to seniors, or what the rules advise against, as high, whatever the agent says', () => {
    for (const verdict of ['ESCALATE_SENIOR', 'LIKELY_REJECT'] as const)
      givenAfter(
        { type: 'RequestApproval', requested: refundRequested({ riskLevel: 'low' }) },
        { type: 'ApplyGate', ...ordinarily, evaluation: evaluation({ verdict }), now: noonPlus(1) },
      )
        .when({ type: 'Approve', ...by('medium', 'telegram', cleo) })
        .thenRefused('channel_ceiling');
  });

  it('neither edits nor breaks the glass above it', () => {
    opened('high')
      .when({ type: 'Modify', ...by('low'), ...edited })
      .thenRefused('channel_ceiling');
    opened('high')
      .when({ type: 'Bypass', ...by('low', 'slack', cleo), reason: 'fire' })
      .thenRefused('channel_ceiling');
    opened('high')
      .when({ type: 'Bypass', ...by('high', 'slack', cleo), reason: 'fire' })
      .thenEvents('GateBypassed', 'ApprovalGranted', 'AfterReviewOpened');
  });

  it('rejects any risk and takes claims', () => {
    opened('critical')
      .when({ type: 'Reject', ...by('none') })
      .thenEvents('StepRejected', 'ApprovalRejected');
    opened('critical')
      .when({ type: 'Claim', ...by('none') })
      .thenEvents('ApprovalClaimed');
  });

  it('says first who may not decide at all', () => {
    opened('high')
      .when({ type: 'Approve', ...by('low', 'sms', person('vera', 'viewer')) })
      .thenRefused('not_eligible');
  });

  it('leaves a refused try on record', () => {
    const detail = 'By sms only low risk can be approved here.';
    opened('high')
      .when({ type: 'RecordRefusal', by: ada, channel: 'sms', now: noonPlus(10), verb: 'approve', code: 'channel_ceiling', detail })
      .thenEvents({ type: 'DecisionRefused', data: { code: 'channel_ceiling', channel: 'sms' } });
  });
});
