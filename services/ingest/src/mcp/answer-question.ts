import { answerBody, approvalId } from '@holdpoint/contracts';
import { checked } from '../read-body.ts';
import { agentOf } from '../settle-approval.ts';
import { ANSWER_SCHEMA } from './answer.ts';
import type { Tool } from './tool.ts';

const input = answerBody.extend({ approvalId });

/** Answers a question that somebody who decides asked the agent. */
export const answerQuestion: Tool = {
  name: 'answer_question',
  scope: 'requests:write',
  writes: true,
  definition: {
    name: 'answer_question',
    title: 'Answer a question about an approval',
    description: 'Answer a question that check_approval showed: somebody who is to decide needs to know more. The answer approves nothing.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['approval_id', 'question_id', 'text'],
      properties: {
        approval_id: { type: 'string' },
        question_id: { type: 'string', description: 'questionId from check_approval.' },
        text: { type: 'string', description: 'The answer.' },
      },
    },
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  },
  run: async (args, { caller, traceparent }, parts) => {
    const { approvalId: id, questionId, text } = checked(input, args);
    await parts.settleApproval(id, caller, now => ({ type: 'Answer', questionId, text, by: agentOf(caller), now }), traceparent);
    return parts.answerOf(await parts.readApproval(id, caller), Date.parse(parts.now()));
  },
};
