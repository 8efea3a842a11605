import { decide, evolve, initial, type ApprovalState } from '@holdpoint/approval';
import type { ApprovalEvent, WorkItem } from '@holdpoint/contracts';
import { evaluateUnder, type GateContext } from '@holdpoint/gate';
import { signDecisions } from '@holdpoint/sealing';
import { causedBy } from './caused-by.ts';
import { circumstancesAt } from './circumstances.ts';
import type { Deps } from './deps.ts';

/**
 * Evaluates the gate for a new request and appends what it says: `GateEvaluated` with the first review step, or with the end where a rule
 * decides alone. Works from the message at its revision; the stream is read only when the message carries no data or somebody was faster.
 * A request that was gated before is left as it is.
 * @throws LogUnavailable, EventUnreadable
 */
export const evaluateGate = async (deps: Deps, item: WorkItem): Promise<void> => {
  const { eventLog, metrics } = deps;
  const now = deps.now();
  const known = knownFrom(deps, item);
  const { events } = await eventLog.handle(
    { initial, evolve, decide: (_, state) => gate(deps, item.metadata.tenant, state, now) },
    item.stream,
    'evaluate',
    { ...causedBy(item, 'gate', now), ...(known === null ? {} : { known }) },
  );
  metrics.appended(events);
};

const gate = (deps: Deps, tenant: string, state: ApprovalState, now: string): ApprovalEvent[] => {
  if (state.status !== 'gating') return [];
  const { directory, signer } = deps;
  const { requested, action } = state;
  const circumstances = circumstancesAt(deps, tenant, requested.agent.id, now);
  const proposal = { requested, action: action.action, edited: false };
  const evaluation = evaluateUnder(directory.activePolicy(tenant), proposal, contextAt(now));
  return signDecisions(decide({ type: 'ApplyGate', ...circumstances, evaluation, now }, state), tenant, signer);
};

/** The state a message carries: the request itself, at revision 0. */
const knownFrom = ({ eventLog }: Deps, item: WorkItem): { state: ApprovalState; revision: number } | null => {
  if (item.data === undefined || item.type !== 'ApprovalRequested') return null;
  return { state: evolve(initial, eventLog.open(item) as unknown as ApprovalEvent), revision: item.revision };
};

const contextAt = (now: string): GateContext => ({
  now,
  random: 1,
  workingHours: null,
  killSwitch: null,
  returnedBands: [],
  escalation: () => null,
});
