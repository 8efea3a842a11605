export { grantMayLift, SAMPLE_SHARE } from './automatic.ts';
export {
  BACKTEST_OPENS,
  DECISION_MINUTES_MAX,
  FOLLOWED_MAX,
  meansSomething,
  openBacktest,
  type Backtest,
  type BacktestFinding,
  type BacktestSetup,
  type BacktestSummary,
  type PastEvent,
  type Said,
} from './backtest.ts';
export { PAST_OUTCOMES, type ConfusionTable, type Minutes, type PastOutcome } from './backtest-table.ts';
export { bandInWords, inBand, returnedBandOf } from './bands.ts';
export { bandOf, calibrate, type Calibration, type Outcome } from './calibrate.ts';
export { compilePolicy, type CompiledPolicy } from './compile-policy.ts';
export type { GateContext, ReturnedBand } from './context.ts';
export { defaultPolicy } from './default-policy.ts';
export { diffPolicies, type PolicyChange } from './diff-policies.ts';
export { DRIFT_TOLERATED, driftOf, hasDrifted, type Drift, type Sample } from './drift.ts';
export { evaluate, NO_RULE, reviewOnly, STRICTNESS } from './evaluate.ts';
export { factsOf, type Proposal } from './facts.ts';
export { grantMatches, patternProblem, type StandingGrant } from './grant.ts';
export { HISTORY_TYPES, historyEntryOf } from './history-entry.ts';
export { HISTORY_ENTRIES_MAX, HISTORY_LAG_SEC, openHistory } from './history.ts';
export type { History, HistoryAbout, HistoryEntry, HistoryPlan } from './history.ts';
export { lintDocument, lintPolicy, type Finding } from './lint-policy.ts';
export { parsePolicy, type ParsedPolicy, type Place, type Problem } from './parse-policy.ts';
export { plainContext } from './plain-context.ts';
export { PROPOSED_RATE_MIN, proposeRule } from './propose-rule.ts';
export { proposalOf, routeNameOf, runCases, type CaseResult } from './run-cases.ts';
export { wilson, type Interval } from './statistics.ts';
export { compiledOnce, evaluateUnder, type PublishedVersion } from './under-policy.ts';
export { gapsOf, nextHandoff, scheduleProblems, type Gap, type ScheduleProblem } from './on-call/gaps.ts';
export { ladderOf, quorumOf, type Ladder } from './on-call/ladder.ts';
export { planOf, RUNG_FLOOR_MS } from './on-call/plan.ts';
export { onCall } from './on-call/schedule.ts';
export { afterWorkingSec, isWorking, quietUntil, timeFacts } from './on-call/working-hours.ts';
export { findZone } from './on-call/zone.ts';
