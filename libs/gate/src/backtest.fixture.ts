import type { EventData, GatePolicy, TerminalData, TerminalType } from '@holdpoint/contracts';
import { openBacktest, type Backtest, type BacktestSetup } from './backtest.ts';
import type { PastEvent } from './backtest-events.ts';

export const RULES: GatePolicy['rules'] = [
  {
    name: 'small',
    when: 'tool == "refund" && has(args.amount) && amount < 50',
    verdict: 'APPROVE_AUTOMATICALLY',
    explain: 'Below 50: {amount}.',
  },
  { name: 'large', when: 'amount >= 1000', verdict: 'ESCALATE_SENIOR', explain: 'Large.' },
];
export const policy = (over: Partial<GatePolicy> = {}): GatePolicy => ({
  id: 'refunds',
  name: 'Refunds',
  rules: RULES,
  routes: {
    review: {
      steps: [
        {
          name: 'review',
          approvers: { roles: ['operator', 'senior'], operators: [] },
          approveCount: 1,
          rejectCount: 1,
          excludeRequester: false,
        },
      ],
      escalateAfterSec: null,
      backups: [],
      expireAfterSec: 3_600,
    },
  },
  defaultRoute: 'review',
  amountPaths: ['action.args.amount'],
  approvalValidSec: 900,
  ...over,
});
export const below = (amount: number): GatePolicy =>
  policy({ rules: [{ ...RULES[0]!, name: 'lenient', when: `tool == "refund" && has(args.amount) && amount < ${amount}` }] });

export const at = (minutes: number): string => new Date(Date.UTC(2026, 9, 1, 9, minutes)).toISOString();

/** A log that is written event by event, with positions that grow. */
export const aPast = (setup: Partial<BacktestSetup> = {}) => {
  const backtest: Backtest = openBacktest({
    candidate: { version: 0, document: policy() },
    against: 'recorded',
    actionOf: ({ toolName, private: { action } }) => action ?? { name: toolName, args: {} },
    ...setup,
  });
  let position = 0;
  const found: ReturnType<Backtest['take']> = [];
  const take = (approvalId: string, event: { type: PastEvent['type']; data: unknown }) =>
    found.push(...backtest.take({ approvalId, position: String((position += 100)), ...event } as PastEvent));
  const ask = (
    id: string,
    amount: number,
    more: { minute?: number; test?: true; entity?: string; decisions?: string[]; risk?: string } = {},
  ) =>
    take(id, {
      type: 'ApprovalRequested',
      data: {
        riskLevel: more.risk ?? 'medium',
        agent: { id: 'agt_shop' },
        labels: {},
        source: 'custom',
        requestedAt: at(more.minute ?? 0),
        toolName: 'refund',
        allowedDecisions: more.decisions ?? ['approve', 'reject', 'modify'],
        ...(more.test && { test: true }),
        private: {
          arguments: {
            contextSummary: 'Broken.',
            proposedAction: 'Refund.',
            entityId: more.entity ?? 'A-1',
            riskLevel: more.risk ?? 'medium',
          },
          action: { name: 'refund', args: { amount, currency: 'USD' } },
          principal: null,
        },
      },
    });
  const gate = (id: string, verdict: string, more: Partial<EventData<'GateEvaluated'>> & { rule?: string; minute?: number } = {}) => {
    const { rule = 'default', minute = 0, ...data } = more;
    take(id, {
      type: 'GateEvaluated',
      data: {
        verdict,
        policy: { id: 'refunds', version: 1, rule },
        explanation: 'As recorded.',
        problems: [],
        evaluatedAt: at(minute),
        ...data,
      },
    });
  };
  const open = (id: string, minute = 0) => take(id, { type: 'ReviewStepOpened', data: { openedAt: at(minute) } });
  const end = (id: string, type: TerminalType, decision: TerminalData['decision']['decision'], minute = 5, by = 'operator') =>
    take(id, {
      type,
      data: {
        decision: {
          decision,
          approved: decision === 'approved' || decision === 'modified',
          by: { kind: by, id: 'x' },
          decidedAt: at(minute),
        },
        private: { approvedAction: null },
      },
    });
  return { backtest, found, take, ask, gate, open, end, summary: () => backtest.summary() };
};

/** One request from asking to a person's word. */
export const reviewed = (
  past: ReturnType<typeof aPast>,
  id: string,
  amount: number,
  word: 'approved' | 'rejected',
  more: { minute?: number } = {},
) => {
  past.ask(id, amount, more);
  past.gate(id, amount >= 1_000 ? 'ESCALATE_SENIOR' : 'HUMAN_REVIEW', { rule: amount >= 1_000 ? 'large' : 'default', ...more });
  past.open(id, more.minute);
  past.end(id, word === 'approved' ? 'ApprovalGranted' : 'ApprovalRejected', word, (more.minute ?? 0) + 5);
};
