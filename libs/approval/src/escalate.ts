import type { ApprovalEvent, DecidedBy } from '@holdpoint/contracts';
import { claimDropped } from './claim.ts';
import type { EscalateNow, EscalateStep } from './commands.ts';
import { exhausted } from './exhausted.ts';
import { gatedRisk } from './gated-risk.ts';
import { isAdmin, mayDecide, signatureOf, type Person } from './people.ts';
import { Refused } from './refused.ts';
import { isHeard, isLookedUp, nextDue, peopleOn, rungAfter, type Instant, type Rung } from './rungs.ts';
import { isSatisfied, type ApprovalState, type InReview, type OpenStep } from './state.ts';
import { alertOf } from './step.ts';
import { assertInReview, assertInTime, assertKnown } from './terminal.ts';
import { reached } from './time.ts';

/**
 * A step's wait is over: the next rung is asked too, and when none is left the ladder says what happens. A timer that comes early, late or
 * twice, or for a step that is no longer open, has nothing to do. A claim ends here: whoever holds it did not decide in time.
 */
export const escalateStep = (command: EscalateStep, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status !== 'review' || reached(command.now, state.expiresAt)) return [];
  const events: ApprovalEvent[] = [];
  for (const open of state.open) {
    if (isSatisfied(open) || open.exhausted || open.escalateAt === null || !reached(command.now, open.escalateAt)) continue;
    const next = nextRung(state, open, command);
    if (next !== null) events.push(...claimDropped(state, open, command.now), ...askedFrom(next, state, open, TIMED_OUT, command));
    else {
      const end = exhausted(command, state, open);
      events.push(...end.events);
      if (end.final) return events;
    }
  }
  return events;
};

/**
 * A person asks the next rung at once: exactly whom its timer would ask at this instant, those whose turn it is and those who are awake. The rungs
 * after it keep their times.
 * @throws Refused `not_escalatable` when no rung is left, `not_eligible` for somebody who may neither decide nor administer, `approval_expired`.
 */
export const escalateNow = (command: EscalateNow, state: ApprovalState): ApprovalEvent[] => {
  const { review, open } = permitEscalation(command.by, state, command.now, command.step);
  const next = rungWithPeople(review, open, command);
  if (next === null) throw noRungLeft(open);
  const why: Why = { reason: 'manual', by: signatureOf(command.by) };
  return [...claimDropped(review, open, command.now), ...askedFrom(next, review, open, why, command)];
};

/** @throws Refused when this person may not escalate now. */
export const permitEscalation = (by: Person, state: ApprovalState, now: string, step?: number): { review: InReview; open: OpenStep } => {
  assertInReview(state);
  assertInTime(state, now);
  const waiting = state.open.filter(open => !isSatisfied(open) && (step === undefined || open.step.index === step));
  const [first] = waiting;
  if (first === undefined) throw new Refused('wrong_step', `Step ${step ?? ''} is not open.`);
  const mine = isAdmin(by) ? waiting : waiting.filter(open => mayDecide(by, open));
  if (mine.length === 0) throw new Refused('not_eligible', 'Only who may decide this step, an admin or an owner may escalate it.');
  const open = mine.find(one => rungAfter(one.step, one.level) !== null);
  if (open === undefined) throw noRungLeft(mine[0] ?? first);
  return { review: state, open };
};

const noRungLeft = ({ step }: OpenStep): Refused => new Refused('not_escalatable', `Step "${step.name}" has no backup level left to ask.`);

/** A rung with the people on it, and the rungs passed over on the way because nobody stood on them. */
export type FoundRung = { rung: Rung; skipped: number[] } & ReturnType<typeof peopleOn>;

/** Why a rung is asked, and by whom where a person says so. */
type Why = { reason: 'timeout' | 'manual' | 'empty' | 'asleep'; by: DecidedBy | null };
const TIMED_OUT: Why = { reason: 'timeout', by: null };
const ASLEEP: Why = { reason: 'asleep', by: null };

/** The next rung that somebody stands on; null when there is none. */
export const rungWithPeople = (review: InReview, open: OpenStep, at: Instant): FoundRung | null => {
  const skipped: number[] = [];
  for (let rung = rungAfter(open.step, open.level); rung !== null; rung = rungAfter(open.step, rung.level)) {
    const found = peopleOn(rung, open, review, at);
    if (found.operators.length > 0) return { rung, skipped, ...found };
    skipped.push(rung.level);
  }
  return null;
};

/**
 * A rung is asked; and where everybody on it has quiet hours now, those after it too, up to one with somebody awake: quiet hours keep a person from
 * being disturbed, they do not hold up a request. When nobody is awake on any rung, each is asked at its time.
 */
export const askedFrom = (first: FoundRung, review: InReview, open: OpenStep, why: Why, at: Instant): ApprovalEvent[] => {
  const rungs = [first];
  for (let last = first; !isHeard(last.operators, last.rung.importance, at);) {
    const next = rungWithPeople(review, { ...open, level: last.rung.level }, at);
    if (next === null) return [escalatedTo(first, review, open, why, at.now)];
    rungs.push(next);
    last = next;
  }
  return rungs.map((rung, index) => escalatedTo(rung, review, open, index === 0 ? why : ASLEEP, at.now));
};

/** The same, and where nobody stands on any of them the last one: so that it is recorded, and those who run the gate hear of it. */
const nextRung = (review: InReview, open: OpenStep, at: Instant): FoundRung | null => {
  const found = rungWithPeople(review, open, at);
  if (found !== null) return found;
  const skipped: number[] = [];
  let last: Rung | null = null;
  for (let rung = rungAfter(open.step, open.level); rung !== null; rung = rungAfter(open.step, rung.level)) {
    skipped.push(rung.level);
    last = rung;
  }
  return last === null ? null : { rung: last, skipped, ...peopleOn(last, open, review, at) };
};

/** `ApprovalEscalated`. A short ladder asks roles and names and says no more than that. */
const escalatedTo = (
  { rung, skipped, operators, chosen, standIns }: FoundRung,
  review: InReview,
  open: OpenStep,
  { reason, by }: Why,
  now: string,
): ApprovalEvent => {
  const { requested, action, expiresAt } = review;
  const plain = open.step.escalation === undefined;
  const others = isLookedUp(rung.targets) ? operators.filter(id => !chosen.includes(id)) : [];
  return {
    type: 'ApprovalEscalated',
    data: {
      stepIndex: open.step.index,
      level: rung.level,
      approvers: rung.targets,
      riskLevel: gatedRisk(requested.riskLevel, review.gate.verdict),
      reason,
      by,
      ...(plain ? {} : { round: rung.round, strategy: rung.strategy, importance: rung.importance }),
      ...(rung.channels === undefined ? {} : { channels: rung.channels }),
      ...(rung.strategy !== 'all' || isLookedUp(rung.targets) ? { assigned: chosen } : {}),
      ...(others.length === 0 ? {} : { others }),
      ...(open.step.seniorOnly ? { seniorOnly: true as const } : {}),
      ...(standIns.length === 0 ? {} : { standIns: [...standIns] }),
      ...(skipped.length === 0 ? {} : { skipped }),
      escalatedAt: now,
      expiresAt,
      escalateAt: nextDue(review, { ...open, level: rung.level, claim: null }, now),
      private: { alert: alertOf(requested, action) },
    },
  };
};
