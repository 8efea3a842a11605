import type { Decision, ReceiptClaims } from './decision.ts';
import { actionHash } from './hashes.ts';
import { approvedHashOf, assertSameAction, type CallCheck } from './read-approval.ts';

/**
 * The last check before a tool runs: this exact call was approved, and still is. Takes a verified decision, or the claims of a verified
 * receipt. What it lacks counts against it.
 * @param tool name of the tool about to run
 * @param args its arguments, plain JSON
 * @param check.now instant to check the expiry against; the clock by default
 * @param check.approvalId the request this call asked with: a decision about another request is refused
 * @throws NotApproved with code `not_approved`, `expired`, `other_action` or `other_request`
 */
export const assertApproved = (approval: Decision | ReceiptClaims, tool: string, args: unknown, check: CallCheck = {}): void =>
  assertSameAction(approvedHashOf(approval, check), actionHash({ tool, args }), tool);
