import type { AgentIntegration, SiblingState } from '@holdpoint/agents';
import { decisionOf } from '@holdpoint/approval';
import { isTerminal, pausedCallKey, streamOf, type Decision, type TerminalData } from '@holdpoint/contracts';
import { approvalIdOf } from '@holdpoint/sealing';
import type { Deps } from './deps.ts';
import type { Terminal } from './terminal.ts';

/**
 * Finds the approval of another pending call of the same run by the key its request had. A request that was sent under an
 * `Idempotency-Key` of the app's own is not found like this; such apps send the run's other outputs as `siblingOutputs`.
 */
export const siblingLookup =
  (deps: { eventLog: Pick<Deps['eventLog'], 'loadRaw' | 'open'> }, agent: Pick<AgentIntegration, 'format'>, terminal: Terminal) =>
  async (toolCallId: string): Promise<SiblingState> => {
    const { tenant } = terminal.metadata;
    const { threadId, runId } = terminal.data.decision;
    const call = { source: terminal.data.delivery.source, threadId, runId, toolCallId };
    for (const mode of ['live', 'test'] as const) {
      const { events } = await deps.eventLog.loadRaw(streamOf.approval(approvalIdOf(tenant, pausedCallKey(mode, call))));
      if (events.length === 0) continue;
      const end = events.find(({ type }) => isTerminal(type));
      if (end === undefined) return { state: 'undecided' };
      const decision = events.some(({ type }) => type === 'ErasureOrdered')
        ? decisionAfterErasure(end.data as Stored)
        : decisionOf(deps.eventLog.open(end).data as TerminalData);
      return { state: 'decided', output: agent.format(decision) };
    }
    return { state: 'foreign' };
  };

/** A terminal event as it is stored: what was sealed cannot be counted on. */
type Stored = Omit<TerminalData, 'private'>;

/**
 * What a run is told about a call whose approval was erased while its other calls were waited for. Nobody can say any more what exactly was
 * approved, so nothing is; without an answer the run, and with it the other calls, would wait for ever.
 */
const decisionAfterErasure = ({ decision, receipt }: Stored): Decision => {
  const unsaid = { note: null, approvedAction: null, state: null, receipt };
  if (!decision.approved) return { ...decision, ...unsaid };
  const note = 'What was approved has been erased. Ask again if it is still needed.';
  return { ...decision, ...unsaid, decision: 'withdrawn', approved: false, approvedUntil: null, note };
};
