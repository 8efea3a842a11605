import { QUESTION_PAUSE_SEC_MAX, UPSTREAM_MARGIN_SEC } from './limits.ts';
import { nextDue } from './rungs.ts';
import type { ApprovalEvent, DecidedBy, EventData } from '@holdpoint/contracts';
import type { InReview, OpenStep, Requested, StoppedClock } from './state.ts';
import { earliest, later, latest, msOf, secBetween } from './time.ts';

/** The latest a deadline may become: the agent's own, less the time the answer needs; null where the agent has none. */
export const latestEnd = ({ upstreamExpiresAt }: Pick<Requested, 'upstreamExpiresAt'>): string | null =>
  upstreamExpiresAt === null ? null : later(upstreamExpiresAt, -UPSTREAM_MARGIN_SEC);

/** A wished deadline, cut to what the agent's own allows. */
export const withinUpstream = (wished: string, requested: Pick<Requested, 'upstreamExpiresAt'>): string => {
  const end = latestEnd(requested);
  return end === null ? wished : earliest(wished, end);
};

/** How long a step's own clock stood still, seconds. */
export const stoodStillSec = ({ openedAt }: OpenStep, { since }: StoppedClock, until: string): number =>
  Math.max(0, secBetween(latest(since, openedAt), until));

/** The clock stops: the deadline becomes the latest it may be, and no further rung is asked until the answer. */
export const clockStopped = (state: InReview, by: DecidedBy, now: string): ApprovalEvent =>
  deadlineChanged(state, notBefore(state.expiresAt, QUESTION_PAUSE_SEC_MAX, state.requested), 'question', by, now, () => null);

/** The clock goes on: what was left of the time when it stopped is left again, and the timetable comes so much later. */
export const clockRuns = (state: InReview, clock: StoppedClock, by: DecidedBy, now: string): ApprovalEvent => {
  const expiresAt = notBefore(clock.expiresAt, secBetween(clock.since, now), state.requested);
  const running: InReview = { ...state, clock: null, expiresAt };
  return deadlineChanged(state, expiresAt, 'question', by, now, open =>
    open.exhausted ? null : nextDue(running, { ...open, delaySec: open.delaySec + stoodStillSec(open, clock, now) }, now),
  );
};

/** A deadline made later by so many seconds as the agent's own allows; the cut never makes it earlier than it was. */
const notBefore = (deadline: string, moreSec: number, requested: Requested): string =>
  latest(deadline, withinUpstream(later(deadline, moreSec), requested));

/** `DeadlineChanged`, with what becomes of the steps' timetables where that changes. */
export const deadlineChanged = (
  { open, expiresAt: previous }: InReview,
  expiresAt: string,
  reason: EventData<'DeadlineChanged'>['reason'],
  by: DecidedBy | null,
  now: string,
  escalateAt?: (open: OpenStep) => string | null,
): ApprovalEvent => {
  const escalations =
    escalateAt === undefined
      ? []
      : open.map(one => ({ one, at: escalateAt(one) })).filter(({ one, at }) => !sameInstant(one.escalateAt, at));
  return {
    type: 'DeadlineChanged',
    data: {
      expiresAt,
      previous,
      ...(escalations.length === 0
        ? {}
        : { escalations: escalations.map(({ one, at }) => ({ stepIndex: one.step.index, escalateAt: at })) }),
      reason,
      by,
      at: now,
    },
  };
};

const sameInstant = (one: string | null, other: string | null): boolean =>
  one === other || (one !== null && other !== null && msOf(one) === msOf(other));
