import { z } from 'zod';
import { instant, riskLevel } from './ids.ts';

export const INBOX_VIEWS = ['mine', 'team', 'all', 'snoozed', 'decided'] as const;

/** Views one person keeps: a row of tabs is to be read, not searched. */
export const SAVED_VIEWS_MAX = 20;

/** What of the inbox is shown: a view and its filters, as they stand in the address. */
export const inboxFilters = z.strictObject({
  view: z.enum(INBOX_VIEWS),
  risk: riskLevel.optional(),
  agent: z.string().min(1).max(128).optional(),
  q: z.string().min(1).max(200).optional(),
});
export type InboxFilters = z.infer<typeof inboxFilters>;

/** Stream `operator-<operatorId>`: views of the inbox that a person keeps for themselves. What they search for is theirs, so it is sealed. */
export const inboxViewEvents = {
  /** Saved, or saved anew under the same id. */
  InboxViewSaved: z.strictObject({
    operatorId: z.string(),
    viewId: z.string(),
    at: instant,
    private: z.strictObject({ name: z.string().min(1).max(40), filters: inboxFilters }),
  }),
  InboxViewRemoved: z.strictObject({ operatorId: z.string(), viewId: z.string(), at: instant }),
} as const;

/** `POST /api/inbox-views`. */
export const newInboxView = z.strictObject({ name: z.string().trim().min(1).max(40), filters: inboxFilters });
/** One of `GET /api/inbox-views`. */
export type SavedInboxView = z.infer<typeof newInboxView> & { id: string };
