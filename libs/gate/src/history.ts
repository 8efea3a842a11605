import type { Action, EventData, GateFacts, HistoryFact } from '@holdpoint/contracts';
import { amountOf, factsOf, type RequestedPart } from './facts.ts';
import { openSeries, type Series } from './history-series.ts';

/** A history fact of a policy, with the paths that policy reads amounts from. */
export type HistoryPlan = { fact: HistoryFact; amountPaths: readonly string[] };

/** What the log says, in log order. `at` is the instant in the event, milliseconds since 1970. */
export type HistoryEntry = { approvalId: string; position: string; at: string } & (
  | { kind: 'requested'; requested: RequestedForHistory; action: Action }
  /** `action`: what was approved, where people changed it. */
  | { kind: 'approved'; action?: Action }
  | { kind: 'rejected' }
  /** Ended another way: nothing counts it, and nothing more is kept of it. */
  | { kind: 'ended' }
);
export type RequestedForHistory = RequestedPart & Pick<EventData<'ApprovalRequested'>, 'test'>;

/** The request a value is asked for: the log before its position is what counts. */
export type HistoryAbout = Pick<GateFacts, 'agent' | 'entity' | 'tool' | 'principal' | 'currency'> & {
  test: boolean;
  position: string;
  at: string;
};

/**
 * Entries kept over all facts (24 bytes each, so 48 MB). With more, values are not known and people decide: a shorter window or fewer
 * facts bring them back.
 */
export const HISTORY_ENTRIES_MAX = 2_000_000;
/** How far a request may be evaluated behind the newest entry, seconds: what is older than the window and this is let go. */
export const HISTORY_LAG_SEC = 3_600;

/**
 * What was asked, approved and rejected before a request, by agent, entity, tool or principal. Exact: two requests in the same instant
 * are told apart by the log's order, and a replay gives the values that were seen then.
 */
export type History = {
  /** Takes the next entry of the log. Positions increase. */
  add(entry: HistoryEntry): void;
  /** Takes note of a request that is too old to be counted itself, because its end will be. */
  remember(entry: HistoryEntry & { kind: 'requested' }): void;
  /** The value of a planned fact for a request; null when it is not planned, too old, or too much was asked. */
  value(plan: HistoryPlan, about: HistoryAbout): number | null;
  /** Entries held. */
  size(): number;
};

type Kept = { keys: (string | null)[]; amounts: (number | null)[] };

export const openHistory = (plans: readonly HistoryPlan[], { entriesMax = HISTORY_ENTRIES_MAX }: { entriesMax?: number } = {}): History => {
  const all = [...new Map(plans.map(plan => [planKey(plan), plan])).entries()].map(([key, plan]) => ({ key, plan }));
  const index = all.map(({ plan }) => openSeries((plan.fact.windowSec + HISTORY_LAG_SEC) * 1_000));
  const byPlan = new Map<string, Series>(all.map(({ key }, at) => [key, index[at] as Series]));
  const endings = all.some(({ plan }) => plan.fact.of !== 'requested');
  const open = new Map<string, Kept>();
  let entries = 0;
  let lost = false;

  const count = (of: HistoryFact['of'], { keys, amounts }: Kept, { position, at }: HistoryEntry): void => {
    all.forEach(({ plan }, number) => {
      const key = keys[number];
      if (plan.fact.of !== of || key === null || key === undefined) return;
      entries += index[number]?.add(key, Number(position), Date.parse(at), amounts[number] ?? 0) ?? 0;
    });
    if (entries + open.size > entriesMax) lost = true;
  };
  const keptOf = (entry: HistoryEntry & { kind: 'requested' }): Kept => {
    const facts = all.map(
      ({ plan }) => factsOf({ requested: entry.requested, action: entry.action, edited: false }, plan.amountPaths).facts,
    );
    return {
      keys: all.map(({ plan }, number) => keyOf(plan.fact, facts[number] as GateFacts, entry.requested.test === true)),
      amounts: facts.map(({ amount }) => amount),
    };
  };
  const changed = ({ keys, amounts }: Kept, action: Action): Kept => ({
    keys,
    amounts: amounts.map((amount, number) => amountOf({ action }, all[number]?.plan.amountPaths ?? [], true).amount ?? amount),
  });

  return {
    add: entry => {
      if (lost) return;
      if (entry.kind === 'requested') {
        const kept = keptOf(entry);
        if (endings) open.set(entry.approvalId, kept);
        count('requested', kept, entry);
        return;
      }
      const kept = open.get(entry.approvalId);
      if (kept === undefined) return;
      open.delete(entry.approvalId);
      if (entry.kind === 'approved') count('approved', entry.action === undefined ? kept : changed(kept, entry.action), entry);
      if (entry.kind === 'rejected') count('rejected', kept, entry);
    },
    remember: entry => {
      if (endings && !lost) open.set(entry.approvalId, keptOf(entry));
    },
    value: (plan, about) => {
      const series = byPlan.get(planKey(plan));
      if (lost || series === undefined) return null;
      const { fact } = plan;
      const key = keyOf(fact, about, about.test);
      // Without a currency there is nothing to add up.
      if (key === null) return 0;
      return series.value(fact.measure, key, Number(about.position), Date.parse(about.at), fact.windowSec * 1_000);
    },
    size: () => entries + open.size,
  };
};

const planKey = ({ fact, amountPaths }: HistoryPlan): string =>
  JSON.stringify([fact.measure, [...fact.by].sort(), fact.of, fact.windowSec, fact.measure === 'sum' ? amountPaths : []]);

/** What requests must have in common; null for a sum over a request without a currency. */
const keyOf = (fact: HistoryFact, about: Pick<HistoryAbout, (typeof fact.by)[number] | 'currency'>, test: boolean): string | null => {
  if (fact.measure === 'sum' && about.currency === null) return null;
  return JSON.stringify([test, fact.measure === 'sum' ? about.currency : 0, ...[...fact.by].sort().map(name => about[name])]);
};
