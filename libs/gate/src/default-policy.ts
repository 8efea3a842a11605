import type { GatePolicy } from '@holdpoint/contracts';

/**
 * The policy of a new organisation. Amounts are in units of the request's currency.
 * Small and low-risk passes by itself, but only where the call itself states the amount (`has(args.amount)`): a claim of low risk beside an
 * unknown amount is no reason. Large or critical goes to a senior; all else to a person, which is no problem for tools that have no amount. Whoever asks does not decide, unless the
 * organisation is in solo mode.
 */
export const defaultPolicy = (): GatePolicy => ({
  id: 'default',
  name: 'Default policy',
  rules: [
    {
      name: 'small-and-low-risk',
      when: 'riskLevel == "low" && has(args.amount) && amount >= 0 && amount < 50',
      verdict: 'APPROVE_AUTOMATICALLY',
      explain: 'Low risk, and the amount {amount} is below 50.',
    },
    {
      name: 'large-amount',
      when: 'amount != null && amount >= 1000',
      verdict: 'ESCALATE_SENIOR',
      route: 'senior',
      explain: 'The amount {amount} is 1000 or more, so a senior decides.',
    },
    {
      name: 'critical-risk',
      when: 'riskLevel == "critical"',
      verdict: 'ESCALATE_SENIOR',
      route: 'senior',
      explain: 'The agent calls it critical, so a senior decides.',
    },
  ],
  routes: {
    review: {
      steps: [
        {
          name: 'review',
          approvers: { roles: ['operator', 'senior', 'admin', 'owner'], operators: [] },
          approveCount: 1,
          rejectCount: 1,
          excludeRequester: true,
        },
      ],
      escalateAfterSec: 300,
      backups: [{ roles: ['senior', 'admin', 'owner'], operators: [] }],
      expireAfterSec: 86_400,
    },
    senior: {
      steps: [
        {
          name: 'senior review',
          approvers: { roles: ['senior', 'admin', 'owner'], operators: [] },
          approveCount: 1,
          rejectCount: 1,
          excludeRequester: true,
        },
      ],
      escalateAfterSec: 300,
      backups: [{ roles: ['admin', 'owner'], operators: [] }],
      expireAfterSec: 86_400,
    },
  },
  defaultRoute: 'review',
  amountPaths: ['action.args.amount', 'arguments.amount'],
  approvalValidSec: 900,
});
