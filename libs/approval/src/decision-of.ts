import type { Decision, TerminalData } from '@holdpoint/contracts';
import type { ApprovalState } from './state.ts';

/** The whole decision (contracts.md §4) of a terminal event's data: callback body, `GET`, receipt's subject. */
export const decisionOf = (end: TerminalData): Decision => {
  const { note, approvedAction, diff, state } = end.private;
  return { ...end.decision, note, approvedAction, ...(diff === undefined ? {} : { diff }), state, receipt: end.receipt };
};

/** The decision of an approval, null while it is open. */
export const decisionOfState = (state: ApprovalState): Decision | null => (state.status === 'closed' ? decisionOf(state.end) : null);
