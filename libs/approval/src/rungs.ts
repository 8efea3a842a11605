import type { Approvers, ReviewStep, TimetableEntry } from '@holdpoint/contracts';
import type { AskedPeople, Rotation } from './commands.ts';
import { usedOn } from './standing.ts';
import { isSatisfied, type InReview, type OpenStep } from './state.ts';
import { later, latest, reached } from './time.ts';

/** One rung of a step's ladder. `at` is null in the short form: it comes `escalateAfterSec` after the one before. */
export type Rung = Omit<TimetableEntry, 'at'> & { at: string | null };

/** When a command asks people, and who they are then. */
export type Instant = {
  now: string;
  people: AskedPeople;
  rotation?: Rotation | undefined;
  awake?: ((operatorId: string) => boolean) | undefined;
};

/** Whether somebody hears of it at once: what is important disturbs anybody. */
export const isHeard = (operators: readonly string[], importance: Rung['importance'], { awake }: Instant): boolean =>
  awake === undefined || importance === 'important' || operators.some(awake);

/** The rung after a level; null when there is none left. */
export const rungAfter = (step: ReviewStep, level: number): Rung | null => {
  if (step.escalation !== undefined) return step.escalation.timetable.find(rung => rung.level > level) ?? null;
  const targets = step.backups[level];
  if (targets === undefined) return null;
  return { level: level + 1, round: 0, at: null, targets, if: 'undecided', strategy: 'all', importance: 'default' };
};

/**
 * When an open step asks its next rung, or its ladder is over; null when that never comes or the deadline comes first. A claim holds back a
 * rung that waits for unclaimed requests only, for as long as the claim lasts.
 */
export const nextDue = ({ clock, expiresAt }: Pick<InReview, 'clock' | 'expiresAt'>, open: OpenStep, now: string): string | null => {
  if (clock !== null || open.exhausted || isSatisfied(open)) return null;
  const due = plannedDue(open, now);
  if (due === null) return null;
  const held = open.claim !== null && rungAfter(open.step, open.level)?.if === 'unclaimed' ? latest(due, open.claim.expiresAt) : due;
  return reached(held, expiresAt) ? null : held;
};

const plannedDue = ({ step, level, delaySec }: OpenStep, now: string): string | null => {
  const { escalation, escalateAfterSec } = step;
  if (escalation === undefined) return escalateAfterSec === null ? null : later(now, escalateAfterSec);
  const at = rungAfter(step, level)?.at ?? escalation.exhaustedAt;
  return at === null || delaySec === 0 ? at : later(at, delaySec);
};

/** People of a rung who could still decide, in the order of their ids, and those whom its strategy chooses to alert. */
export const peopleOn = (
  rung: Pick<Rung, 'targets' | 'strategy'>,
  open: OpenStep,
  review: InReview,
  { people, rotation }: Instant,
): { operators: string[]; chosen: string[]; standIns: readonly { from: string; to: string }[] } => {
  const { operators, standIns } = people(rung.targets, open.step.seniorOnly);
  const used = usedOn(open, review);
  const barred = open.step.excludeRequester ? review.requested.private.principal?.id : undefined;
  const able = [...new Set(operators)].filter(id => !used.has(id) && id !== barred).sort();
  return { operators: able, chosen: chosenOf(rung.strategy, able, open, rotation), standIns };
};

/** Everybody; or one: whose turn it is, who has the least to do, or who was not asked before. */
const chosenOf = (strategy: Rung['strategy'], able: string[], open: OpenStep, rotation: Rotation | undefined): string[] => {
  const [first] = able;
  if (first === undefined || strategy === 'all') return able;
  switch (strategy) {
    case 'roundRobin':
      return [afterLast(able, rotation?.lastOf(able) ?? null)];
    case 'nextInRotation':
      return [able.find(id => !open.assigned.includes(id)) ?? afterLast(able, open.assigned.at(-1) ?? null)];
    case 'leastLoaded': {
      const load = rotation?.openCount ?? (() => 0);
      return [able.reduce((least, id) => (load(id) < load(least) ? id : least), first)];
    }
    default:
      return never(strategy);
  }
};

/** The one after `last` in the circle; the first one where nobody came before. */
const afterLast = (able: string[], last: string | null): string => {
  const next = last === null ? able[0] : (able.find(id => id > last) ?? able[0]);
  if (next === undefined) throw new TypeError('nobody to choose from');
  return next;
};

/** Whether approvers have to be looked up beyond roles and names. */
export const isLookedUp = ({ teams, schedules }: Approvers): boolean => (teams?.length ?? 0) > 0 || (schedules?.length ?? 0) > 0;

const never = (strategy: never): never => {
  throw new TypeError(`unknown strategy ${String(strategy)}`);
};
