import type { Decision, ReceiptClaims } from './decision.ts';
import { actionHash } from './hashes.ts';

export type NotApprovedCode = 'not_approved' | 'expired' | 'other_action';

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

/**
 * The last check before a tool runs: this exact call was approved, and still is. Takes a verified decision, or the claims of a verified
 * receipt. What it lacks counts against it.
 * @param tool name of the tool about to run
 * @param args its arguments, plain JSON
 * @param options.now instant to check the expiry against; the clock by default
 * @throws NotApproved with code `not_approved`, `expired` or `other_action`
 */
export const assertApproved = (
  approval: Decision | ReceiptClaims,
  tool: string,
  args: unknown,
  { now = new Date() }: { now?: Date | string } = {},
): void => {
  const positive = approval.decision === 'approved' || approval.decision === 'modified';
  if (approval.approved !== true || !positive) throw new NotApproved('not_approved', `this request was ${approval.decision}, not approved`);
  const until = expiryMs(approval);
  // NaN compares false with everything: an approval without a readable end is not an approval.
  if (!(new Date(now).getTime() < until)) throw new NotApproved('expired', 'the approval is no longer valid; ask again');
  const approvedHash = 'binding' in approval ? approval.binding.approvedActionHash : approval.approvedActionHash;
  if (typeof approvedHash !== 'string' || approvedHash !== actionHash({ tool, args }))
    throw new NotApproved('other_action', `${tool} with these arguments is not the action that was approved`);
};
