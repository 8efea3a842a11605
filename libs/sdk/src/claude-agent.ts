import { permissionFor, preToolUseOutput, type CallOptions, type Input, type PermissionResult } from './claude-answers.ts';
import type { Holdpoint } from './client.ts';
import type { ApprovalRequest } from './decision.ts';
import { passOnce, type GateOptions, type Verdict } from './gate-call.ts';
import { actionHash } from './hashes.ts';
import { remember } from './remember.ts';

export type { CallOptions, PermissionResult, PreToolUseOutput } from './claude-answers.ts';

export type ClaudeGate = Omit<GateOptions, 'describe'> & {
  /** Tools that need an approval, by the names the SDK gives them (`Bash`, `mcp__shop__issue_refund`), or a function. By default all. */
  gated?: readonly string[] | ((tool: string, input: Input) => boolean);
  /** What the person reads, from the exact arguments of the call. The same arguments must give the same words. */
  describe(args: Input, tool: string): ApprovalRequest['arguments'];
  /** Your id of the conversation; by default the session's, where the SDK tells it. */
  threadId?: string;
  /** Answers for tools that are not gated and still need a permission. Without it they are denied: nobody else is asked. */
  otherwise?: (tool: string, input: Input, call: CallOptions) => Promise<PermissionResult | null>;
};
/** What a permission prompt tool is called with. */
export type PermissionPrompt = { tool_name: string; input: Input; tool_use_id: string };
/** The part of a hook's input that names the call. */
type HookInput = { hook_event_name?: string; session_id?: string; tool_name?: string; tool_input?: unknown; tool_use_id?: string };
type WithSignal = { signal?: AbortSignal };

/** How long a hook waits by default and at most: the SDK needs a time. Seconds. */
const HOOK_WAIT_SEC = 86_400;
const HOOK_WAIT_SEC_MAX = 14 * 86_400;
/** How much longer than it waits a hook takes to answer at most, and how much longer the SDK listens: it goes on without one. Seconds. */
const ANSWER_SEC = 30;
const LISTEN_SEC = 90;
const NEVER = new AbortController().signal;

/**
 * The gate for `query()` of `@anthropic-ai/claude-agent-sdk`. Only `hooks` see every call, those too that a rule of the session allows
 * without a prompt; `canUseTool` sees what is left to prompt for. Given both, one call is asked about once. A call that is let through
 * runs with exactly the approved arguments, and its approval is spent; everything else, an error too, is a denial in fixed words.
 * @returns `hooks` and `canUseTool` for the options; `permissionPrompt`, the handler of an MCP tool for `permissionPromptToolName`
 *   (`--permission-prompt-tool` of Claude Code)
 */
export const gateClaude = (holdpoint: Holdpoint, options: ClaudeGate) => {
  const calls = callsOf(holdpoint, options);
  const waitSec = Math.min(options.waitSec ?? HOOK_WAIT_SEC, HOOK_WAIT_SEC_MAX);

  const canUseTool = async (tool: string, input: Input, call: CallOptions): Promise<PermissionResult | null> => {
    try {
      if (!calls.gated(tool, input)) return options.otherwise ? await options.otherwise(tool, input, call) : permissionFor('not gated');
      const { toolUseID: id, signal } = call;
      return permissionFor(calls.passedByHook(tool, input, id) ?? (await calls.pass(tool, input, { id, signal, from: 'prompt' })));
    } catch {
      return permissionFor('unknown');
    }
  };
  const permissionPrompt = async (prompt: PermissionPrompt, { signal = NEVER }: WithSignal = {}) => {
    const result = await canUseTool(prompt.tool_name, prompt.input, { toolUseID: prompt.tool_use_id, signal });
    return { content: [{ type: 'text' as const, text: JSON.stringify(result ?? permissionFor('unknown')) }] };
  };

  const beforeUse = async (input: unknown, _id?: string, { signal = NEVER }: WithSignal = {}) => {
    try {
      const { hook_event_name: event, tool_name: tool, tool_input: args, tool_use_id: id, session_id: sessionId } = input as HookInput;
      if (event !== 'PreToolUse' || tool === undefined || id === undefined) return preToolUseOutput('unknown');
      // No opinion: the session's own rules decide, as if there were no hook.
      if (!calls.gated(tool, args as Input)) return {};
      const limit = AbortSignal.any([signal, AbortSignal.timeout((waitSec + ANSWER_SEC) * 1000)]);
      return preToolUseOutput(await calls.pass(tool, args, { id, sessionId, signal: limit, waitSec, from: 'hook' }));
    } catch {
      return preToolUseOutput('unknown');
    }
  };
  const afterUse = (outcome: 'succeeded' | 'failed') => async (input: unknown) => {
    const { tool_name: tool = '', tool_input: args, tool_use_id: id = '' } = input as HookInput;
    // The tool has run: a report that is lost changes nothing about it.
    await calls.report(id, { tool, args }, outcome).catch(() => undefined);
    return {};
  };

  return {
    canUseTool,
    permissionPrompt,
    hooks: {
      // No matcher: a pattern that misses a tool would let it pass. A hook that fails blocks the call.
      PreToolUse: [{ hooks: [beforeUse], timeout: waitSec + LISTEN_SEC, onFailure: 'block' as const }],
      PostToolUse: [{ hooks: [afterUse('succeeded')] }],
      PostToolUseFailure: [{ hooks: [afterUse('failed')] }],
    },
  };
};

/** Calls let through whose end is still to come; the oldest are forgotten first, which costs a report or another question. */
const PASSED_MAX = 10_000;

type Door = 'hook' | 'prompt';
type Place = { id: string; sessionId?: string | undefined; signal: AbortSignal; waitSec?: number; from: Door };

/** The calls of one gate: asked about, let through, and reported. */
const callsOf = (holdpoint: Holdpoint, options: ClaudeGate) => {
  const passed = new Map<string, { verdict: Verdict & { approved: true }; hash: string; from: Door }>();
  return {
    gated: (tool: string, input: Input): boolean => {
      const { gated } = options;
      return typeof gated === 'function' ? gated(tool, input) : (gated?.includes(tool) ?? true);
    },
    pass: async (tool: string, args: unknown, { id, sessionId, signal, waitSec, from }: Place): Promise<Verdict> => {
      // Without the call's id a repeat could not be told from a new call.
      if (typeof id !== 'string') throw new TypeError('the SDK gave no id of the tool use; update @anthropic-ai/claude-agent-sdk');
      const call = { tool, source: 'anthropic.agentSdk', args, threadId: options.threadId ?? sessionId, toolCallId: id, signal };
      const gate = { ...options, describe: (input: Input) => options.describe(input, tool), ...(waitSec !== undefined && { waitSec }) };
      const verdict = await passOnce(holdpoint, gate, call);
      if (verdict.approved) remember(passed, id, { verdict, hash: actionHash({ tool, args: verdict.args }), from }, PASSED_MAX);
      return verdict;
    },
    /** A rule of the session may prompt for what the hook has let through: the same call, once. */
    passedByHook: (tool: string, args: Input, id: string): Verdict | undefined => {
      const before = passed.get(id);
      if (before?.from !== 'hook' || before.hash !== actionHash({ tool, args })) return undefined;
      before.from = 'prompt';
      return before.verdict;
    },
    report: async (id: string, action: { tool: string; args: unknown }, outcome: 'succeeded' | 'failed'): Promise<void> => {
      const call = passed.get(id);
      if (call === undefined) return;
      passed.delete(id);
      await holdpoint.reportExecution(call.verdict.decision.approvalId, { actionHash: actionHash(action), outcome });
    },
  };
};
