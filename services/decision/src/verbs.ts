import type { ApprovalCommand, KnownApproval, Person } from '@holdpoint/approval';
import type { Action, DecisionCommand, DecisionVerb, GateEvaluation } from '@holdpoint/contracts';
import { approve } from './approve.ts';
import { claim } from './claim.ts';
import { comment } from './comment.ts';
import { escalate } from './escalate.ts';
import { modify } from './modify.ts';
import { reject } from './reject.ts';
import { release } from './release.ts';

/** Who said what about which state, with everything looked up. */
export type Said = {
  by: Person;
  channel: DecisionCommand['channel'];
  body: DecisionCommand['body'];
  state: KnownApproval;
  now: string;
  hashOf: (action: Action) => string;
  /** What the active policy says about an edited action. */
  evaluateEdit: (action: Action) => GateEvaluation;
};

/** Turns a person's words into a command of the decider. @throws Refused when something needed is missing. */
export type Verb = (said: Said) => ApprovalCommand;

export const VERBS: Record<DecisionVerb, Verb> = { approve, reject, modify, claim, release, comment, escalate };
