import { z } from 'zod';
import {
  agentSideId,
  approvalRequest,
  GATE_TOOL_DESCRIPTION,
  GATE_TOOL_NAME,
  GATE_TOOL_TITLE,
  gateToolArguments,
  gateToolProperties,
  type ApprovalRequest,
} from '@holdpoint/contracts';
import { LogUnavailable } from '@holdpoint/event-log';
import { approvalIdOf } from '@holdpoint/sealing';
import type { Acceptance } from '../accept-approval.ts';
import { IDEMPOTENCY_KEY_CHARS_MAX, idempotencyKeyOf } from '../idempotency-key.ts';
import { unlessErased } from '../load-unless-erased.ts';
import { checked } from '../read-body.ts';
import { ANSWER_SCHEMA, answerOf, pendingAnswer } from './answer.ts';
import { ifThere, lookAfterVerdict, lookAtApproval, WAIT_SEC_MAX } from './look-at-approval.ts';
import { firstUnspent, isSpent, questionKey } from './same-question.ts';
import type { Call, Said, Tool, ToolParts } from './tool.ts';

const input = gateToolArguments.extend({
  threadId: agentSideId.optional(),
  idempotencyKey: z.string().min(1).max(IDEMPOTENCY_KEY_CHARS_MAX).optional(),
  deadlineSeconds: approvalRequest.shape.deadlineSec,
  waitSeconds: z.number().min(0).max(WAIT_SEC_MAX).optional(),
});

/** Asks, and answers at once: with the verdict of the rules, or with what to poll. Nothing is answered before the request is on record. */
export const requestHumanApproval: Tool = {
  name: GATE_TOOL_NAME,
  scope: 'requests:write',
  writes: true,
  definition: {
    name: GATE_TOOL_NAME,
    title: GATE_TOOL_TITLE,
    description: `${GATE_TOOL_DESCRIPTION} Answers at once: status pending means NOT approved yet, call check_approval later. The same question again finds the same approval.`,
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: Object.keys(gateToolProperties('minimal')),
      properties: {
        ...gateToolProperties('full'),
        thread_id: { type: 'string', description: 'Id of the conversation or task this belongs to, if there is one.' },
        deadline_seconds: { type: 'integer', description: 'Seconds until the request expires as not approved.' },
        wait_seconds: {
          type: 'number',
          minimum: 0,
          maximum: WAIT_SEC_MAX,
          description: 'How long to wait for a decision before answering.',
        },
        idempotency_key: { type: 'string', description: 'Give another one to ask the same question again on purpose.' },
      },
    },
    outputSchema: ANSWER_SCHEMA,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  },
  run: async (args, call, parts) => {
    const { waitSeconds, idempotencyKey, threadId, deadlineSeconds, ...words } = checked(input, args);
    const request: ApprovalRequest = {
      source: 'mcp',
      arguments: words,
      ...(threadId !== undefined && { threadId }),
      ...(deadlineSeconds !== undefined && { deadlineSec: deadlineSeconds }),
      ...(call.client !== undefined && { labels: { mcpClient: call.client } }),
    };
    const acceptance = await ask(request, idempotencyKey, call, parts);
    return answerTo(acceptance, waitSeconds, call, parts);
  },
};

const answerTo = async ({ reply }: Acceptance, waitSeconds: number | undefined, call: Call, parts: ToolParts): Promise<Said> => {
  try {
    const looking =
      waitSeconds === undefined ? lookAfterVerdict(reply.id, call, parts) : lookAtApproval(reply.id, waitSeconds * 1_000, call, parts);
    return answerOf(await looking, Date.parse(parts.now()));
  } catch (error) {
    // It is on record, only it cannot be read just now.
    if (error instanceof LogUnavailable) return pendingAnswer(reply);
    throw error;
  }
};

const ask = async (request: ApprovalRequest, given: string | undefined, call: Call, parts: ToolParts): Promise<Acceptance> => {
  const { caller, traceparent, bodyBytes } = call;
  const keyOf = (round: number) => questionKey(request, caller.agentId, given, round);
  const askIn = (round: number) => parts.acceptApproval(request, caller, { headerKey: keyOf(round), traceparent, bodyBytes });
  if (given !== undefined) return askIn(0);
  const first = await unlessErased(() => askIn(0));
  if (first?.outcome === 'accepted') return first;
  const round = await firstUnspent(async asked => {
    const id = approvalIdOf(caller.tenant, idempotencyKeyOf(request, keyOf(asked), caller.mode));
    const approval = await unlessErased(() => ifThere(() => parts.readApproval(id, caller)));
    // Nobody can read an erased answer any more, so the question is a new one.
    return approval === null || (approval !== undefined && isSpent(approval, Date.parse(parts.now())));
  });
  return round === 0 && first !== null ? first : askIn(round);
};
