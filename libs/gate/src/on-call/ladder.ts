import type { Approvers, EscalationPolicy, RouteStep } from '@holdpoint/contracts';

/** A ladder with the version it is a copy of; `policy` is null when the route brought its own. */
export type Ladder = { policy: { id: string; version: number } | null; document: EscalationPolicy };

/** A lease on a request when the route says nothing else, seconds. */
const CLAIM_TIMEOUT_SEC = 300;
/** Longer than any deadline: a ladder that waits so long is never exhausted, seconds. */
const NEVER_SEC = 2_592_000;

/** What of a route says what is done about a step that nobody decides, its ladder looked up. */
type Escalates = {
  escalation?: { version: number | null; document: EscalationPolicy };
  escalateAfterSec: number | null;
  backups: readonly Approvers[];
};

/**
 * What a route does about a step that nobody decides: its ladder, or its short form (`escalateAfterSec`, `backups`) as a ladder whose levels all wait
 * equally long and that leaves the end to the deadline.
 */
export const ladderOf = ({ escalation, escalateAfterSec, backups }: Escalates): Ladder => {
  if (escalation !== undefined) {
    const { version, document } = escalation;
    return { policy: version === null ? null : { id: document.id, version }, document };
  }
  return {
    policy: null,
    document: {
      id: 'route',
      levels:
        escalateAfterSec === null
          ? []
          : backups.map(targets => ({ afterSec: escalateAfterSec, if: 'undecided', targets, strategy: 'all', importance: 'default' })),
      claimTimeoutSec: CLAIM_TIMEOUT_SEC,
      exhaustedAfterSec: escalateAfterSec ?? NEVER_SEC,
      onExhausted: 'expire',
    },
  };
};

/**
 * How many people must approve a step.
 * @param peopleAsked how many the step asks when it opens
 * @returns the step's count, or its share of the people asked, rounded up, at least one
 */
export const quorumOf = (
  { approveCount, approvePercent }: Pick<RouteStep, 'approveCount' | 'approvePercent'>,
  peopleAsked: number,
): number => (approvePercent === undefined ? approveCount : Math.max(1, Math.ceil((peopleAsked * approvePercent) / 100)));
