import type { Action, GateEvaluation, GatePolicy, Verdict } from '@holdpoint/contracts';
import type { PastEvent } from './backtest-events.ts';
import type { Said } from './backtest-findings.ts';
import type { PastSettings } from './backtest-settings.ts';
import type { GateContext } from './context.ts';
import { factsOf, type RequestedPart } from './facts.ts';
import type { History, HistoryAbout, HistoryPlan } from './history.ts';
import { evaluateUnder, type PublishedVersion } from './under-policy.ts';

/** A past request, as far as a version that is played over it can see it. */
export type Asked = RequestedPart & { test: boolean; requestedAt: string; mayPass: boolean; position: string };
/** The two versions that are held against each other; `recorded`: what the gate said at the time. */
export type Versions = { candidate: PublishedVersion; against: PublishedVersion | 'recorded' };
/** What each of them says about one request. */
export type Sides = { candidate: Said; baseline: Said };
/** What both are told besides the request: the organisation's settings then, and the past up to it; null where neither reads history facts. */
export type Then = { settings: PastSettings; history: History | null };
type Proposed = { asked: Asked; action: Action; edited: boolean };

/** What the candidate says where the gate spoke, and what it is held against, with the facts as they were then. */
export const sidesOf = (
  { candidate, against }: Versions,
  then: Then,
  event: PastEvent & { type: 'GateEvaluated' },
  { asked, action, edited }: Proposed,
): Sides => {
  const context = edited ? onEdit(then, event, asked) : onRequest(then, event, asked, action);
  const say = (version: PublishedVersion): Said =>
    saidOf(evaluateUnder(version, { requested: asked, action, edited }, context(version.document)), asked);
  return { candidate: say(candidate), baseline: against === 'recorded' ? saidOf(event.data, asked) : say(against) };
};

/** The history facts that the two versions read. */
export const plansOf = ({ candidate, against }: Versions): HistoryPlan[] =>
  [candidate, ...(against === 'recorded' ? [] : [against])].flatMap(({ document }) =>
    Object.values(document.history ?? {}).map(fact => ({ fact, amountPaths: document.amountPaths })),
  );

/** Whether nobody is asked. */
export const isAutomatic = ({ verdict }: Said): boolean => verdict === 'APPROVE_AUTOMATICALLY' || verdict === 'REJECT_AUTOMATICALLY';

type ContextFor = (document: GatePolicy) => GateContext;

/** What the gate had at hand for a request. A grant that was used is let through again: whoever made it meant it, under any policy. */
const onRequest = (
  { settings, history }: Then,
  { data }: PastEvent & { type: 'GateEvaluated' },
  asked: Asked,
  action: Action,
): ContextFor => {
  const then = settings.contextOf(asked.agent.id, data.evaluatedAt);
  const grant = data.grantId === undefined ? null : { grantId: data.grantId };
  if (history === null) return () => ({ ...then, grant });
  const about = aboutOf(asked, action);
  return ({ amountPaths }) => ({ ...then, grant, history: fact => history.value({ fact, amountPaths }, about) });
};

/** For a person's edit it is what `decision` had at hand: history as it was recorded with the edit, and no grant, since a person's vote counts. */
const onEdit = ({ settings }: Then, { data }: PastEvent & { type: 'GateEvaluated' }, { agent }: Asked): ContextFor => {
  const known = data.private?.facts.history;
  return () => ({ ...settings.contextOf(agent.id, data.evaluatedAt), history: (_, fact) => known?.[fact] ?? null });
};

const aboutOf = (asked: Asked, action: Action): HistoryAbout => {
  const { agent, entity, tool, principal, currency } = factsOf({ requested: asked, action, edited: false }, []).facts;
  return { agent, entity, tool, principal, currency, test: asked.test, position: asked.position, at: asked.requestedAt };
};

/** An agent that takes no plain approval is asked about by a person, whatever the rules say. */
const heard = (verdict: Verdict, { mayPass }: Asked): Verdict =>
  verdict === 'APPROVE_AUTOMATICALLY' && !mayPass ? 'HUMAN_REVIEW' : verdict;

type Spoken = Pick<GateEvaluation, 'verdict' | 'policy' | 'explanation' | 'problems'>;
const saidOf = ({ verdict, policy, explanation, problems }: Spoken, asked: Asked): Said => ({
  verdict: heard(verdict, asked),
  rule: policy.rule,
  explanation,
  problems,
});
