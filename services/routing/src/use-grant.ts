import { isTerminal, streamOf, type GateEvaluation, type WorkItem } from '@holdpoint/contracts';
import { RevisionConflict } from '@holdpoint/event-log';
import { grantMatches, grantMayLift } from '@holdpoint/gate';
import { causedBy } from './caused-by.ts';
import type { Deps } from './deps.ts';
import type { Gated } from './gate-context.ts';

/** How often another use of the same grant may come first before this request is left to people. */
const ATTEMPTS_MAX = 8;

/**
 * Uses a standing grant for a request that people would have to decide. The use is recorded at the grant's exact revision before anything is
 * let through, so no grant is used more often, nor for more, than it says, however many replicas there are. A request that used one already
 * (the process died in between) goes on with it; one that was gated without, and whose work comes again, uses none that was made since.
 * @param said what the rules say without a grant
 * @returns the grant; null when none fits
 * @throws LogUnavailable
 */
export const useGrant = async (deps: Deps, gated: Gated, said: GateEvaluation, item: WorkItem): Promise<{ grantId: string } | null> => {
  const { directory } = deps;
  const { facts } = said;
  const { tenant, now } = gated;
  if (!grantMayLift(said) || directory.killSwitch(tenant, facts.agent) !== null) return null;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const used = directory.grantUsedBy(tenant, facts.tool, gated.requested.approvalId);
    if (used !== null) return { grantId: used.grantId };
    const grant = directory.grants(tenant, facts.tool).find(one => grantMatches(one, facts, now));
    if (grant === undefined || (await wasGated(deps, item))) return null;
    if (await recordUse(deps, grant, gated, facts.amount, item)) return { grantId: grant.grantId };
  }
  return null;
};

/** Whether the gate has spoken since, or nobody waits for it any more. */
const wasGated = async ({ eventLog }: Deps, { stream, revision }: WorkItem): Promise<boolean> => {
  const { events } = await eventLog.loadRaw(stream, { fromRevision: revision + 1 });
  return events.some(({ type }) => type === 'GateEvaluated' || isTerminal(type));
};

/** @returns false when somebody else was faster; the directory then knows of it. */
const recordUse = async (
  { eventLog, directory }: Deps,
  { grantId, revision }: { grantId: string; revision: number },
  { requested: { approvalId }, now }: Gated,
  amount: number | null,
  item: WorkItem,
): Promise<boolean> => {
  const stream = streamOf.grant(grantId);
  try {
    const { position } = await eventLog.append(stream, [{ type: 'GrantUsed', data: { grantId, approvalId, amount, at: now } }], {
      ...causedBy(item, `grant:${grantId}`, now),
      expectedRevision: revision,
    });
    // The next request must see this use: it would only meet its revision otherwise.
    await directory.atLeast(position);
    return true;
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    const { events } = await eventLog.loadRaw(stream, { fromRevision: revision + 1 });
    const last = events.at(-1);
    if (last === undefined) throw error;
    await directory.atLeast(last.position);
    return false;
  }
};
