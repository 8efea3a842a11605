/** Amounts are added up as whole ten-thousandths, so that the order of additions and what was let go before do not show in a sum. */
const SCALE = 10_000;
/** How often what is too old is looked for over all keys, in entries added. */
const SWEEP_EVERY = 65_536;

/** A row is not cut for less, in entries let go. */
const CUT_FROM = 64;

/** Entries of one history fact, by key: each key's in log order. */
export type Series = {
  /** @returns by how many entries the series grew (less what it let go) */
  add(key: string, position: number, atMs: number, amount: number): number;
  /** Count or sum of the entries before a position within a window; null when they may have been let go. */
  value(measure: 'count' | 'sum', key: string, position: number, atMs: number, windowMs: number): number | null;
};

/** `sums[i]` is the sum of all entries up to and with i, also of those let go before `first`. */
type Row = { positions: number[]; times: number[]; sums: number[]; first: number };

/**
 * @param keepMs how long entries are kept behind the newest one
 */
export const openSeries = (keepMs: number): Series => {
  const rows = new Map<string, Row>();
  let newest = 0;
  let added = 0;
  return {
    add: (key, position, atMs, amount) => {
      // Clocks of several machines differ; the log's order decides, and its time never goes back.
      newest = Math.max(newest, atMs);
      let row = rows.get(key);
      if (row === undefined) rows.set(key, (row = { positions: [], times: [], sums: [], first: 0 }));
      row.positions.push(position);
      row.times.push(newest);
      row.sums.push((row.sums.at(-1) ?? 0) + Math.round(amount * SCALE));
      added += 1;
      let gone = letGo(row, newest - keepMs);
      if (added % SWEEP_EVERY === 0) gone += sweep(rows, newest - keepMs);
      return 1 - gone;
    },
    value: (measure, key, position, atMs, windowMs) => {
      if (atMs - windowMs < newest - keepMs) return null;
      const row = rows.get(key);
      if (row === undefined) return 0;
      const end = firstFrom(row.positions, position, row.first);
      const start = firstFrom(row.times, atMs - windowMs, row.first);
      if (end <= start) return 0;
      if (measure === 'count') return end - start;
      return ((row.sums[end - 1] ?? 0) - (row.sums[start - 1] ?? 0)) / SCALE;
    },
  };
};

/** First index at or after `from` whose value is at least `bound`. The values never fall. */
const firstFrom = (values: readonly number[], bound: number, from: number): number => {
  let [low, high] = [from, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Lets entries before an instant go. The arrays are cut when half of them is gone, so that it costs little per entry. */
const letGo = (row: Row, before: number): number => {
  const first = firstFrom(row.times, before, row.first);
  const gone = first - row.first;
  row.first = first;
  // One entry is left before the first, for the sum up to it.
  if (row.first > Math.max(CUT_FROM, row.times.length / 2)) {
    const cut = row.first - 1;
    row.positions = row.positions.slice(cut);
    row.times = row.times.slice(cut);
    row.sums = row.sums.slice(cut);
    row.first = 1;
  }
  return gone;
};

const sweep = (rows: Map<string, Row>, before: number): number => {
  let gone = 0;
  for (const [key, row] of rows) {
    gone += letGo(row, before);
    if (row.first === row.times.length) rows.delete(key);
  }
  return gone;
};
