import type { GatePolicy, PolicyCase, Verdict, WorkingHours } from '@holdpoint/contracts';
import { NO_RULE } from './evaluate.ts';
import type { Proposal } from './facts.ts';
import { plainContext } from './plain-context.ts';
import { evaluateUnder } from './under-policy.ts';

/** What the policy says about one of its cases. */
export type CaseResult = {
  name: string;
  ok: boolean;
  expected: PolicyCase['then'];
  said: { verdict: Verdict; rule: string; route: string };
  explanation: string;
  problems: string[];
};

/**
 * Runs the cases of a policy: each is one request, and what must be said about it. What a case leaves out is plain: a call of
 * `request_human_approval` by `agt_example` at medium risk, without amount, labels or history, on a Monday at noon UTC.
 */
export const runCases = (document: GatePolicy): CaseResult[] =>
  (document.cases ?? []).map(({ name, given, then }) => {
    const { verdict, policy, explanation, problems } = evaluateUnder(
      { version: 0, document },
      proposalOf(given),
      plainContext({
        ...(given.at === undefined ? {} : { now: given.at }),
        workingHours: given.workingHours === undefined ? null : always(given.workingHours),
        history: (_, fact) => given.history?.[fact] ?? 0,
      }),
    );
    const said = { verdict, rule: policy.rule, route: routeNameOf(document, policy.rule) };
    const ok =
      said.verdict === then.verdict &&
      (then.rule === undefined || then.rule === said.rule) &&
      (then.route === undefined || then.route === said.route);
    return { name, ok, expected: then, said, explanation, problems };
  });

/** A case as the request it describes. */
export const proposalOf = (given: PolicyCase['given']): Proposal => {
  const { tool = 'request_human_approval', args = {}, riskLevel = 'medium' } = given;
  const amount = given.amount === undefined ? {} : { amount: given.amount };
  const currency = given.currency === undefined ? {} : { currency: given.currency };
  return {
    requested: {
      riskLevel,
      agent: { id: given.agent ?? 'agt_example' },
      labels: given.labels ?? {},
      // A case may name a source this version does not know yet; rules compare it as text.
      source: (given.source ?? 'custom') as Proposal['requested']['source'],
      private: {
        arguments: {
          contextSummary: given.contextSummary ?? 'An example.',
          proposedAction: given.proposedAction ?? 'An example.',
          entityId: given.entity ?? 'entity_example',
          riskLevel,
        },
        principal: given.principal === undefined ? null : { id: given.principal },
      },
    },
    action: { name: tool, args: { ...args, ...amount, ...currency } },
    edited: false,
  };
};

/** The route a rule's verdict takes, by name. */
export const routeNameOf = (document: GatePolicy, rule: string): string =>
  (rule === NO_RULE ? undefined : document.rules.find(({ name }) => name === rule)?.route) ?? document.defaultRoute;

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
/** Working hours that never end, or that never come within the case's day. */
const always = (working: boolean): WorkingHours =>
  working ? { timeZone: 'UTC', windows: [{ days: EVERY_DAY, from: '00:00', to: '24:00' }], holidays: [] } : NEVER_WORKING;
const NEVER_WORKING: WorkingHours = { timeZone: 'UTC', windows: [], holidays: [] };
