/** How long an answer holds: from one instant, inclusive, to another, exclusive; milliseconds since 1970. */
export type Span = { fromMs: number; untilMs: number };

/** The part that all of them share. */
export const spanOf = (spans: readonly Span[]): Span => ({
  fromMs: Math.max(-Infinity, ...spans.map(span => span.fromMs)),
  untilMs: Math.min(Infinity, ...spans.map(span => span.untilMs)),
});

/** The span between two neighbours in a list of instants, around another. @param edges ascending */
export const spanAround = (edges: readonly number[] | undefined, atMs: number): Span => {
  const next = edges?.findIndex(edge => edge > atMs) ?? -1;
  if (edges === undefined) return { fromMs: -Infinity, untilMs: Infinity };
  const before = next === -1 ? edges.at(-1) : edges[next - 1];
  return { fromMs: before ?? -Infinity, untilMs: edges[next] ?? Infinity };
};

/** What is worked out from a table, once for as long as the table is the same. */
export const derived = <Table, Value>(table: () => Table, work: (table: Table) => Value): (() => Value) => {
  let known: { table: Table; value: Value } | null = null;
  return () => {
    const now = table();
    if (known?.table !== now) known = { table: now, value: work(now) };
    return known.value;
  };
};
