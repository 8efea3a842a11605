import type { ApprovalEvent, Verdict } from '@holdpoint/contracts';
import { askedFrom, rungWithPeople } from './escalate.ts';
import { stepOpened } from './evolve-review.ts';
import { isHeard, type Instant } from './rungs.ts';
import type { Gating, InReview } from './state.ts';
import { stepOpenedEvent, type Opened } from './step.ts';

/**
 * Opens steps: `ReviewStepOpened` for each. A step that nobody stands on asks its first rung with people at once, instead of waiting for
 * nobody; one whose people all have quiet hours asks on up to a rung with somebody awake, if there is one.
 * @param state with the gate's word on the current action in it
 */
export const openSteps = (
  state: (Gating & { gate: NonNullable<Gating['gate']> }) | InReview,
  { steps }: Opened,
  verdict: Verdict,
  at: Instant,
): { events: ApprovalEvent[]; after: InReview } => {
  const events: ApprovalEvent[] = [];
  let after: Gating | InReview = state;
  for (const step of steps) {
    const clock = after.status === 'review' ? after.clock : null;
    const opened = stepOpenedEvent({ ...after, clock }, step, verdict, { ...at, expiresAt: after.expiresAt });
    events.push(opened);
    after = stepOpened(after, opened.data) as InReview;
    const { operators } = at.people(step.approvers, step.seniorOnly);
    if (operators.length > 0 && isHeard(operators, 'default', at)) continue;
    const open = after.open.at(-1);
    const found = open === undefined ? null : rungWithPeople(after, open, at);
    if (open === undefined || found === null) continue;
    const asked = askedFrom(found, after, open, { reason: operators.length === 0 ? 'empty' : 'asleep', by: null }, at);
    // Nobody is awake further up either: those who stand on the step are asked first, as the ladder says.
    if (operators.length === 0 || asked.length > 1 || isHeard(found.operators, found.rung.importance, at)) events.push(...asked);
  }
  return { events, after: after as InReview };
};
