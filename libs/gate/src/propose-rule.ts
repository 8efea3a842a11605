import type { GatePolicy, GateRule, PolicyCase } from '@holdpoint/contracts';
import { bandInWords } from './bands.ts';
import type { Calibration } from './calibrate.ts';
import { proposalOf } from './run-cases.ts';
import { plainContext } from './plain-context.ts';
import { evaluateUnder } from './under-policy.ts';

/** Lower end of the interval of agreement from which a rule is proposed: people agree in at least nineteen of twenty. */
export const PROPOSED_RATE_MIN = 0.95;

/**
 * A policy with one narrow rule more: what people nearly always approved (one agent, one tool, one currency and amount band) passes by
 * itself. A draft: it is for a person to ratify.
 * @param active the policy as it stands; the draft is it with the rule and its cases
 * @returns the draft, or why nothing is proposed
 */
export const proposeRule = (
  active: GatePolicy,
  calibration: Calibration,
): { ok: true; document: GatePolicy; rule: GateRule } | { ok: false; reason: string } => {
  const { agentId, tool, band, currency, decided, agreed, low } = calibration;
  if (low < PROPOSED_RATE_MIN)
    return {
      ok: false,
      reason: `people agreed with ${agreed} of ${decided}, so with 95 % confidence only with ${percent(low)} or more; ${percent(PROPOSED_RATE_MIN)} is asked for`,
    };
  if (band.from === null && band.to !== null) return { ok: false, reason: 'amounts below zero are for people' };
  const rule: GateRule = {
    name: freeName(active, `calibrated-${tool.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-${band.from ?? 'any'}`),
    when: conditionOf(calibration),
    verdict: 'APPROVE_AUTOMATICALLY',
    explain: `People approved ${agreed} of ${decided} like this (${bandInWords(band)}), at least ${percent(low)} with 95 % confidence.`,
  };
  const withRule = { ...active, rules: [...active.rules, rule] };
  const inside = caseIn(withRule, `${rule.name} passes`, { agentId, tool, currency, amount: band.from });
  if (inside.then.verdict !== 'APPROVE_AUTOMATICALLY')
    return { ok: false, reason: `rule "${inside.then.rule}" is stricter there, so the proposed one would change nothing` };
  const cases = [
    ...(active.cases ?? []),
    inside,
    caseIn(withRule, `${rule.name} is for this agent only`, { agentId: `${agentId}-other`, tool, currency, amount: band.from }),
    ...(band.to === null ? [] : [caseIn(withRule, `${rule.name} ends below ${band.to}`, { agentId, tool, currency, amount: band.to })]),
  ];
  return { ok: true, rule, document: { ...withRule, cases } };
};

const conditionOf = ({ agentId, tool, band, currency }: Calibration): string =>
  [
    `agent == ${JSON.stringify(agentId)}`,
    `tool == ${JSON.stringify(tool)}`,
    ...(currency === null ? [] : [`currency == ${JSON.stringify(currency)}`]),
    ...(band.from === null ? ['amount == null'] : [`amount != null && amount >= ${band.from}`]),
    ...(band.to === null ? [] : [`amount < ${band.to}`]),
    '!(riskLevel in ["high", "critical"])',
  ].join(' && ');

/** A case that holds what the draft says now, so that later changes to it show. */
const caseIn = (
  document: GatePolicy,
  name: string,
  { agentId, tool, currency, amount }: { agentId: string; tool: string; currency: string | null; amount: number | null },
): PolicyCase => {
  const given = {
    agent: agentId,
    tool,
    riskLevel: 'low' as const,
    ...(currency === null ? {} : { currency }),
    ...(amount === null ? {} : { amount }),
  };
  const said = evaluateUnder({ version: 0, document }, proposalOf(given), plainContext({ history: () => 0 }));
  return { name, given, then: { verdict: said.verdict, rule: said.policy.rule } };
};

const freeName = ({ rules }: GatePolicy, wanted: string): string => {
  const base = wanted.slice(0, 56);
  let name = base;
  for (let count = 2; rules.some(rule => rule.name === name); count += 1) name = `${base}-${count}`;
  return name;
};

const percent = (share: number): string => `${Math.floor(share * 1_000) / 10} %`;
