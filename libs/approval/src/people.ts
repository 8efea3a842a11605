import { ROLES, SENIOR_ROLES, type Approvers, type DecidedBy, type Role } from '@holdpoint/contracts';
import { Refused } from './refused.ts';
import type { InReview, OpenStep } from './state.ts';

/**
 * Somebody who acts on an approval, as the shell established it: the id from a session or a verified channel, roles as they are now,
 * and whether this person owns the agent that asks.
 */
export type Person = { id: string; display?: string; roles: readonly Role[]; ownsAgent: boolean };

/** The signature a person leaves in an event: the role is the highest one held at that instant. */
export const signatureOf = (person: Person): DecidedBy => {
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
export const isSenior = (person: Person): boolean => person.roles.some(role => SENIORS.has(role));

/** Who may decide a step at a level: its own approvers and every backup level reached so far. */
export const askedOf = (open: Pick<OpenStep, 'step' | 'level'>): Approvers[] => [
  open.step.approvers,
  ...open.step.backups.slice(0, open.level),
];

const isAsked = (person: Person, approvers: Approvers): boolean =>
  approvers.operators.includes(person.id) || approvers.roles.some(role => person.roles.includes(role));

/** Whether the step takes this person's vote by role, name and seniority (separation of duties is checked apart). */
export const mayDecide = (person: Person, open: Pick<OpenStep, 'step' | 'level'>): boolean =>
  (!open.step.seniorOnly || isSenior(person)) && askedOf(open).some(approvers => isAsked(person, approvers));

/** Approvers in words, for refusals and the escalation ladder: `senior, admin or 2 named people`. */
export const inWords = (groups: readonly Approvers[]): string => {
  const roles = [...new Set(groups.flatMap(group => group.roles))];
  const named = new Set(groups.flatMap(group => group.operators)).size;
  const words = [...roles, ...(named === 0 ? [] : [named === 1 ? '1 named person' : `${named} named people`])];
  return words.length < 2 ? (words[0] ?? 'nobody') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
};

/**
 * Checks that a person may vote on the open step.
 * @throws Refused `not_eligible` naming who is asked, `requester_excluded` when the requester may not decide its own request.
 */
export const assertEligible = (person: Person, state: InReview): void => {
  const { step } = state.open;
  if (!mayDecide(person, state.open)) {
    const asked = step.seniorOnly ? `${inWords(askedOf(state.open))}, and only a senior, admin or owner` : inWords(askedOf(state.open));
    const held = person.roles.length === 0 ? 'no role' : person.roles.join(', ');
    throw new Refused('not_eligible', `Step "${step.name}" asks for ${asked}; you hold ${held}.`);
  }
  if (step.excludeRequester && (person.ownsAgent || state.requested.private.principal?.id === person.id))
    throw new Refused('requester_excluded', `Step "${step.name}" bars whoever owns the agent or made the request from deciding it.`);
};
