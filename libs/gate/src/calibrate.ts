import type { AmountBand } from '@holdpoint/contracts';
import { wilson, type Interval } from './statistics.ts';

/** What people said about one action. `agreed`: they approved it as it was asked (a change or a rejection is no agreement). */
export type Outcome = { agentId: string; tool: string; amount: number | null; currency: string | null; agreed: boolean };

/** How people judged the actions of one agent and tool within one amount band. */
export type Calibration = Interval & {
  agentId: string;
  tool: string;
  band: AmountBand;
  currency: string | null;
  decided: number;
  agreed: number;
};

/** Bounds of the amount bands, in units of the currency: each about twice to two and a half times the one before. */
const BOUNDS = [0, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/** The band an amount falls into; without an amount, the band without bounds. */
export const bandOf = (amount: number | null): AmountBand => {
  if (amount === null) return { from: null, to: null };
  const above = BOUNDS.findIndex(bound => amount < bound);
  if (above === -1) return { from: BOUNDS.at(-1) ?? null, to: null };
  return { from: BOUNDS[above - 1] ?? null, to: BOUNDS[above] ?? null };
};

/**
 * Share of agreement per agent, tool, currency and amount band, with Wilson's interval.
 * @returns bands with the most decisions first; an iterable is read once, so a whole log can stream through.
 */
export const calibrate = (outcomes: Iterable<Outcome>): Calibration[] => {
  const counts = new Map<string, { of: Outcome; decided: number; agreed: number }>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.agentId, outcome.tool, outcome.currency, bandOf(outcome.amount).from, outcome.amount === null]);
    let count = counts.get(key);
    if (count === undefined) counts.set(key, (count = { of: outcome, decided: 0, agreed: 0 }));
    count.decided += 1;
    if (outcome.agreed) count.agreed += 1;
  }
  return [...counts.values()]
    .map(({ of: { agentId, tool, amount, currency }, decided, agreed }) => ({
      agentId,
      tool,
      band: bandOf(amount),
      currency,
      decided,
      agreed,
      ...wilson(agreed, decided),
    }))
    .sort((a, b) => b.decided - a.decided);
};
