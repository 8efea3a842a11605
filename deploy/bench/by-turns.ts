import { cpuMs, median, round, sum } from './figures.ts';
import type { Legs, Target } from './load.ts';
import type { Floor } from './open-floor.ts';

/** What other tenants of the machine do changes within seconds, so floor and product take turns this often. */
const ROUNDS = 3;

/** Milliseconds of CPU for one piece of work, by process and in all. */
export type CpuEach = Record<string, number>;
/** The rounds of one figure taken together: mean rate, medians of the percentiles, what failed in all. */
export type Side = { legs: Legs; cpuMsEach: CpuEach };
export type Figure = Side & { floor: Side; /** Rate of the product, of the floor's. */ ofFloor: number };

/** Who is measured. @property pids process ids by name, whose CPU counts; @property settle waits until nothing is left to do in the background */
export type Party = { target: Target; pids(): Record<string, number>; settle(): Promise<unknown> };

/**
 * One figure of product and floor under the same load, one after the other and again, so that both have the same minutes. Neither has anything to do
 * while it is the other's turn.
 * @param seconds of load for each of the two
 */
export const byTurns = async (
  party: Party,
  floor: Floor,
  seconds: number,
  load: (target: Target, seconds: number) => Promise<Legs>,
): Promise<Figure> => {
  const bare: Party = { target: floor.target, pids: () => ({ floor: floor.pid }), settle: () => Promise.resolve() };
  const rounds: { ours: Side; floors: Side }[] = [];
  for (let index = 0; index < ROUNDS; index += 1) {
    const floors = await oneRound(bare, seconds / ROUNDS, load);
    const ours = await oneRound(party, seconds / ROUNDS, load);
    await party.settle();
    rounds.push({ ours, floors });
  }
  const ours = together(rounds.map(one => one.ours));
  const floors = together(rounds.map(one => one.floors));
  return { ...ours, floor: floors, ofFloor: round(ours.legs.perSecond / floors.legs.perSecond, 3) };
};

const oneRound = async (party: Party, seconds: number, load: (target: Target, seconds: number) => Promise<Legs>): Promise<Side> => {
  const pids = Object.entries(party.pids());
  const before = pids.map(([, pid]) => cpuMs(pid));
  const legs = await load(party.target, seconds);
  return { legs, cpuMsEach: Object.fromEntries(pids.map(([name, pid], index) => [name, (cpuMs(pid) - before[index]!) / legs.count])) };
};

const together = (sides: readonly Side[]): Side => {
  const middle = (of: (legs: Legs) => number) => round(median(sides.map(({ legs }) => of(legs))));
  const count = sum(sides.map(({ legs }) => legs.count));
  const legs: Legs = {
    perSecond: round(sum(sides.map(side => side.legs.perSecond)) / sides.length, 0),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    max: round(Math.max(...sides.map(side => side.legs.max))),
    failed: sum(sides.map(side => side.legs.failed)),
    count,
  };
  const names = Object.keys(sides[0]!.cpuMsEach);
  const each = Object.fromEntries(
    names.map(name => [name, round(sum(sides.map(side => side.cpuMsEach[name]! * side.legs.count)) / count, 3)]),
  );
  return { legs, cpuMsEach: { ...each, total: round(sum(Object.values(each)), 3) } };
};
