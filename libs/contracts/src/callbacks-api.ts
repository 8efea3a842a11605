import { z } from 'zod';
import { approvalId, instant, noticeId } from './ids.ts';
import { LIMITS } from './limits.ts';

/** Bodies and queries of the operators' API about endpoints and what was sent to them. */

const endpointId = z.string().regex(/^[a-z][a-zA-Z0-9_]{1,63}$/);

/** Longest time a rotated secret keeps signing beside the new one, seconds (a week); a day unless told otherwise. */
const OVERLAP_SEC_MAX = 604_800;
const OVERLAP_SEC = 86_400;
/** `POST /api/endpoints/{id}/rotate`. 0 retires the previous keys at once: for a secret that leaked. */
export const rotateEndpointBody = z.strictObject({ overlapSec: z.int().min(0).max(OVERLAP_SEC_MAX).default(OVERLAP_SEC) });

export const CALLBACK_STATES = ['pending', 'delivered', 'exhausted'] as const;
/** `GET /api/callbacks`: what was sent, or is to be sent, newest first. */
export const callbacksQuery = z.strictObject({
  endpoint: endpointId.optional(),
  state: z.enum([...CALLBACK_STATES, 'all']).default('all'),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50),
});

/**
 * `POST /api/callbacks:replay`: sends again, under the same webhook id. By id; or all of an endpoint that came to be within a time, `failedOnly`
 * unless told otherwise. A call takes {@link LIMITS.bulkMax} at most and says where to go on.
 */
export const replayCallbacksBody = z.union([
  z.strictObject({
    ids: z
      .array(z.union([approvalId, noticeId]))
      .min(1)
      .max(LIMITS.bulkMax),
  }),
  z.strictObject({
    endpointId,
    from: instant,
    to: instant,
    failedOnly: z.boolean().default(true),
    cursor: z.string().max(256).optional(),
  }),
]);
