import type { Verdict } from '@holdpoint/contracts';
import { bandInWords, returnedBandOf } from './bands.ts';
import type { CompiledPolicy } from './compile-policy.ts';
import type { GateContext } from './context.ts';
import type { Unresolved } from './with-ladder.ts';

/** Share of automatic approvals a person looks at afterwards, where the policy names none. */
export const SAMPLE_SHARE = 0.05;

/** Verdicts a person's grant, made for this very pattern, takes precedence over. A rejection by the rules stays one. */
const LIFTED_BY_GRANT: ReadonlySet<Verdict> = new Set<Verdict>(['HUMAN_REVIEW', 'ESCALATE_SENIOR']);

/** Whether a standing grant could let this through: nothing is wrong with it, and people rather than the rules would decide. */
export const grantMayLift = ({ verdict, problems }: Pick<Unresolved, 'verdict' | 'problems'>): boolean =>
  problems.length === 0 && LIFTED_BY_GRANT.has(verdict);

/**
 * What becomes of the rules' word beside them: a grant lets through what people would decide, the kill switch and returned bands stop what
 * would pass by itself, and some of what passes is marked for a look afterwards.
 */
export const settled = (said: Unresolved, policy: CompiledPolicy, context: GateContext): Unresolved => {
  if (said.verdict === 'APPROVE_AUTOMATICALLY') return passing(said, policy, context);
  return context.grant && grantMayLift(said) ? granted(said, context.grant.grantId, context) : said;
};

const passing = (said: Unresolved, policy: CompiledPolicy, context: GateContext): Unresolved => {
  const stop = switchedOff(context) ?? takenBack(said, context);
  if (stop !== null) return stopped(said, stop);
  return context.random < (policy.document.sampleShare ?? SAMPLE_SHARE) ? { ...said, sampled: true } : said;
};

const granted = (said: Unresolved, grantId: string, context: GateContext): Unresolved => {
  const stop = switchedOff(context);
  if (stop !== null) return stopped(said, stop);
  return {
    ...said,
    verdict: 'APPROVE_AUTOMATICALLY',
    explanation: `A standing grant lets this through. Without it: ${said.explanation}`,
    grantId,
  };
};

/** A person decides after all, by the route the rule names or the policy's default. The rule's explanation is kept, since it holds. */
const stopped = (said: Unresolved, problem: string): Unresolved => ({
  ...said,
  verdict: said.verdict === 'APPROVE_AUTOMATICALLY' ? 'HUMAN_REVIEW' : said.verdict,
  explanation: `${said.explanation} It would pass, but ${problem}.`,
  problems: [...said.problems, problem],
});

const switchedOff = ({ killSwitch }: GateContext): string | null =>
  killSwitch === null ? null : `automatic approval is stopped: ${killSwitch.reason}`;

const takenBack = ({ facts }: Unresolved, { returnedBands }: GateContext): string | null => {
  const returned = returnedBandOf(returnedBands, facts);
  return returned === null
    ? null
    : `people rejected samples of ${returned.tool} with an amount ${bandInWords(returned.band)}, so this band is theirs until somebody releases it`;
};
