import type { JsonObject } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf } from '../../dev/sample-approvals.ts';
import { SAMPLES } from '../../dev/samples.ts';
import { askedAction, changesSinceAsked, GATE_TOOL } from './asked-action.ts';

const detail = () => {
  const [, refund] = SAMPLES;
  if (refund === undefined) throw new Error('the refund sample is missing');
  return detailOf(refund, 1, Date.parse('2026-11-22T12:00:00.000Z'));
};

describe('an action somebody edited', () => {
  it('shows what changed since the agent asked, also while it waits for a second person', () => {
    const edited = detail();
    edited.effectiveAction = { name: 'issue_refund', args: { ...edited.effectiveAction.args, amount: 200 } };
    expect(changesSinceAsked(edited)).toEqual([{ kind: 'changed', pointer: '/amount', before: 245, after: 200 }]);
    expect(changesSinceAsked(detail())).toEqual([]);
  });

  it('is compared with the gate tool’s own arguments when no action was sent', () => {
    const gateOnly = detail();
    gateOnly.action = null;
    gateOnly.effectiveAction = { name: GATE_TOOL, args: { ...(gateOnly.arguments as JsonObject), entityId: 'order B-1' } };
    expect(askedAction(gateOnly)).toEqual({ name: GATE_TOOL, args: gateOnly.arguments });
    expect(changesSinceAsked(gateOnly)).toEqual([{ kind: 'changed', pointer: '/entityId', before: 'order A-4711', after: 'order B-1' }]);
  });
});
