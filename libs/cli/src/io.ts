/** Where a command writes. Results go to `out`, everything that is said on the way to `err`. */
export type Io = {
  out(line: string): void;
  err(line: string): void;
  /** Writes over the current line of `err`; absent when it is no terminal. */
  overwrite?: (text: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether `out` is a terminal, so that colours mean something there. */
  colours?: boolean;
  /** Everything that comes in on standard input. */
  input?: () => Promise<string>;
  /** Aborted when the command is to end: Ctrl-C. */
  signal?: AbortSignal;
};

/** Rows of text as an aligned table: the first column to the left, numbers to the right. */
export const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, String(cell).length)));
  return rows
    .map(row =>
      row
        .map((cell, index) =>
          typeof cell === 'number' ? String(cell).padStart(widths[index] ?? 0) : String(cell).padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
