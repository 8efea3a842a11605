import type { ApprovalCommand, AskedPeople, Hold, KnownApproval, Observed, Person, Rotation } from '@holdpoint/approval';
import type { Action, DecisionCeiling, DecisionCommand, DecisionVerb, GateEvaluation, StepUpProof } from '@holdpoint/contracts';
import { approve } from './approve.ts';
import { ask } from './ask.ts';
import { bypass } from './bypass.ts';
import { claim } from './claim.ts';
import { comment } from './comment.ts';
import { delegate } from './delegate.ts';
import { erase } from './erase.ts';
import { escalate } from './escalate.ts';
import { extend } from './extend.ts';
import { modify } from './modify.ts';
import { placeHold } from './place-hold.ts';
import { reassign } from './reassign.ts';
import { reject } from './reject.ts';
import { release } from './release.ts';
import { releaseHold } from './release-hold.ts';
import { review } from './review.ts';
import { snooze } from './snooze.ts';

/** Who said what about which state, with everything looked up. */
export type Said = {
  by: Person;
  channel: DecisionCommand['channel'];
  body: DecisionCommand['body'];
  commandId: string;
  state: KnownApproval;
  now: string;
  people: AskedPeople;
  /** Whose turn it is where a rung asks one of several. */
  rotation: Rotation;
  /** Who may be disturbed now. */
  awake: (operatorId: string) => boolean;
  solo: boolean;
  hold: Hold | null;
  /** Up to which risk may be approved by the channel this came in by. */
  ceiling: DecisionCeiling;
  /** A proof the console checked. */
  stepUp?: StepUpProof;
  /** Preconditions as they hold now, where they could be looked up. */
  observed: readonly Observed[];
  hashOf: (action: Action) => string;
  /** What the active policy says about an edited action. */
  evaluateEdit: (action: Action) => GateEvaluation;
  /** A member of the organisation; null for anybody else. */
  member: (operatorId: string) => Person | null;
};

/** Turns a person's words into a command of the decider. @throws Refused when something needed is missing. */
export type Verb = (said: Said) => ApprovalCommand;

export const VERBS: Record<DecisionVerb, Verb> = {
  approve,
  reject,
  modify,
  claim,
  release,
  comment,
  ask,
  delegate,
  reassign,
  snooze,
  extend,
  escalate,
  bypass,
  review,
  placeHold,
  releaseHold,
  erase,
};
