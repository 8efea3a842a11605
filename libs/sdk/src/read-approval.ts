import type { Decision, ReceiptClaims } from './decision.ts';

export type NotApprovedCode = 'not_approved' | 'expired' | 'other_action' | 'other_request';

/** Thrown when a call must not run. */
export class NotApproved extends Error {
  constructor(
    readonly code: NotApprovedCode,
    message: string,
  ) {
    super(message);
    this.name = 'NotApproved';
  }
}

const expiryMs = (approval: Decision | ReceiptClaims): number => {
  if ('binding' in approval) return approval.approvedUntil === null ? Number.NaN : Date.parse(approval.approvedUntil);
  return approval.exp === undefined ? Number.NaN : approval.exp * 1000;
};

/** What is asked about a call that is about to run. */
export type CallCheck = { now?: Date | string; approvalId?: string };

/**
 * Checks all that does not need a hash, and gives the hash of the one call that may run. What the approval lacks counts against it.
 * @throws NotApproved with code `not_approved`, `other_request` or `expired`
 */
export const approvedHashOf = (approval: Decision | ReceiptClaims, { now = new Date(), approvalId }: CallCheck): string | null => {
  const positive = approval.decision === 'approved' || approval.decision === 'modified';
  if (approval.approved !== true || !positive) throw new NotApproved('not_approved', `this request was ${approval.decision}, not approved`);
  if (approvalId !== undefined && approvalId !== ('binding' in approval ? approval.approvalId : approval.sub))
    throw new NotApproved('other_request', 'this approval answers another request; ask for this one');
  // NaN compares false with everything: an approval without a readable end is not an approval.
  if (!(new Date(now).getTime() < expiryMs(approval))) throw new NotApproved('expired', 'the approval is no longer valid; ask again');
  return 'binding' in approval ? approval.binding.approvedActionHash : approval.approvedActionHash;
};

/** @throws NotApproved `other_action` unless the two are the same hash */
export const assertSameAction = (approvedHash: string | null, hash: string, tool: string): void => {
  if (typeof approvedHash !== 'string' || approvedHash !== hash)
    throw new NotApproved('other_action', `${tool} with these arguments is not the action that was approved`);
};
