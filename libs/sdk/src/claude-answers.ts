import type { Verdict } from './gate-call.ts';
import { told, toldOfChanges } from './told.ts';

export type Input = Record<string, unknown>;
/** What the SDK tells `canUseTool` about its call. */
export type CallOptions = { signal: AbortSignal; toolUseID: string };
/** What `canUseTool` returns, and a permission prompt tool as text. */
export type PermissionResult = { behavior: 'allow'; updatedInput?: Input } | { behavior: 'deny'; message: string; interrupt?: boolean };
/** What a `PreToolUse` hook returns; an empty object has no opinion. */
export type PreToolUseOutput = {
  hookSpecificOutput?: {
    hookEventName: 'PreToolUse';
    permissionDecision: 'allow' | 'deny';
    permissionDecisionReason?: string;
    updatedInput?: Input;
    additionalContext?: string;
  };
};

const UNKNOWN = JSON.stringify(told('unknown', { code: 'error' }));
const NOT_GATED = 'Not allowed: this tool needs a permission that nobody can give here. Do not carry the action out in another way.';

/** @param verdict or why there is none */
export const permissionFor = (verdict: Verdict | 'unknown' | 'not gated'): PermissionResult => {
  if (typeof verdict === 'string') return { behavior: 'deny', message: verdict === 'unknown' ? UNKNOWN : NOT_GATED };
  return verdict.approved ? { behavior: 'allow', updatedInput: verdict.args } : { behavior: 'deny', message: JSON.stringify(verdict.told) };
};

/** @param verdict or `unknown` where there is none */
export const preToolUseOutput = (verdict: Verdict | 'unknown'): PreToolUseOutput => {
  const result = permissionFor(verdict);
  const changed = verdict !== 'unknown' && verdict.approved && verdict.decision.decision === 'modified';
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: result.behavior,
      ...(result.behavior === 'deny' ? { permissionDecisionReason: result.message } : { updatedInput: result.updatedInput ?? {} }),
      // The result that the model reads beside this is the tool's own, of the changed call.
      ...(changed && { additionalContext: JSON.stringify(toldOfChanges(verdict.decision, undefined)) }),
    },
  };
};
