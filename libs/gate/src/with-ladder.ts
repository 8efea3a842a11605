import type { GateEvaluation, Route } from '@holdpoint/contracts';
import type { GateContext } from './context.ts';

/**
 * The evaluation with its route's ladder looked up: a policy of the organisation by its id, or the document the route brings. An id that
 * nothing answers to is a problem; the route's short form counts then.
 */
export const withLadder = (said: Unresolved, find: GateContext['escalation']): GateEvaluation => {
  const { escalation, ...route } = said.route;
  if (escalation === undefined) return { ...said, route };
  if (typeof escalation !== 'string') return { ...said, route: { ...route, escalation: { version: null, document: escalation } } };
  const found = find(escalation);
  if (found !== null) return { ...said, route: { ...route, escalation: found } };
  const problem = `escalation policy "${escalation}" is not there, so the route's own times count`;
  return { ...said, route, problems: said.verdict === 'APPROVE_AUTOMATICALLY' ? said.problems : [...said.problems, problem] };
};

/** An evaluation whose route still names its ladder. */
export type Unresolved = Omit<GateEvaluation, 'route'> & { route: Route };
