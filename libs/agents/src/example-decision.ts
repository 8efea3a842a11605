import type { Action, ApprovalRequest, Decision, DecisionOutcome } from '@holdpoint/contracts';
import { actionHash } from '@holdpoint/sealing';
import type { ParsedCall } from './pending-call.ts';

export type Requested = Extract<ParsedCall, { kind: 'request' }>;

/** The call an approval would stand for. */
const effective = (request: ApprovalRequest): Action =>
  request.action ?? { name: 'request_human_approval', args: JSON.parse(JSON.stringify(request.arguments)) as Action['args'] };
export const hashOf = ({ name, args }: Action) => actionHash({ tool: name, args });

/** For specs: the decision Holdpoint makes on a request. A change adds an argument, so that it is never what was asked. */
export const decide = ({ request, toolCallId }: Requested, outcome: DecisionOutcome, note: string | null = 'fine'): Decision => {
  const asked = effective(request);
  const approved = outcome === 'approved' || outcome === 'modified';
  const approvedAction = outcome === 'modified' ? { name: asked.name, args: { ...asked.args, amount: 100 } } : approved ? asked : null;
  return {
    version: 1,
    approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    decision: outcome,
    approved,
    final: true,
    by: { kind: 'operator', id: 'opr_ada' },
    channel: 'console',
    decidedAt: '2026-11-22T12:00:00.000Z',
    approvedUntil: approved ? '2999-01-01T00:00:00.000Z' : null,
    policy: null,
    steps: [],
    binding: {
      alg: 'sha256-jcs',
      actionHash: hashOf(asked),
      bindingHash: '0'.repeat(64),
      approvedActionHash: approvedAction === null ? null : hashOf(approvedAction),
    },
    threadId: request.threadId ?? null,
    runId: request.runId ?? null,
    toolCallId,
    note,
    approvedAction,
    state: null,
    receipt: 'a.b.c',
  };
};
