import type { Holdpoint } from './client.ts';
import { resultFor, runGated, type GateOptions } from './gate-call.ts';

/** A `tool_use` block of a message. */
export type ToolUse = { type: 'tool_use'; id: string; name: string; input: unknown };
export type ToolResult = { type: 'tool_result'; tool_use_id: string; content: string; is_error?: boolean };
/** What the SDK's tool runner says about a call. */
export type RunContext = { toolUse?: { id: string }; toolUseBlock?: { id: string }; signal?: AbortSignal | null | undefined };
export type MessagePlace = { threadId?: string; runId?: string; signal?: AbortSignal };

export type ClaudeTool<Args> = GateOptions<Args> & {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  input_schema: { type: 'object'; [keyword: string]: unknown };
  run(args: Args): unknown;
};

/**
 * A tool for `@anthropic-ai/sdk` that runs only when its exact call was approved.
 * @returns `definition` for `messages.create({tools})`; `answer`, which takes a `tool_use` block and gives its `tool_result`; `runnable`,
 *   the same tool for `beta.messages.toolRunner`
 */
export const gatedTool = <Args = Record<string, unknown>>(holdpoint: Holdpoint, tool: ClaudeTool<Args>) => {
  const { name, description, input_schema } = tool;
  const answer = async (block: ToolUse, { threadId, runId, signal }: MessagePlace = {}): Promise<ToolResult> => {
    if (block.name !== name) throw new TypeError(`${block.name} is not ${name}; give each block to its own tool`);
    const call = { tool: name, source: 'anthropic.messages', args: block.input, threadId, runId, toolCallId: block.id, signal };
    const outcome = await runGated(holdpoint, tool, call, tool.run.bind(tool));
    const result = resultFor(outcome);
    const content = typeof result === 'string' ? result : (JSON.stringify(result) ?? 'null');
    return { type: 'tool_result', tool_use_id: block.id, content, ...(!outcome.ran && { is_error: true }) };
  };
  const runnable = (place: MessagePlace = {}) => ({
    type: 'custom' as const,
    name,
    description,
    input_schema,
    parse: (input: unknown) => input,
    run: async (input: unknown, context?: RunContext): Promise<string> => {
      const id = context?.toolUse?.id ?? context?.toolUseBlock?.id;
      // Without the block's id a repeat could not be told from a new call.
      if (id === undefined) throw new TypeError('the tool runner gave no tool_use id; update @anthropic-ai/sdk, or use answer()');
      const signal = context?.signal ?? place.signal;
      return (await answer({ type: 'tool_use', id, name, input }, { ...place, ...(signal && { signal }) })).content;
    },
  });
  return { name, definition: { name, description, input_schema }, answer, runnable };
};

/**
 * Answers every `tool_use` block of the gated tools in a message, all at once: the next user message must carry all of them.
 * @param content `message.content`; blocks of other types and of other tools are left to you
 */
export const answerToolUses = (
  tools: { name: string; answer(block: ToolUse, place?: MessagePlace): Promise<ToolResult> }[],
  content: readonly { type: string }[],
  place: MessagePlace = {},
): Promise<ToolResult[]> =>
  Promise.all(
    content
      .filter((block): block is ToolUse => block.type === 'tool_use')
      .flatMap(block => tools.filter(({ name }) => name === block.name).map(tool => tool.answer(block, place))),
  );
