import { LIMITS, type Action, type ApprovalRequest } from '@holdpoint/contracts';
import { actionHash, parseStrictJson, StrictJsonError } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';

/** The tool an agent calls to ask. Without a more exact action, its own call is what is approved. */
export const GATE_TOOL = 'request_human_approval';

const JSON_LIMITS = { depthMax: LIMITS.jsonDepthMax, keysMax: LIMITS.jsonKeysMax };

/**
 * The exact call a request asks to run: `action`, or the full tool variant's `actionName` and `actionArgsJson`, or null when the agent
 * named none.
 * @throws ProblemError 422 when the two disagree or `actionArgsJson` is not a JSON object that every parser reads alike
 */
export const askedAction = (request: Pick<ApprovalRequest, 'action' | 'arguments'>): Action | null => {
  const { actionName, actionArgsJson } = request.arguments;
  const stated = request.action ?? null;
  if (actionName === undefined || actionName === null) {
    if (actionArgsJson !== undefined && actionArgsJson !== null) throw refuse('/arguments/actionName', 'is missing beside actionArgsJson');
    return stated;
  }
  const worded: Action = { name: actionName, args: argsOf(actionArgsJson ?? '{}') };
  if (stated !== null && hashOf(stated) !== hashOf(worded))
    // The model saw one of them and the executor would run the other.
    throw refuse('/action', 'differs from arguments.actionName and actionArgsJson; send one of them, or the same call in both');
  return worded;
};

const hashOf = (action: Action): string => actionHash({ tool: action.name, args: action.args });

const argsOf = (text: string): Action['args'] => {
  const args = parsed(text);
  if (typeof args !== 'object' || args === null || Array.isArray(args))
    throw refuse('/arguments/actionArgsJson', 'must hold a JSON object');
  return args;
};

const parsed = (text: string) => {
  try {
    return parseStrictJson(Buffer.from(text), JSON_LIMITS);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw refuse(
      '/arguments/actionArgsJson',
      `is not acceptable JSON: ${error.message} (at ${error.pointer || 'its top'}, offset ${error.offset})`,
    );
  }
};

const refuse = (pointer: string, detail: string): ProblemError =>
  new ProblemError('action_invalid', 422, `The action cannot be bound: ${pointer} ${detail}.`, { errors: [{ pointer, detail }] });
