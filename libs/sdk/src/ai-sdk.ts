import type { Holdpoint } from './client.ts';
import { askAbout, resultFor, runGated, type GateOptions } from './gate-call.ts';

export type AiTool<Args, Schema> = GateOptions<Args> & {
  description: string;
  inputSchema: Schema;
  execute(args: Args): unknown;
};
/** What the AI SDK tells a tool about its call. */
export type AiCall = { toolCallId: string; abortSignal?: AbortSignal };
/** A part of `result.content` when a tool is under `toolApproval: { name: 'user-approval' }`. */
export type ApprovalRequestPart = {
  type: 'tool-approval-request';
  approvalId: string;
  toolCall: { toolCallId: string; toolName: string; input: unknown };
  isAutomatic?: boolean;
};
export type ApprovalResponsePart = { type: 'tool-approval-response'; approvalId: string; approved: boolean; reason?: string };

const SOURCE = 'aiSdk';

/**
 * The gate for tools of the AI SDK. Without `toolApproval` a gated tool waits while it is called; with it, `answer` turns the approval
 * requests of a result into responses, and the tool checks once more, when it runs, that its call is the one that was approved.
 * @param options.threadId your id of the chat
 */
export const gateTools = (holdpoint: Holdpoint, { threadId }: { threadId: string }) => {
  const gated = new Map<string, GateOptions<never>>();

  /** @returns a tool for `tools: { [name]: … }` */
  const gatedTool = <Args, Schema>(name: string, tool: AiTool<Args, Schema>) => {
    gated.set(name, tool);
    const { description, inputSchema, execute } = tool;
    return {
      description,
      inputSchema,
      execute: async (input: Args, { toolCallId, abortSignal }: AiCall): Promise<unknown> => {
        const call = { tool: name, source: SOURCE, args: input, threadId, toolCallId, signal: abortSignal };
        return resultFor(await runGated(holdpoint, tool, call, execute.bind(tool)));
      },
    };
  };

  /**
   * Asks about every approval request of gated tools in a result and waits for the answers.
   * @param content `result.content`; requests of other tools are left to you
   * @returns the message to append before the model is called again; what is not approved, pending too, is denied with the fixed words
   */
  const answer = async (content: readonly { type: string }[], { signal }: { signal?: AbortSignal } = {}) => {
    const open = content.filter((part): part is ApprovalRequestPart => part.type === 'tool-approval-request');
    const parts = await Promise.all(
      open.flatMap(({ approvalId, toolCall, isAutomatic }) => {
        const options = gated.get(toolCall.toolName);
        if (options === undefined || isAutomatic) return [];
        const call = { tool: toolCall.toolName, source: SOURCE, args: toolCall.input, threadId, toolCallId: toolCall.toolCallId, signal };
        return [
          askAbout(holdpoint, options, call).then((verdict): ApprovalResponsePart => ({
            type: 'tool-approval-response',
            approvalId,
            approved: verdict.approved,
            ...(!verdict.approved && { reason: JSON.stringify(verdict.told) }),
          })),
        ];
      }),
    );
    return { role: 'tool' as const, content: parts };
  };

  return { tool: gatedTool, answer };
};
