import { z } from 'zod';
import { problem } from './agents-api.ts';
import { erasureGround } from './approval-events.ts';
import { approvalStatus } from './commands.ts';
import { decidedBy } from './decision.ts';
import { approvalId, instant } from './ids.ts';
import { LIMITS } from './limits.ts';
import { retention } from './settings-events.ts';

/** `PUT /api/organization/retention`: replaces all of it. */
export const retentionBody = retention;

/** `GET /api/organization/retention`: what is set, and what follows from it now. */
export const retentionReport = z.strictObject({
  ...retention.shape,
  /** What ended before this instant is due; null while nothing is, being kept for ever or paused. */
  cutoff: instant.nullable(),
  due: z.strictObject({
    count: z.int(),
    /** Whether there are more than were counted. */
    more: z.boolean(),
    /** When the oldest approval ended that is kept and on no legal hold. */
    oldest: instant.nullable(),
  }),
});
export type RetentionReport = z.infer<typeof retentionReport>;

/** Query of lists that have nothing but pages. */
export const pageQuery = z.strictObject({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50),
});
/** `limit` of a query that came in is never absent. */
export type PageQuery = { cursor?: string | undefined; limit: number };

/** What is known of an erased approval, and what `410 erased` says of it. */
export const erasure = z.strictObject({
  ground: erasureGround,
  by: decidedBy,
  /** Kept in the clear, for ever; it names nobody. */
  reason: z.string(),
  /** When it was ordered: from then on it is nobody's to read. */
  erasedAt: instant,
  /** When its data keys were destroyed, so that nobody can read it any more; null until then. */
  keysDestroyedAt: instant.nullable(),
});
export type Erasure = z.infer<typeof erasure>;
/** `410 erased`. Without the members of {@link erasure} where nothing says any more whose order it was, as after an older back-up was restored. */
export const erasedProblem = problem.extend(erasure.partial().shape);

/** `GET /api/erased`: newest order first. */
export const erasedPage = z.strictObject({
  items: z.array(z.strictObject({ approvalId, ...erasure.shape })),
  nextCursor: z.string().nullable(),
});
export type ErasedPage = z.infer<typeof erasedPage>;

/** Who put it on legal hold, and when. Why is in its history. */
export const legalHold = z.strictObject({ by: decidedBy, at: instant });
export type LegalHold = z.infer<typeof legalHold>;

/** `GET /api/legal-holds`: newest hold first. */
export const legalHoldsPage = z.strictObject({
  items: z.array(
    z.strictObject({
      approvalId,
      ...legalHold.shape,
      agentId: z.string(),
      toolName: z.string(),
      status: approvalStatus,
      decidedAt: instant.nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type LegalHoldsPage = z.infer<typeof legalHoldsPage>;
