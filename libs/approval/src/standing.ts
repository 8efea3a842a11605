import { Refused } from './refused.ts';
import { askedOf, inWords, isAsked, isSenior, nameOf, signatureOf, type Person } from './people.ts';
import type { InReview, OpenStep } from './state.ts';

/** In whose right a person votes on a step: its own, or that of somebody whose place it takes. `solo`: the requester decides. */
export type Standing = { right: string; solo: boolean };

/**
 * Whose vote a person may cast on an open step.
 * @throws Refused `not_eligible` naming who is asked; `requester_excluded` when the requester may not decide its own request, in whoever's
 *   place; `already_voted` when this vote is used, by this person or by somebody in the same right
 */
export const standingOf = (person: Person, open: OpenStep, review: InReview, solo: boolean): Standing => {
  const rights = rightsOf(person, open);
  if (rights.length === 0) throw notAsked(person, open);
  const isBarred = (id: string): boolean => open.step.excludeRequester && isRequester(id, person, review);
  const barredHimself = isBarred(person.id);
  if (barredHimself && !solo) throw requesterExcluded(open);
  const allowed = solo ? rights : rights.filter(right => !isBarred(right));
  if (allowed.length === 0) throw requesterExcluded(open);
  const used = usedOn(open, review);
  const right = used.has(person.id) ? undefined : allowed.find(id => !used.has(id));
  if (right === undefined) throw alreadyVoted(person, allowed, open, review);
  return { right, solo: solo && (barredHimself || isBarred(right)) };
};

/** Whether an id is the requester's: of the agent's owner, or the one the agent acts for. */
export const isRequester = (
  id: string,
  person: Pick<Person, 'id' | 'ownsAgent' | 'agentOwnerId'>,
  { requested }: Pick<InReview, 'requested'>,
) => (id === person.id && person.ownsAgent) || id === person.agentOwnerId || id === requested.private.principal?.id;

/** Ids whose vote on the current action no longer counts for this step. */
export const usedOn = ({ step }: OpenStep, { voters }: Pick<InReview, 'voters'>): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const { stepIndex, id, right } of voters)
    if (stepIndex === step.index || step.excludePreviousApprovers !== false) used.add(id).add(right);
  return used;
};

/** Own right first. */
const rightsOf = (person: Person, open: OpenStep): string[] => {
  if (open.step.seniorOnly && !isSenior(person)) return [];
  const inPlaceOf = open.standIns.filter(({ to }) => to === person.id).map(({ right }) => right);
  return isAsked(person, open) ? [person.id, ...inPlaceOf] : inPlaceOf;
};

const notAsked = (person: Person, open: OpenStep): Refused => {
  const words = inWords(askedOf(open));
  const asked = open.step.seniorOnly ? `${words}, and only a senior, admin or owner` : words;
  const held = person.roles.length === 0 ? 'no role' : person.roles.join(', ');
  return new Refused('not_eligible', `Step "${open.step.name}" asks for ${asked}; you hold ${held}.`);
};

const requesterExcluded = ({ step }: OpenStep): Refused =>
  new Refused(
    'requester_excluded',
    `Step "${step.name}" bars whoever owns the agent or made the request from deciding it, and whoever stands in for them.`,
  );

const alreadyVoted = (person: Person, rights: readonly string[], open: OpenStep, { voters }: InReview): Refused => {
  const own = voters.find(({ id }) => id === person.id);
  if (own !== undefined)
    return new Refused('already_voted', `You have voted on this action already; step "${open.step.name}" needs somebody else.`);
  const other = voters.find(({ id, right }) => rights.includes(right) || rights.includes(id));
  const who = other === undefined ? nameOf(signatureOf(person)) : other.id;
  return new Refused('already_voted', `${who} has voted in this right already; step "${open.step.name}" needs somebody else.`);
};
