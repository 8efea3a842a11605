import { z } from 'zod';
import { sha256Hex } from './ids.ts';

/** `POST /api/push/used`: the browser with this endpoint, by its SHA-256, is open. */
export const pushUsedBody = z.strictObject({ fingerprint: sha256Hex });

/** What comes back from a notification of a browser: bodies of the operators' API, and the same with whoever the session proves. */

/** `<approvalId>.<attemptId>`, as the notification brought it. */
const correlation = z.string().regex(/^apr_[a-z2-7]{26}\.[\w-]{1,64}$/, 'must be what the notification brought');

/** `POST /api/push/press`: the button of a notification. */
export const pushPressBody = z.strictObject({ handle: z.string().min(1).max(128) });
/** `POST /api/push/receipts`: it was shown, or clicked. */
export const pushReceiptBody = z.strictObject({ correlation, status: z.enum(['shown', 'clicked']) });

const person = { tenant: z.string(), operatorId: z.string() };
/** `hp.cmd.notification.press`, `hp.cmd.notification.receipt`. */
export const pushPressCommand = pushPressBody.extend(person);
export type PushPressCommand = z.infer<typeof pushPressCommand>;
export const pushReceiptCommand = pushReceiptBody.extend(person);
export type PushReceiptCommand = z.infer<typeof pushReceiptCommand>;

/** What became of a button: `asksNote` decided nothing yet, it takes a reason. */
export type PushPressReply = { outcome: 'done' | 'refused' | 'asksNote'; text: string };
