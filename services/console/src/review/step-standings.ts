import {
  EXTEND_SEC_MAX,
  inWords,
  askedOf,
  isSatisfied,
  mayDecide,
  mayDo,
  UPSTREAM_MARGIN_SEC,
  type ApprovalState,
  type InReview,
  type OpenStep,
  type Person,
} from '@holdpoint/approval';
import type { DecidedBy, DecisionRecord, StepStanding } from '@holdpoint/contracts';
import type { NameOf } from './history-words.ts';

/** People named one by one as those who may still vote: more than that is a crowd. */
const NAMED_MAX = 30;

type Circumstances = { people: () => readonly Person[]; now: string; solo: boolean; nameOf: NameOf };

/** Every step of a request in order: over, open, and to come, with who has voted and who still may. Pure. */
export const stepStandings = (state: ApprovalState, circumstances: Circumstances): StepStanding[] => {
  if (state.status === 'closed') return state.end.decision.steps.map(passed(0));
  if (state.status !== 'review') return [];
  const over = state.passed.map(passed(0));
  const last = state.open.at(-1) ?? state.open[0];
  const later = (last.step.laterSteps ?? []).map((step, index) => ({
    ...EMPTY,
    index: last.step.index + index + 1,
    name: step.name,
    state: 'later' as const,
    approvers: inWords([step.approvers]),
    needed: step.approvePercent === undefined ? step.approveCount : null,
  }));
  return [...over, ...state.open.map(open => standing(open, state, circumstances)), ...later];
};

/** The latest deadline people may give it: what the policy lets them add, within the agent's own deadline. Null when it has ended. */
export const extendableUntil = (state: ApprovalState): string | null => {
  if (state.status !== 'review') return null;
  const leftSec = Math.max(0, (state.gate.settings?.extendSecMax ?? EXTEND_SEC_MAX) - state.extendedSec);
  const wishedMs = Date.parse(state.expiresAt) + leftSec * 1_000;
  const { upstreamExpiresAt } = state.requested;
  const endMs = upstreamExpiresAt === null ? wishedMs : Date.parse(upstreamExpiresAt) - UPSTREAM_MARGIN_SEC * 1_000;
  return new Date(Math.max(Date.parse(state.expiresAt), Math.min(wishedMs, endMs))).toISOString();
};

const EMPTY = { parallel: false, votes: [], mayVote: [], mayVoteMore: 0, standIns: [], claimedBy: null };

const passed =
  (first: number) =>
  ({ name, outcome, by }: DecisionRecord['steps'][number], index: number): StepStanding => ({
    ...EMPTY,
    index: first + index,
    name,
    state: outcome === 'approved' ? 'approved' : 'rejected',
    approvers: '',
    needed: null,
    votes: by.map(vote(outcome === 'approved')),
  });

const vote =
  (approved: boolean) =>
  (by: DecidedBy): StepStanding['votes'][number] => ({ by, approved });

const standing = (open: OpenStep, review: InReview, { people, now, solo, nameOf }: Circumstances): StepStanding => {
  const { step } = open;
  const free = people().filter(person => mayVote(person, open, review, now, solo));
  return {
    index: step.index,
    name: step.name,
    state: isSatisfied(open) ? 'satisfied' : 'open',
    parallel: step.parallel !== undefined,
    approvers: inWords(askedOf(open)),
    needed: step.approveCount,
    votes: [...open.approvals.map(vote(true)), ...open.rejections.map(vote(false))],
    mayVote: isSatisfied(open) ? [] : free.slice(0, NAMED_MAX).map(({ id }) => ({ id, name: nameOf(id) })),
    mayVoteMore: isSatisfied(open) ? 0 : Math.max(0, free.length - NAMED_MAX),
    standIns: open.standIns.map(({ from, to }) => ({ from: nameOf(from), to: nameOf(to) })),
    claimedBy: open.claim !== null && open.claim.expiresAt > now ? open.claim.by : null,
  };
};

/** The decider's own answer, asked of this step alone; a claim or a kill switch passes, so neither takes anybody off the list. */
const mayVote = (person: Person, open: OpenStep, review: InReview, now: string, solo: boolean): boolean =>
  mayDecide(person, open) && mayDo('approve', person, { ...review, open: [{ ...open, claim: null }] }, { now, solo, hold: null }).allowed;
