import type { AgentIntegration, SiblingState } from '@holdpoint/agents';
import { decisionOf } from '@holdpoint/approval';
import { pausedCallKey, streamOf } from '@holdpoint/contracts';
import { approvalIdOf } from '@holdpoint/sealing';
import type { Deps } from './deps.ts';
import { recordedTerminal, type Terminal } from './terminal.ts';

/**
 * Finds the approval of another pending call of the same run by the key its request had. A request that was sent under an
 * `Idempotency-Key` of the app's own is not found like this; such apps send the run's other outputs as `siblingOutputs`.
 */
export const siblingLookup =
  (deps: Pick<Deps, 'eventLog'>, agent: Pick<AgentIntegration, 'format'>, terminal: Terminal) =>
  async (toolCallId: string): Promise<SiblingState> => {
    const { tenant } = terminal.metadata;
    const { threadId, runId } = terminal.data.decision;
    const call = { source: terminal.data.delivery.source, threadId, runId, toolCallId };
    for (const mode of ['live', 'test'] as const) {
      const approvalId = approvalIdOf(tenant, pausedCallKey(mode, call));
      const decided = await recordedTerminal(deps.eventLog, approvalId);
      if (decided !== null) return { state: 'decided', output: agent.format(decisionOf(decided.data)) };
      const { revision } = await deps.eventLog.loadRaw(streamOf.approval(approvalId), { maxCount: 1 });
      if (revision >= 0) return { state: 'undecided' };
    }
    return { state: 'foreign' };
  };
