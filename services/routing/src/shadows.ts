import type { EventData, GateEvaluation, GatePolicy } from '@holdpoint/contracts';
import type { PublishedPolicy } from '@holdpoint/directory';
import { evaluateUnder } from '@holdpoint/gate';
import type { Deps } from './deps.ts';
import { gateContext, proposalOf, type Gated } from './gate-context.ts';
import type { HistoryLookup } from './history-index.ts';

/**
 * What versions that are only tried out would have said. They see what the active one saw, without grants and sampling, and have no effect;
 * one that fails says nothing.
 */
export const shadowsOf = (
  deps: Deps,
  gated: Gated,
  said: GateEvaluation,
  versions: readonly PublishedPolicy[],
  historyOf: ReadonlyMap<GatePolicy, HistoryLookup> | null,
): EventData<'ShadowEvaluated'>[] =>
  versions.flatMap(version => {
    try {
      const context = gateContext(deps, gated, historyOf?.get(version.document), null);
      const { verdict, policy, explanation } = evaluateUnder(version, proposalOf(gated), context);
      return [{ verdict, policy, explanation, agrees: verdict === said.verdict, evaluatedAt: gated.now }];
    } catch (error) {
      deps.logger.warn({ err: error, policy: version.policyId, version: version.version }, 'a policy version that is tried out failed');
      return [];
    }
  });
