import type { AgentIntegration, UntoldDecision } from '@holdpoint/agents';
import { decisionOf } from '@holdpoint/approval';
import { pausedCallKey } from '@holdpoint/contracts';
import type { Connection as StoredConnection } from '@holdpoint/directory';
import { EventErased } from '@holdpoint/event-log';
import { approvalIdOf } from '@holdpoint/sealing';
import type { Deps } from './deps.ts';
import { openLedger, readProgress, type Ledger } from './ledger.ts';
import type { Progress } from './progress.ts';
import { recordedTerminal, type Terminal } from './terminal.ts';

/** An approval whose answer one attempt sends, with the record of its way back. */
export type Party = { approvalId: string; ledger: Ledger };
/** The other decisions on one run that is over, and the record of each that was found. */
export type Untold = { of(toolCallId: string): Promise<UntoldDecision | null>; party(approvalId: string): Party };

/** The request's own plan, else the connection's. */
export const fallbackOf = ({ data: { delivery } }: Pick<Terminal, 'data'>, { fallback }: Pick<StoredConnection, 'fallback'>) =>
  delivery.resume.fallback ?? fallback;

/**
 * Finds decisions on other calls of the same run that may go along into a new one: decided, by the same connection and with the same plan, not
 * told yet, and not about to be told by another worker. As `siblingLookup`, it finds them by the key their requests had by default.
 */
export const openUntold = (
  deps: Pick<Deps, 'eventLog' | 'now'>,
  agent: Pick<AgentIntegration, 'format'>,
  terminal: Terminal,
  connection: StoredConnection,
): Untold => {
  const { tenant } = terminal.metadata;
  const { delivery, decision } = terminal.data;
  const found = new Map<string, Party>();
  const samePlan = (other: Terminal): boolean =>
    other.data.delivery.resume.mode === delivery.resume.mode &&
    other.data.delivery.resume.connectionId === delivery.resume.connectionId &&
    fallbackOf(other, connection) === 'newRunOnThread';
  const lookAt = async (approvalId: string): Promise<UntoldDecision | null> => {
    const other = await unlessErased(recordedTerminal(deps.eventLog, approvalId));
    if (other === null || !samePlan(other)) return null;
    const progress = await readProgress(deps.eventLog, approvalId);
    if (progress.resume.done || isBeingSent(progress, Date.parse(deps.now()))) return null;
    const { metadata, id: originId } = other;
    const meta = { tenant, originId, correlationId: metadata.$correlationId, traceparent: metadata.traceparent };
    found.set(approvalId, { approvalId, ledger: openLedger(deps.eventLog, deps.now, approvalId, meta, progress) });
    return { approvalId, output: agent.format(decisionOf(other.data)) };
  };
  return {
    of: async toolCallId => {
      const call = { source: delivery.source, threadId: decision.threadId, runId: decision.runId, toolCallId };
      const [live, test] = await Promise.all(
        (['live', 'test'] as const).map(mode => lookAt(approvalIdOf(tenant, pausedCallKey(mode, call)))),
      );
      return live ?? test ?? null;
    },
    party: approvalId => {
      const party = found.get(approvalId);
      if (party === undefined) throw new RangeError(`nothing was found of ${approvalId}`);
      return party;
    },
  };
};

/** Also what nobody knows the end of: whoever sent it looks first. */
const isBeingSent = ({ resume: { inDoubt, nextAttemptAt } }: Progress, nowMs: number): boolean =>
  inDoubt !== null && nextAttemptAt !== null && Date.parse(nextAttemptAt) > nowMs;

/** Nobody is told of what is erased any more. */
const unlessErased = async (read: Promise<Terminal | null>): Promise<Terminal | null> => {
  try {
    return await read;
  } catch (error) {
    if (error instanceof EventErased) return null;
    throw error;
  }
};
