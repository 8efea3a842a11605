import { z } from 'zod';
import { approvalId, instant } from './ids.ts';

/** What of a request a person had on the screen: its page, or what the agent saw, further down on it. */
export const VIEWED_PARTS = ['request', 'context'] as const;
export const viewedPart = z.enum(VIEWED_PARTS);

/**
 * Stream `view-<approvalId>`, apart from the approval's own: looking decides nothing, and must not get in the way of whoever does. The first look
 * of each person at each part, while the request is open.
 */
export const viewEvents = {
  ApprovalViewed: z.strictObject({ approvalId, operatorId: z.string(), part: viewedPart, at: instant }),
} as const;

/** Body of `POST /api/approvals/{id}/view`. */
export const viewBody = z.strictObject({ part: viewedPart });
