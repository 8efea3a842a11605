import type { Json, JsonObject } from '@holdpoint/contracts';
import { problemOf, type Logger } from '@holdpoint/service-kit';
import { answerQuestion } from './answer-question.ts';
import { cancelApproval } from './cancel-approval.ts';
import { checkApproval } from './check-approval.ts';
import { listMyApprovals } from './list-my-approvals.ts';
import { requestHumanApproval } from './request-human-approval.ts';
import type { Call, Said, Tool, ToolParts } from './tool.ts';

export const TOOLS: readonly Tool[] = [requestHumanApproval, checkApproval, listMyApprovals, cancelApproval, answerQuestion];

const byName = new Map<unknown, Tool>(TOOLS.map(tool => [tool.name, tool]));
export const findTool = (name: unknown): Tool | undefined => byName.get(name);

export type ToolResult = { content: { type: 'text'; text: string }[]; structuredContent?: JsonObject; isError?: true };

const REFUSED = 'NOT approved: this call did not succeed. Do not carry out the action.';

/** Runs a tool. What went wrong is said to the model, which must not mistake it for an approval. Never rejects. */
export const callTool = async (tool: Tool, args: Json, call: Call, parts: ToolParts, logger: Logger): Promise<ToolResult> => {
  try {
    return resultOf(await tool.run(args, call, parts));
  } catch (error) {
    const { problem, headers } = problemOf(error, logger, { tool: tool.name });
    const { code, detail, errors } = problem;
    const retryAfterSec = Number(headers['retry-after']);
    const said: Said = {
      status: 'refused',
      approved: false,
      code,
      detail,
      ...(errors !== undefined && { errors }),
      ...(retryAfterSec > 0 && { retryAfterSec }),
      instruction: REFUSED,
    };
    return { content: [{ type: 'text', text: JSON.stringify(said) }], isError: true };
  }
};

export const resultOf = (said: Said): ToolResult => ({ content: [{ type: 'text', text: JSON.stringify(said) }], structuredContent: said });
