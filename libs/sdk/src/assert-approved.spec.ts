import { describe, expect, it } from 'vitest';
import { assertApproved } from './assert-approved.ts';
import type { Decision, ReceiptClaims } from './decision.ts';
import { actionHash } from './hashes.ts';
import { NotApproved } from './read-approval.ts';

const args = { amount: 245, currency: 'USD' };
const approvedActionHash = actionHash({ tool: 'issue_refund', args });
const now = '2026-11-22T10:00:00.000Z';
const decision = (more: Partial<Decision> = {}): Decision => ({
  version: 1,
  approvalId: 'apr_a',
  decision: 'approved',
  approved: true,
  final: true,
  by: { kind: 'operator', id: 'opr_a' },
  channel: 'console',
  note: null,
  decidedAt: '2026-11-22T09:59:00.000Z',
  approvedUntil: '2026-11-22T10:14:00.000Z',
  policy: null,
  steps: [],
  binding: { alg: 'sha256-jcs', actionHash: approvedActionHash, bindingHash: 'b', approvedActionHash },
  approvedAction: { name: 'issue_refund', args },
  threadId: null,
  runId: null,
  toolCallId: null,
  state: null,
  receipt: '',
  ...more,
});
const claims = (more: Partial<ReceiptClaims> = {}): ReceiptClaims => ({
  iss: 'holdpoint',
  sub: 'apr_a',
  jti: 'rcp_a',
  iat: 1795341540,
  exp: 1795342440,
  tenant: 'org_a',
  decision: 'approved',
  approved: true,
  actionHash: approvedActionHash,
  bindingHash: 'b',
  approvedActionHash,
  by: { kind: 'operator', id: 'opr_a' },
  policy: null,
  ...more,
});
const refusal = (approval: Decision | ReceiptClaims, tool = 'issue_refund', given: unknown = args, at: string | Date = now) => {
  try {
    assertApproved(approval, tool, given, { now: at });
  } catch (error) {
    if (error instanceof NotApproved) return error.code;
    throw error;
  }
  return 'runs';
};

describe('a call that was approved', () => {
  it('runs, whatever the order of its arguments', () => {
    expect(refusal(decision())).toBe('runs');
    expect(refusal(decision(), 'issue_refund', { currency: 'USD', amount: 245 })).toBe('runs');
    expect(refusal(claims())).toBe('runs');
  });
  it('runs as it was changed, and not as it was asked', () => {
    const changed = { amount: 100, currency: 'USD' };
    const hash = actionHash({ tool: 'issue_refund', args: changed });
    const modified = decision({
      decision: 'modified',
      binding: { alg: 'sha256-jcs', actionHash: approvedActionHash, bindingHash: 'b', approvedActionHash: hash },
    });
    expect(refusal(modified, 'issue_refund', changed)).toBe('runs');
    expect(refusal(modified)).toBe('other_action');
  });
});

describe('a call that was not approved', () => {
  it.each(['rejected', 'expired', 'withdrawn'] as const)('does not run when it was %s', outcome => {
    expect(refusal(decision({ decision: outcome, approved: false }))).toBe('not_approved');
    // Also when a body contradicts itself.
    expect(refusal(decision({ decision: outcome, approved: true }))).toBe('not_approved');
    expect(refusal(claims({ decision: outcome, approved: true }))).toBe('not_approved');
  });
  it('does not run with another tool, other arguments or none approved', () => {
    expect(refusal(decision(), 'issue_refund', { amount: 2450, currency: 'USD' })).toBe('other_action');
    expect(refusal(decision(), 'delete_customer')).toBe('other_action');
    expect(refusal(claims(), 'issue_refund', { ...args, extra: true })).toBe('other_action');
    expect(refusal(decision({ binding: { ...decision().binding, approvedActionHash: null } }))).toBe('other_action');
  });
  it('does not run on the answer to another request', () => {
    for (const approval of [decision(), claims()]) {
      expect(() => assertApproved(approval, 'issue_refund', args, { now, approvalId: 'apr_a' })).not.toThrow();
      expect(() => assertApproved(approval, 'issue_refund', args, { now, approvalId: 'apr_b' })).toThrow(
        expect.objectContaining({ code: 'other_request' }),
      );
    }
  });
  it('does not run from the instant its approval ends, or without a readable end', () => {
    expect(refusal(decision(), 'issue_refund', args, '2026-11-22T10:13:59.999Z')).toBe('runs');
    expect(refusal(decision(), 'issue_refund', args, new Date('2026-11-22T10:14:00.000Z'))).toBe('expired');
    expect(refusal(claims(), 'issue_refund', args, '2026-11-22T10:14:00.000Z')).toBe('expired');
    expect(refusal(decision({ approvedUntil: null }))).toBe('expired');
    expect(refusal(decision({ approvedUntil: 'soon' }))).toBe('expired');
    expect(refusal(claims({ exp: undefined }))).toBe('expired');
  });
  it('does not run by the clock of this machine either', () => {
    expect(() => assertApproved(decision({ approvedUntil: '2020-01-01T00:00:00.000Z' }), 'issue_refund', args)).toThrow(NotApproved);
  });
});
