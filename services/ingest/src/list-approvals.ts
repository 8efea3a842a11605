import { z } from 'zod';
import { agentSideId, approvalStatus, LIMITS, querySubject, type ApprovalsPage, type ApprovalsQuery } from '@holdpoint/contracts';
import { NoResponder, RequestTimeout, ResponderFailed, type Messaging } from '@holdpoint/messaging';
import { ProblemError } from '@holdpoint/service-kit';
import type { Caller } from './approval-requested.ts';
import { placesOf } from './read-body.ts';

/** How long the read model may take, milliseconds. */
const ANSWER_MS_MAX = 2_000;
const RETRY_AFTER_SEC = 2;
const ROWS_DEFAULT = 50;

/** Query of `GET /v1/approvals`. */
export const listQuery = z.strictObject({
  status: approvalStatus.optional(),
  agent: z.string().min(1).max(128).optional(),
  thread: agentSideId.optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(ROWS_DEFAULT),
});

/**
 * Asks the console's read model, which alone can list: the log is kept by approval. The list may lag behind the log by moments.
 * @throws ProblemError 400 `invalid_query`; 503 `list_unavailable` with `retry-after` when nobody answers
 */
export const listApprovals =
  (messaging: Pick<Messaging, 'request'>) =>
  async (query: unknown, caller: Caller): Promise<ApprovalsPage> => {
    const parsed = listQuery.safeParse(query);
    if (!parsed.success) {
      const errors = placesOf(parsed.error.issues);
      throw new ProblemError('invalid_query', 400, `The query is not valid: ${errors[0]?.pointer.slice(1)} ${errors[0]?.detail}.`, {
        errors,
      });
    }
    const { status, agent, thread, cursor, limit } = parsed.data;
    const asked: ApprovalsQuery = {
      tenant: caller.tenant,
      test: caller.mode === 'test',
      limit,
      ...(status !== undefined && { status }),
      ...(agent !== undefined && { agentId: agent }),
      ...(thread !== undefined && { threadId: thread }),
      ...(cursor !== undefined && { cursor }),
    };
    try {
      return await messaging.request<ApprovalsPage>(querySubject('approvals'), asked, { timeoutMs: ANSWER_MS_MAX });
    } catch (error) {
      if (error instanceof NoResponder || error instanceof RequestTimeout || error instanceof ResponderFailed)
        throw new ProblemError('list_unavailable', 503, 'The read model does not answer; single approvals can still be read by id.', {
          headers: { 'retry-after': String(RETRY_AFTER_SEC) },
        });
      throw error;
    }
  };

export type ListApprovals = ReturnType<typeof listApprovals>;
