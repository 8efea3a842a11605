import type { Holdpoint } from './client.ts';
import { askAbout, runGated, textFor, type GateOptions } from './gate-call.ts';

export type GraphTool<Args> = GateOptions<Args> & {
  name: string;
  run(args: Args): unknown;
  /**
   * `interrupt` of `@langchain/langgraph`: the graph pauses instead of waiting, and goes on when you resume it with any value after the
   * callback. The value decides nothing: the tool asks Holdpoint again.
   */
  interrupt?: (value: { approvalId: string | null; tool: string }) => unknown;
};
/** The part of a runnable's config that names the call. */
export type GraphConfig = {
  toolCall?: { id?: string | undefined };
  toolCallId?: string;
  configurable?: Record<string, unknown>;
  signal?: AbortSignal;
};

/** How long the first look lasts when the graph will be paused: long enough for a rule to decide. Seconds. */
const LOOK_SEC = 1;

/**
 * The function for `tool(fn, {name, schema})` of `@langchain/core/tools`, which runs only when its exact call was approved. A node that
 * runs again from its start, as LangGraph's do, finds the same approval and never runs the tool twice on it.
 * @returns the function; what it returns is the tool message
 */
export const gatedFunction =
  <Args>(holdpoint: Holdpoint, tool: GraphTool<Args>) =>
  async (input: Args, config: GraphConfig = {}): Promise<string> => {
    const { signal, configurable } = config;
    const thread = configurable?.['thread_id'];
    const call = {
      tool: tool.name,
      source: 'langgraph',
      args: input,
      threadId: typeof thread === 'string' ? thread : undefined,
      toolCallId: config.toolCall?.id ?? config.toolCallId,
      signal,
    };
    if (tool.interrupt) {
      // Outside of any catch: LangGraph pauses a graph by an exception.
      const look = { ...tool, waitSec: LOOK_SEC };
      const verdict = await askAbout(holdpoint, look, call);
      if (!verdict.approved && verdict.told.decision === 'pending')
        tool.interrupt({ approvalId: verdict.told.approvalId, tool: tool.name });
      return textFor(await runGated(holdpoint, look, call, tool.run.bind(tool)));
    }
    return textFor(await runGated(holdpoint, tool, call, tool.run.bind(tool)));
  };
