import { canonicalJson } from './canonical-json.ts';
import type { Holdpoint } from './client.ts';
import { askAbout, resultFor, runGated, textFor, type GateOptions, type Verdict } from './gate-call.ts';
import { parseArguments } from './parse-arguments.ts';

/** What the SDK tells a tool about its call. */
export type CallDetails = { toolCall?: { callId: string; arguments: string }; signal?: AbortSignal };
/** An interruption of a run (`RunToolApprovalItem`). */
export type Interruption = { name?: string | undefined; arguments?: string | undefined; rawItem: object };
/** The paused run (`result.state`, or `RunState.fromString`). */
export type PausedRun<Item extends Interruption> = {
  getInterruptions(): Item[];
  approve(item: Item): void;
  reject(item: Item, options?: { message?: string }): void;
};
export type AgentsTool<Args, Parameters> = GateOptions<Args> & {
  name: string;
  description: string;
  parameters: Parameters;
  execute(args: Args): unknown;
};

const SOURCE = 'openai.agentsSdk';

/**
 * The gate for agents of `@openai/agents`. A gated tool interrupts the run; `settle` asks about every interruption and approves or rejects
 * it; and when the tool runs, it checks once more that its call is the one that was approved, whatever happened to the saved state.
 * @param options.threadId your id of the conversation or session
 */
export const gateAgents = (holdpoint: Holdpoint, { threadId }: { threadId: string }) => {
  const gated = new Map<string, GateOptions<never>>();

  /** @returns the options for `tool(…)` of `@openai/agents` */
  const gatedTool = <Args, Parameters>(options: AgentsTool<Args, Parameters>) => {
    const { name, description, parameters, execute } = options;
    gated.set(name, options);
    return {
      name,
      description,
      parameters,
      needsApproval: true as const,
      execute: async (input: unknown, _context?: unknown, details?: CallDetails): Promise<string> => {
        const call = details?.toolCall;
        const args = () => sameArguments(call?.arguments, input);
        const place = { tool: name, source: SOURCE, threadId, toolCallId: call?.callId, signal: details?.signal };
        return textFor(await runGated(holdpoint, options, { ...place, args }, execute as (args: never) => unknown));
      },
    };
  };

  /**
   * Asks about every interruption of gated tools at once, and approves or rejects it in the state. What is still pending stays an
   * interruption: run again later. Interruptions of other tools are left to you.
   * @returns how many are still open
   */
  const settle = async <Item extends Interruption>(
    run: PausedRun<Item>,
    { waitSec, signal }: { waitSec?: number; signal?: AbortSignal } = {},
  ): Promise<{ pending: number }> => {
    const asked = run.getInterruptions().map(async item => ({ item, verdict: await verdictOn(item, waitSec, signal) }));
    let pending = 0;
    for (const { item, verdict } of await Promise.all(asked)) {
      if (verdict === undefined || (!verdict.approved && verdict.told.decision === 'pending')) pending++;
      else if (verdict.approved) run.approve(item);
      else run.reject(item, { message: JSON.stringify(resultFor({ ran: false, told: verdict.told })) });
    }
    return { pending };
  };

  const verdictOn = async (item: Interruption, waitSec?: number, signal?: AbortSignal): Promise<Verdict | undefined> => {
    const options = gated.get(item.name ?? '');
    const { callId } = item.rawItem as { callId?: string };
    if (options === undefined || callId === undefined) return undefined;
    const call = { tool: item.name!, source: SOURCE, threadId, toolCallId: callId, signal };
    return askAbout(
      holdpoint,
      { ...options, ...(waitSec !== undefined && { waitSec }) },
      { ...call, args: () => parseArguments(item.arguments ?? '') },
    );
  };

  return { tool: gatedTool, settle };
};

/** What the tool would run with must be what the model wrote, which is what a person saw. */
const sameArguments = (text: string | undefined, input: unknown): Record<string, unknown> => {
  if (text === undefined) throw new TypeError('the SDK gave no tool call; update @openai/agents');
  const written = parseArguments(text);
  if (canonicalJson(written) !== canonicalJson(input))
    throw new TypeError(
      'the arguments the schema gave differ from those the model wrote; use no defaults and no transforms in a gated tool',
    );
  return written;
};
