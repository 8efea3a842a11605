/**
 * What one evaluation costs: the default policy, and one of 100 rules as people write them. Run alone:
 * `TSX_TSCONFIG_PATH=tsconfig.base.json node --conditions=@holdpoint/source --import tsx libs/gate/bench/evaluate.ts`
 */
import type { GatePolicy } from '@holdpoint/contracts';
import { refund, refundRequested } from '@holdpoint/testing';
import { defaultPolicy, evaluateUnder, plainContext } from '../src/index.ts';

const ROUNDS = 30_000;

const CONDITIONS = [
  (n: number) => `tool == "tool_${n}" && amount >= ${n} && amount < ${n + 10}`,
  (n: number) => `tool.startsWith("export_${n}") && has(args.rows) && args.rows > ${n * 100}`,
  (n: number) => `has(labels.team) && labels.team == "team_${n}" && riskLevel != "low"`,
  (n: number) => `amount > ${n * 1_000} && currency in ["USD", "EUR", "GBP"]`,
  (n: number) => `agent == "agt_${n}" && (principal == null || entity.contains("vip_${n}"))`,
];
const hundred = (extra: Partial<GatePolicy> = {}): GatePolicy => ({
  ...defaultPolicy(),
  id: 'hundred',
  rules: Array.from({ length: 100 }, (_, n) => ({
    name: `rule-${n}`,
    when: CONDITIONS[n % CONDITIONS.length]?.(n) ?? 'false',
    verdict: n % 7 === 0 ? ('ESCALATE_SENIOR' as const) : ('HUMAN_REVIEW' as const),
    route: n % 7 === 0 ? 'senior' : 'review',
    explain: 'An example.',
  })),
  ...extra,
});
const withTime = (): GatePolicy => {
  const policy = hundred({
    timeZone: 'Europe/Berlin',
    history: { refunds: { measure: 'sum', by: ['agent'], of: 'approved', windowSec: 86_400 } },
  });
  policy.rules[0] = { ...(policy.rules[0] as GatePolicy['rules'][number]), when: 'time.hour >= 22 && history.refunds > 10000' };
  return policy;
};

const proposal = { requested: refundRequested({ labels: { team: 'support' } }), action: refund(245), edited: false };
const requested = refundRequested();
const long = {
  ...proposal,
  requested: {
    ...requested,
    private: {
      ...requested.private,
      arguments: { ...requested.private.arguments, contextSummary: 'The customer received a broken lamp and asks. '.repeat(80) },
    },
  },
};

const measure = (name: string, document: GatePolicy, what = proposal): void => {
  const active = { version: 1, document };
  let clock = 0;
  const context = () => plainContext({ now: new Date(1_790_000_000_000 + (clock += 1_000)).toISOString(), history: () => 0 });
  const contexts = Array.from({ length: 1_000 }, context);
  const micros: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const before = performance.now();
    for (let round = 0; round < ROUNDS; round += 1) evaluateUnder(active, what, contexts[round % 1_000] as never);
    micros.push(((performance.now() - before) * 1_000) / ROUNDS);
  }
  console.log(
    `${name.padEnd(56)} ${Math.min(...micros)
      .toFixed(2)
      .padStart(8)} µs`,
  );
};

measure('default policy (3 rules)', defaultPolicy());
measure('no rule at all: facts and text', { ...defaultPolicy(), rules: [] });
measure('no rule at all, 3 600 characters of text', { ...defaultPolicy(), rules: [] }, long);
measure('100 rules', hundred());
measure('100 rules, 3 600 characters of text', hundred(), long);
measure('100 rules with time and history', withTime());
