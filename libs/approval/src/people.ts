import { ROLES, SENIOR_ROLES, type Approvers, type DecidedBy, type Role } from '@holdpoint/contracts';
import type { InReview, OpenStep } from './state.ts';

/**
 * Somebody who acts on an approval, as the shell established it: the id from a session or a verified channel; roles, teams and schedules
 * (those this person is on call in) as they are now; and whether this person owns the agent that asks.
 */
export type Person = {
  id: string;
  display?: string;
  roles: readonly Role[];
  teams: readonly string[];
  onCall: readonly string[];
  ownsAgent: boolean;
  /** Who owns the agent: nobody may decide in that person's place either. */
  agentOwnerId?: string;
};

/** The signature a person leaves in an event: the role is the highest one held at that instant. */
export const signatureOf = (person: Pick<Person, 'id' | 'display' | 'roles'>): DecidedBy => {
  const role = ROLES.find(name => person.roles.includes(name));
  return {
    kind: 'operator',
    id: person.id,
    ...(person.display === undefined ? {} : { display: person.display }),
    ...(role === undefined ? {} : { role }),
  };
};

/** Name for messages: what people call somebody, else the id. */
export const nameOf = (by: DecidedBy): string => by.display ?? by.id;

const SENIORS: ReadonlySet<Role> = new Set(SENIOR_ROLES);
export const isSenior = (person: Pick<Person, 'roles'>): boolean => person.roles.some(role => SENIORS.has(role));
export const isAdmin = (person: Pick<Person, 'roles'>): boolean => person.roles.some(role => role === 'owner' || role === 'admin');
/** Roles that only look: a person who holds nothing else is given nothing to decide. */
const LOOKS_ONLY: ReadonlySet<Role> = new Set<Role>(['viewer', 'auditor']);
export const mayWork = (person: Pick<Person, 'roles'>): boolean => person.roles.some(role => !LOOKS_ONLY.has(role));

/** Who is asked about a step: its own approvers and those of every rung reached so far. */
export const askedOf = ({ step, level }: Pick<OpenStep, 'step' | 'level'>): Approvers[] => {
  if (level === 0) return [step.approvers];
  const rungs =
    step.escalation === undefined
      ? step.backups.slice(0, level)
      : step.escalation.timetable.filter(rung => rung.level <= level).map(rung => rung.targets);
  return [step.approvers, ...rungs];
};

const describes = ({ roles, teams, schedules, operators }: Approvers, person: Person): boolean =>
  operators.includes(person.id) ||
  roles.some(role => person.roles.includes(role)) ||
  (teams?.some(team => person.teams.includes(team)) ?? false) ||
  (schedules?.some(schedule => person.onCall.includes(schedule)) ?? false);

/** Whether a step asks this person in person, and not only in somebody's place. */
export const isAsked = (person: Person, open: OpenStep): boolean =>
  open.assigned.includes(person.id) || askedOf(open).some(approvers => describes(approvers, person));

/** Whether the step takes this person's vote by role, team, schedule, name or place, and seniority (separation of duties is checked apart). */
export const mayDecide = (person: Person, open: OpenStep): boolean =>
  (!open.step.seniorOnly || isSenior(person)) && (isAsked(person, open) || open.standIns.some(({ to }) => to === person.id));

/** Whether any open step takes this person's vote. */
export const mayDecideAny = (person: Person, review: InReview): boolean => review.open.some(open => mayDecide(person, open));

/** Approvers in words, for refusals and the escalation ladder: `senior, admin, team payments or 2 named people`. */
export const inWords = (groups: readonly Approvers[]): string => {
  const roles = [...new Set(groups.flatMap(group => group.roles))];
  const teams = [...new Set(groups.flatMap(group => group.teams ?? []))].map(team => `team ${team}`);
  const schedules = [...new Set(groups.flatMap(group => group.schedules ?? []))].map(schedule => `whoever is on call in ${schedule}`);
  const named = new Set(groups.flatMap(group => group.operators)).size;
  const words = [...roles, ...teams, ...schedules, ...(named === 0 ? [] : [named === 1 ? '1 named person' : `${named} named people`])];
  return words.length < 2 ? (words[0] ?? 'nobody') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
};
