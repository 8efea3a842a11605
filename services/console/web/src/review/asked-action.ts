import type { Action, ApprovalDetail, JsonObject } from '@holdpoint/contracts';
import { diffFields, type FieldChange } from '../modify/diff-fields.ts';

/** The gate's own tool: when an app sends no separate action, approving answers this call. */
export const GATE_TOOL = 'request_human_approval';

/** The action as the agent asked for it, before any edit. */
export const askedAction = ({ action, effectiveAction, arguments: args }: ApprovalDetail): Action =>
  action ?? (effectiveAction.name === GATE_TOOL ? { name: GATE_TOOL, args: args as JsonObject } : effectiveAction);

/** What people changed since the agent asked; empty for an action as asked. */
export const changesSinceAsked = (detail: ApprovalDetail): FieldChange[] => {
  const current = detail.decision?.approvedAction ?? detail.effectiveAction;
  return diffFields(askedAction(detail).args, current.args);
};
