import { z } from 'zod';
import { approvalId } from '@holdpoint/contracts';
import { checked } from '../read-body.ts';
import { ANSWER_SCHEMA } from './answer.ts';
import { lookAtApproval, WAIT_SEC_MAX } from './look-at-approval.ts';
import type { Tool } from './tool.ts';

const input = z.strictObject({ approvalId, waitSeconds: z.number().min(0).max(WAIT_SEC_MAX).default(0) });

/** Reads an approval, holding for a few seconds if asked to. */
export const checkApproval: Tool = {
  name: 'check_approval',
  scope: 'requests:read',
  writes: false,
  definition: {
    name: 'check_approval',
    title: 'Check an approval',
    description:
      'Read what became of an approval you requested. Only approved=true lets you carry out the action. status=pending means NOT approved: nobody has decided yet.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['approval_id'],
      properties: {
        approval_id: { type: 'string', description: 'approvalId from request_human_approval.' },
        wait_seconds: {
          type: 'number',
          minimum: 0,
          maximum: WAIT_SEC_MAX,
          description: 'How long to wait for a decision before answering.',
        },
      },
    },
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  run: async (args, call, parts) => {
    const { approvalId: id, waitSeconds } = checked(input, args);
    return parts.answerOf(await lookAtApproval(id, waitSeconds * 1_000, call, parts), Date.parse(parts.now()));
  },
};
