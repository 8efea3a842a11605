export { assertApproved, NotApproved, type NotApprovedCode } from './assert-approved.ts';
export { canonicalJson, NotCanonical } from './canonical-json.ts';
export { Holdpoint, type HoldpointOptions } from './client.ts';
export type * from './decision.ts';
export { actionHash, bindingHash, sha256Hex, type BindingParts } from './hashes.ts';
export { HoldpointError, type Problem } from './problem.ts';
export { ReceiptError, verifyReceipt, type Jwks, type ReceiptErrorCode } from './verify-receipt.ts';
export { verifyWebhook, WebhookVerificationError, type WebhookErrorCode, type WebhookHeaders } from './verify-webhook.ts';
