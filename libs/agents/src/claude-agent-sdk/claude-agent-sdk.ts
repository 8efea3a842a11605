import type { Decision, JsonObject } from '@holdpoint/contracts';
import { z } from 'zod';
import { gatedCall, type ParsedCall, type Place } from '../pending-call.ts';
import { readShape } from '../unknown-pause.ts';
import { refusedOutputOf } from '../tool-output.ts';
import { answersOf, AnswerIncomplete, type Verdict } from '../verdict.ts';
import type { WayIn } from '../way-in.ts';

const ID = 'claude-agent-sdk';
/** The three doors, by what each is called with, and a call that a headless run put off. */
const pauses = z.union(
  [
    z.looseObject({
      hook_event_name: z.literal('PreToolUse'),
      session_id: z.string(),
      tool_name: z.string(),
      tool_input: z.unknown(),
      tool_use_id: z.string(),
    }),
    z.looseObject({ toolName: z.string(), input: z.unknown(), toolUseID: z.string() }),
    z.looseObject({ tool_name: z.string(), input: z.unknown(), tool_use_id: z.string(), hook_event_name: z.undefined().optional() }),
    z.looseObject({
      session_id: z.string().optional(),
      deferred_tool_use: z.looseObject({ id: z.string(), name: z.string(), input: z.unknown() }),
    }),
  ],
  'Invalid input: expected canUseTool {toolName, input, toolUseID}, a PreToolUse hook input, a permission prompt {tool_name, input, tool_use_id} or a result with deferred_tool_use',
);
type Pause = z.infer<typeof pauses>;

type PermissionResult = { behavior: 'allow'; updatedInput: JsonObject } | { behavior: 'deny'; message: string };
type HookOutput = {
  hookSpecificOutput: {
    hookEventName: 'PreToolUse';
    permissionDecision: 'allow' | 'deny';
    permissionDecisionReason?: string;
    updatedInput?: JsonObject;
  };
};
/** A permission prompt tool is an MCP tool: one text block that holds the JSON. */
type PromptToolResult = { content: [{ type: 'text'; text: string }] };
export type ClaudeAgentAnswer = PermissionResult | HookOutput | PromptToolResult;

/** Reads what `canUseTool`, a PreToolUse hook or the permission prompt tool was called with, or a result with a deferred call. */
export const parsePermissionRequest = (pause: unknown, place: Place = {}): ParsedCall[] => {
  const read = readShape(ID, pauses, pause);
  const sessionId = 'session_id' in read && typeof read.session_id === 'string' ? read.session_id : undefined;
  const at = { ...place, source: 'anthropic.agentSdk' as const, ...(sessionId === undefined ? {} : { threadId: sessionId }) };
  return [gatedCall(nativeOf(read), at)];
};

const nativeOf = (read: Pause) => {
  if ('toolName' in read && typeof read.toolName === 'string')
    return { toolCallId: read.toolUseID as string, tool: read.toolName, args: read.input };
  if ('deferred_tool_use' in read && typeof read.deferred_tool_use === 'object') {
    const { id, name, input } = read.deferred_tool_use as { id: string; name: string; input: unknown };
    return { toolCallId: id, tool: name, args: input };
  }
  const { tool_use_id: toolCallId, tool_name: tool } = read as { tool_use_id: string; tool_name: string };
  return { toolCallId, tool, args: 'tool_input' in read ? read.tool_input : read['input'] };
};

/** What the door returns. A change is native: the tool runs with exactly the approved arguments. */
export const formatPermission = (decisions: readonly Decision[], pause: unknown, place: Place = {}): ClaudeAgentAnswer => {
  const [call] = parsePermissionRequest(pause, place);
  const [answered] = answersOf(call === undefined ? [] : [call], decisions, true, place.nowMs);
  if (call === undefined || answered === undefined) throw new AnswerIncomplete([]);
  return answerAt(pause, answered.verdict, call);
};

const answerAt = (pause: unknown, verdict: Verdict, call: ParsedCall): ClaudeAgentAnswer => {
  const asked = call.kind === 'request' ? (call.request.action?.args ?? {}) : {};
  const args = verdict.is === 'changed' ? verdict.args : asked;
  const result: PermissionResult =
    verdict.is === 'no' ? { behavior: 'deny', message: verdict.message } : { behavior: 'allow', updatedInput: args };
  const door = pause as Record<string, unknown>;
  if ('toolName' in door) return result;
  if ('hook_event_name' in door || 'deferred_tool_use' in door) return hookOutput(result);
  return { content: [{ type: 'text', text: JSON.stringify(result) }] };
};

const hookOutput = (result: PermissionResult): HookOutput => ({
  hookSpecificOutput: {
    hookEventName: 'PreToolUse',
    ...(result.behavior === 'allow'
      ? { permissionDecision: 'allow', updatedInput: result.updatedInput }
      : { permissionDecision: 'deny', permissionDecisionReason: result.message }),
  },
});

/** Asks Holdpoint for one call and resolves with its decision; rejects when it cannot. */
export type Ask = (call: Extract<ParsedCall, { kind: 'request' }>, signal?: AbortSignal) => Promise<Decision>;

/** `options.canUseTool`: every prompt is put before people. Whatever goes wrong denies. */
export const canUseToolThrough =
  (ask: Ask, place: Place = {}) =>
  async (toolName: string, input: Record<string, unknown>, { toolUseID, signal }: { toolUseID: string; signal?: AbortSignal }) =>
    (await decided(ask, { toolName, input, toolUseID }, place, signal)) as PermissionResult;

/**
 * A PreToolUse hook, which also sees calls that allow-rules let pass without a prompt. Whatever goes wrong denies. Register it with
 * `onFailure: 'block'`: the SDK's own default goes on when a hook does not answer in time.
 */
export const preToolUseThrough =
  (ask: Ask, place: Place = {}) =>
  async (input: unknown, toolUseId: string | undefined, { signal }: { signal?: AbortSignal } = {}) =>
    (await decided(ask, { tool_use_id: toolUseId, hook_event_name: 'PreToolUse', ...(input as object) }, place, signal)) as HookOutput;

const decided = async (ask: Ask, pause: Record<string, unknown>, place: Place, signal?: AbortSignal): Promise<ClaudeAgentAnswer> => {
  try {
    const [call] = parsePermissionRequest(pause, place);
    if (call?.kind !== 'request') return formatPermission([], pause, place);
    const decision = await ask(call, signal);
    return formatPermission([decision], pause, { nowMs: Date.now(), ...place });
  } catch {
    const denied: PermissionResult = { behavior: 'deny', message: refusedOutputOf('the approval could not be obtained') };
    return 'toolName' in pause ? denied : hookOutput(denied);
  }
};

export const claudeAgentSdk: WayIn<ClaudeAgentAnswer> = {
  id: ID,
  source: 'anthropic.agentSdk',
  parse: parsePermissionRequest,
  format: formatPermission,
};
