import { z } from 'zod';
import { approvalId, withdrawBody } from '@holdpoint/contracts';
import { checked } from '../read-body.ts';
import { agentOf } from '../settle-approval.ts';
import { ANSWER_SCHEMA, answerOf } from './answer.ts';
import type { Call, Tool, ToolParts } from './tool.ts';

const input = z.strictObject({ approvalId, reason: withdrawBody.shape.note });

/** Takes a request back that nobody has decided yet. Twice is once. */
export const cancelApproval: Tool = {
  name: 'cancel_approval',
  scope: 'requests:write',
  writes: true,
  definition: {
    name: 'cancel_approval',
    title: 'Cancel an approval request',
    description: 'Take back an approval you requested and no longer need, so that nobody spends time on it.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['approval_id'],
      properties: {
        approval_id: { type: 'string', description: 'approvalId from request_human_approval.' },
        reason: { type: 'string', description: 'Why it is no longer needed.' },
      },
    },
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  },
  run: async (args, call, parts) => {
    const { approvalId: id, reason } = checked(input, args);
    await withdraw(id, reason, call, parts);
    return answerOf(await parts.readApproval(id, call.caller), Date.parse(parts.now()));
  },
};

/** @throws ProblemError 403 `not_your_request`, 404, 409 `already_decided`; LogUnavailable */
export const withdraw = async (id: string, note: string | undefined, { caller, traceparent }: Call, parts: ToolParts): Promise<void> => {
  const by = agentOf(caller);
  await parts.settleApproval(id, caller, now => ({ type: 'Withdraw', by, now, ...(note !== undefined && { note }) }), traceparent);
};
