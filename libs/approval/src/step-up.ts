import { isAbove, type GateEvaluation, type RiskLevel, type StepUpFact, type StepUpProof, type Verdict } from '@holdpoint/contracts';
import { gatedRisk } from './gated-risk.ts';
import { Refused } from './refused.ts';
import type { InReview } from './state.ts';

/** A proof older than this is none, seconds: a minute to make it, and one for clocks that differ and a queue. */
const FRESH_SEC = 120;

type Requested = InReview['requested'];

const asks = ({ riskLevel }: Requested, verdict: Verdict, from: RiskLevel | undefined): boolean =>
  from !== undefined && !isAbove(from, gatedRisk(riskLevel, verdict));

/** Whether letting this run takes a fresh proof, by the policy version that spoke about it. */
export const needsStepUp = ({ requested, gate }: Pick<InReview, 'requested' | 'gate'>): boolean =>
  asks(requested, gate.verdict, gate.settings?.stepUp);

/** Whether letting an edit run takes one, by what the gate says about it now. */
export const editNeedsStepUp = (requested: Requested, { verdict, stepUp }: GateEvaluation): boolean => asks(requested, verdict, stepUp);

/**
 * What lets something run under such a policy carries a proof that was made for exactly this action, a moment ago.
 * @param actionHash what would run
 * @throws Refused `step_up_required`, `action_mismatch`
 */
export const assertSteppedUp = ({ stepUp, now }: { stepUp?: StepUpProof; now: string }, needed: boolean, actionHash: string): void => {
  if (stepUp !== undefined && stepUp.actionHash !== actionHash)
    throw new Refused('action_mismatch', 'What you confirmed is not this action; look again and confirm what is shown.');
  if (!needed || (stepUp !== undefined && Date.parse(now) - Date.parse(stepUp.at) <= FRESH_SEC * 1_000)) return;
  throw new Refused(
    'step_up_required',
    'The policy asks for a fresh proof that it is you: confirm with your passkey or a code in the console.',
  );
};

/** The part of an event that says how it was proved. */
export const stepUpOf = ({ stepUp }: { stepUp?: StepUpProof }): { stepUp?: StepUpFact } => {
  if (stepUp === undefined) return {};
  const { actionHash: _made, ...fact } = stepUp;
  return { stepUp: fact };
};
