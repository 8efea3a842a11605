import { z } from 'zod';
import { agentSideId, APPROVAL_STATUSES, approvalStatus, type JsonObject } from '@holdpoint/contracts';
import { checked } from '../read-body.ts';
import type { Tool } from './tool.ts';

/** Rows in one answer: what a model reads has to stay short. */
const ROWS_MAX = 50;
const ROWS_DEFAULT = 20;

const input = z.strictObject({
  status: approvalStatus.optional(),
  threadId: agentSideId.optional(),
  cursor: z.string().max(256).optional(),
  limit: z.int().min(1).max(ROWS_MAX).default(ROWS_DEFAULT),
});

/** Lists what this agent asked, and nothing of any other. */
export const listMyApprovals: Tool = {
  name: 'list_my_approvals',
  scope: 'requests:read',
  writes: false,
  definition: {
    name: 'list_my_approvals',
    title: 'List my approvals',
    description:
      'List the approvals you requested, newest first, for example to find one whose id was lost. The list may lag behind by moments; check_approval says what holds.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        status: { type: 'string', enum: [...APPROVAL_STATUSES] },
        thread_id: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: ROWS_MAX },
        cursor: { type: 'string', description: 'nextCursor of the page before.' },
      },
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  run: async (args, { caller }, parts) => {
    const { status, threadId, cursor, limit } = checked(input, args);
    const { items, nextCursor } = await parts.listApprovals(
      { agent: caller.agentId, limit, ...(status && { status }), ...(threadId && { thread: threadId }), ...(cursor && { cursor }) },
      caller,
    );
    const approvals = items.map(
      ({ id, status: state, toolName, riskLevel, requestedAt, expiresAt, decidedAt, threadId: thread }): JsonObject => ({
        approvalId: id,
        status: state,
        toolName,
        riskLevel,
        requestedAt,
        expiresAt,
        decidedAt,
        threadId: thread,
      }),
    );
    return { approvals, nextCursor, instruction: 'A listed status approves nothing: call check_approval before you carry out an action.' };
  },
};
