import type { Action, EventData, PolicyRef, TerminalType } from '@holdpoint/contracts';
import type { PastEvent } from './backtest-events.ts';
import type { BacktestFinding, BacktestSummary, NamedCount } from './backtest-findings.ts';
import { openPastSettings } from './backtest-settings.ts';
import { isAutomatic, plansOf, sidesOf, type Asked, type Sides, type Then, type Versions } from './backtest-sides.ts';
import { copyOfTable, emptyTable, openMinutes, outcomeOf } from './backtest-table.ts';
import { historyEntryOf } from './history-entry.ts';
import { openHistory } from './history.ts';

/** Requests that wait for a decision and are followed at one time, at about 1 KB each; of more, the oldest are counted as not followed. */
export const FOLLOWED_MAX = 50_000;
/** Ids named in the summary for each kind of finding; every one is handed to the caller as it is found. */
const IDS_NAMED_MAX = 1_000;
/** Longest time counted for one decision of a person, minutes. */
export const DECISION_MINUTES_MAX = 10;

export type BacktestSetup = Versions & {
  /** Counts requests asked from (inclusive) and before these instants; what lies outside is read for history only. */
  from?: string;
  to?: string;
  /** Counts only what was gated under this version. */
  gatedUnder?: { id: string; version: number };
  minutesCap?: number;
  followedMax?: number;
  /** The exact call a request is about (contracts.md §5). */
  actionOf: (requested: EventData<'ApprovalRequested'>) => Action;
};

export type Backtest = {
  /** Takes the next event of the log. @returns what is worth a look, as it turns out */
  take(event: PastEvent): BacktestFinding[];
  /** Whether all that was asked in the period has ended and was looked at afterwards, and the log has gone past the period. */
  isDone(at: string): boolean;
  /** The figures so far, what still waits counted as open. */
  summary(): BacktestSummary;
};

type Followed = {
  asked: Asked;
  action: Action;
  /** Whether it belongs to the period, and to what is counted. */
  counted: boolean;
  said: Sides | null;
  openedAt: string | null;
  sampled: boolean;
  edited: boolean;
  changedEdits: Sides[];
};

type Run = Then & {
  setup: BacktestSetup;
  minutes: ReturnType<typeof openMinutes>;
  followed: Map<string, Followed>;
  /** Of those followed, how many are counted and still wait. */
  waiting: number;
  /** Automatic approvals that a person will look at afterwards. */
  samples: Map<string, Followed>;
  sums: Omit<BacktestSummary, 'minutes'>;
};

/**
 * Plays a policy over an organisation's past, event by event, as a fold that reads no clock: facts are rebuilt as they were when the gate
 * spoke. Memory does not grow with the log: of what has ended only counts are kept.
 */
export const openBacktest = (setup: BacktestSetup): Backtest => {
  const plans = plansOf(setup);
  const run: Run = {
    setup,
    settings: openPastSettings(),
    history: plans.length === 0 ? null : openHistory(plans),
    minutes: openMinutes(setup.minutesCap ?? DECISION_MINUTES_MAX),
    followed: new Map(),
    waiting: 0,
    samples: new Map(),
    sums: emptySums(),
  };
  return {
    take: event => take(run, event),
    isDone: at => setup.to !== undefined && at >= setup.to && run.waiting === 0 && run.samples.size === 0,
    summary: () => summaryOf(run),
  };
};

const take = (run: Run, event: PastEvent): BacktestFinding[] => {
  remember(run, event);
  switch (event.type) {
    case 'ApprovalRequested':
      requested(run, event);
      return [];
    case 'ActionModified': {
      const one = run.followed.get(event.approvalId);
      if (one !== undefined) Object.assign(one, { action: event.data.private.action, edited: true });
      return [];
    }
    case 'GateEvaluated':
      gated(run, event);
      return [];
    case 'ReviewStepOpened': {
      const one = run.followed.get(event.approvalId);
      if (one !== undefined) one.openedAt ??= event.data.openedAt;
      return [];
    }
    case 'AfterReviewed':
      return lookedAt(run, event);
    case 'KillSwitchEngaged':
    case 'KillSwitchReleased':
    case 'WorkingHoursSet':
    case 'EscalationPolicyPublished':
    case 'BandReturnedToReview':
    case 'BandReleased':
      run.settings.take(event);
      return [];
    default:
      return ended(run, event);
  }
};

/** Counts for history facts what routing counted, in the same order. */
const remember = ({ history, setup }: Run, event: PastEvent): void => {
  if (history === null) return;
  // What is asked about is open where `historyEntryOf` needs it to be.
  const entry = historyEntryOf(event as Parameters<typeof historyEntryOf>[0], setup.actionOf);
  if (entry !== null) history.add(entry);
};

const requested = (run: Run, { approvalId, position, data }: PastEvent & { type: 'ApprovalRequested' }): void => {
  const { setup, followed, sums } = run;
  const { riskLevel, agent, labels, source, requestedAt } = data;
  const action = setup.actionOf(data);
  const forgotten = oldestOfTooMany(run, followed);
  if (forgotten !== null && forgotten.counted) {
    run.waiting -= 1;
    if (forgotten.said !== null) sums.notFollowed += 1;
  }
  const counted = isWithin(setup, requestedAt) && data.test !== true;
  if (counted) run.waiting += 1;
  followed.set(approvalId, {
    asked: {
      riskLevel,
      agent,
      labels,
      source,
      requestedAt,
      position,
      private: { arguments: data.private.arguments, principal: data.private.principal },
      test: data.test === true,
      mayPass: data.allowedDecisions.includes('approve'),
    },
    action,
    counted,
    said: null,
    openedAt: null,
    sampled: false,
    edited: false,
    changedEdits: [],
  });
};

const gated = (run: Run, event: PastEvent & { type: 'GateEvaluated' }): void => {
  const { setup, sums } = run;
  const one = run.followed.get(event.approvalId);
  if (one === undefined || !one.counted) return;
  if (setup.gatedUnder !== undefined && !isSameVersion(event.data.policy, setup.gatedUnder)) {
    if (one.said !== null) return;
    one.counted = false;
    run.waiting -= 1;
    return;
  }
  const { candidate, baseline } = sidesOf(setup, run, event, one);
  const isOther = candidate.verdict !== baseline.verdict;
  if (one.edited) {
    sums.edits.cases += 1;
    if (isOther) one.changedEdits.push({ candidate, baseline });
    return;
  }
  one.said = { candidate, baseline };
  one.sampled = event.data.sampled === true;
  sums.cases += 1;
  if (!isOther && candidate.rule !== baseline.rule) sums.otherRule += 1;
};

const ended = (run: Run, event: Ending): BacktestFinding[] => {
  const { followed, sums, minutes } = run;
  const { approvalId, data } = event;
  const { decision } = data;
  const outcome = outcomeOf(event.type, decision);
  const one = followed.get(approvalId);
  followed.delete(approvalId);
  if (one === undefined || !one.counted) return [];
  run.waiting -= 1;
  if (one.said === null) return [];
  const { candidate, baseline } = one.said;
  sums.table[candidate.verdict][outcome] += 1;
  sums.baselineTable[baseline.verdict][outcome] += 1;
  if (decision.by.kind === 'operator') minutes.decided(one.openedAt, decision.decidedAt, isAutomatic(candidate) && !isAutomatic(baseline));
  if (isAutomatic(baseline) && !isAutomatic(candidate)) minutes.oneMoreReview();
  if (one.sampled) {
    oldestOfTooMany(run, run.samples);
    run.samples.set(approvalId, one);
  }
  const finding = (of: BacktestFinding['kind'], sides: Sides, regated = false): BacktestFinding => ({
    kind: of,
    approvalId,
    requestedAt: one.asked.requestedAt,
    regated,
    outcome,
    ...sides,
  });
  const findings: BacktestFinding[] = [];
  if (candidate.verdict === 'APPROVE_AUTOMATICALLY' && outcome === 'rejected') findings.push(finding('wouldPassButRejected', one.said));
  if (candidate.verdict !== baseline.verdict) findings.push(finding('changed', one.said));
  for (const { kind: of } of findings) name(sums[of], approvalId);
  sums.edits.changed += one.changedEdits.length;
  return [...findings, ...one.changedEdits.map(sides => finding('changed', sides, true))];
};

const lookedAt = ({ samples, sums }: Run, { approvalId, data }: PastEvent & { type: 'AfterReviewed' }): BacktestFinding[] => {
  const one = samples.get(approvalId);
  samples.delete(approvalId);
  if (one === undefined || one.said?.candidate.verdict !== 'APPROVE_AUTOMATICALLY' || data.agreed) return [];
  name(sums.wouldPassButSampleRejected, approvalId);
  const { requestedAt } = one.asked;
  return [{ kind: 'wouldPassButSampleRejected', approvalId, requestedAt, regated: false, outcome: 'automatic', ...one.said }];
};

const summaryOf = ({ sums, followed, minutes }: Run): BacktestSummary => {
  const [table, baselineTable] = [copyOfTable(sums.table), copyOfTable(sums.baselineTable)];
  const summary = { ...sums, table, baselineTable, minutes: minutes.sum() };
  for (const { counted, said } of followed.values()) {
    if (!counted || said === null) continue;
    summary.table[said.candidate.verdict].open += 1;
    summary.baselineTable[said.baseline.verdict].open += 1;
  }
  return summary;
};

/** Makes place for one more. @returns what had to go for it */
const oldestOfTooMany = ({ setup }: Run, of: Map<string, Followed>): Followed | null => {
  if (of.size < (setup.followedMax ?? FOLLOWED_MAX)) return null;
  const [id, one] = of.entries().next().value as [string, Followed];
  of.delete(id);
  return one;
};

type Ending = PastEvent & { type: TerminalType };
const isSameVersion = (policy: PolicyRef, { id, version }: { id: string; version: number }): boolean =>
  policy.id === id && policy.version === version;
const isWithin = ({ from, to }: BacktestSetup, at: string): boolean => (from === undefined || at >= from) && (to === undefined || at < to);

const emptySums = (): Run['sums'] => ({
  cases: 0,
  table: emptyTable(),
  baselineTable: emptyTable(),
  wouldPassButRejected: { count: 0, ids: [] },
  wouldPassButSampleRejected: { count: 0, ids: [] },
  changed: { count: 0, ids: [] },
  otherRule: 0,
  edits: { cases: 0, changed: 0 },
  notFollowed: 0,
});

const name = (to: NamedCount, id: string): void => {
  to.count += 1;
  if (to.ids.length < IDS_NAMED_MAX) to.ids.push(id);
};
