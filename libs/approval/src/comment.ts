import type { ApprovalEvent, RefusalCode } from '@holdpoint/contracts';
import type { Comment, RecordRefusal } from './commands.ts';
import { REMARKS_MAX, REFUSALS_RECORDED_MAX } from './limits.ts';
import { mayDecideAny, mayWork, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import type { ApprovalState, OpenApproval } from './state.ts';
import { assertOpen } from './terminal.ts';

/** A remark for the others. @throws Refused `note_required` for an empty one, `not_eligible` for somebody who may only look. */
export const comment = (command: Comment, state: ApprovalState): ApprovalEvent[] => {
  permitComment(command.by, state);
  if (command.text.trim() === '') throw new Refused('note_required', 'Write the comment into `note`.');
  return [{ type: 'CommentAdded', data: { by: signatureOf(command.by), at: command.now, private: { text: command.text } } }];
};

/** @throws Refused when this person may not comment now. */
export const permitComment = (by: Person, state: ApprovalState): OpenApproval => {
  assertOpen(state);
  const asked = state.status === 'review' && mayDecideAny(by, state);
  if (!asked && !mayWork(by) && !by.roles.includes('auditor')) throw new Refused('not_eligible', 'A viewer may look, not comment.');
  assertRoomForRemarks(state);
  return state;
};

/** @throws Refused when people have said as much about it as one stream takes. */
export const assertRoomForRemarks = ({ remarks }: OpenApproval): void => {
  if (remarks < REMARKS_MAX) return;
  throw new Refused('decision_not_allowed', `It has ${REMARKS_MAX} comments, questions and assignments already; continue somewhere else.`);
};

/** Refusals an auditor wants to see: somebody tried to decide too late, without the right, or on an action that was not shown. */
const ON_RECORD: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'already_decided',
  'approval_expired',
  'not_eligible',
  'requester_excluded',
  'action_mismatch',
  'held',
  'delegation_refused',
  'channel_ceiling',
]);

/** Puts a refused attempt on record. Ordinary refusals, and all after the first `REFUSALS_RECORDED_MAX`, leave no trace. */
export const recordRefusal = (command: RecordRefusal, state: ApprovalState): ApprovalEvent[] => {
  if (state.status === 'none' || !ON_RECORD.has(command.code) || state.refusals >= REFUSALS_RECORDED_MAX) return [];
  if (state.status === 'closed' && state.erasure !== null) return [];
  const { verb, code, detail, channel, now } = command;
  return [{ type: 'DecisionRefused', data: { by: signatureOf(command.by), verb, code, detail, channel, at: now } }];
};
