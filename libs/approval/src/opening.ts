import type { ApprovalEvent, Verdict } from '@holdpoint/contracts';
import { escalatedTo, rungWithPeople } from './escalate.ts';
import { stepOpened } from './evolve-review.ts';
import type { Instant } from './rungs.ts';
import type { Gating, InReview } from './state.ts';
import { stepOpenedEvent, type Opened } from './step.ts';

/**
 * Opens steps: `ReviewStepOpened` for each. A step that nobody stands on asks its first rung with people at once, instead of waiting for
 * nobody.
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
    if (at.people(step.approvers).operators.length > 0) continue;
    const open = after.open.at(-1);
    const found = open === undefined ? null : rungWithPeople(after, open, at);
    if (open !== undefined && found !== null) events.push(escalatedTo(found, after, open, 'empty', null, at.now));
  }
  return { events, after: after as InReview };
};
