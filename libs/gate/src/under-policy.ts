import type { GateEvaluation, GatePolicy } from '@holdpoint/contracts';
import { compilePolicy } from './compile-policy.ts';
import { defaultPolicy } from './default-policy.ts';
import type { GateContext } from './context.ts';
import { evaluate, reviewOnly } from './evaluate.ts';
import type { Proposal } from './facts.ts';

/** A version as it was published. Versions never change, so each document is compiled once. */
export type PublishedVersion = { version: number; document: GatePolicy };

const compiled = new WeakMap<GatePolicy, ReturnType<typeof compilePolicy>>();

/** {@link compilePolicy}, remembered for as long as the document is. */
export const compiledOnce = (document: GatePolicy): ReturnType<typeof compilePolicy> => {
  let result = compiled.get(document);
  if (result === undefined) {
    result = compilePolicy(document);
    compiled.set(document, result);
  }
  return result;
};

/**
 * Evaluates a proposal under the active version of a tenant's policy. Without one, or with one that does not compile, a person decides;
 * without one the version recorded is 0.
 */
export const evaluateUnder = (active: PublishedVersion | null, proposal: Proposal, context: GateContext): GateEvaluation => {
  if (active === null) return reviewOnly(defaultPolicy(), 0, proposal, 'no gate policy is active', context);
  const { document, version } = active;
  const result = compiledOnce(document);
  if (result.ok) return evaluate(result.policy, version, proposal, context);
  const usable = document.routes[document.defaultRoute] === undefined ? { ...document, ...defaultRouteOnly() } : document;
  return reviewOnly(
    usable,
    version,
    proposal,
    `policy ${document.id}, version ${version}, cannot be used: ${result.problems[0] ?? 'unknown reason'}`,
    context,
  );
};

const defaultRouteOnly = (): Pick<GatePolicy, 'routes' | 'defaultRoute'> => {
  const { routes, defaultRoute } = defaultPolicy();
  return { routes, defaultRoute };
};
