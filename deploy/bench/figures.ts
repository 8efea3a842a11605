import { readFileSync } from 'node:fs';

/** Percentile of unsorted samples; NaN when there are none. */
export const percentile = (samples: readonly number[], part: number): number => {
  if (!samples.length) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
};

export const median = (values: readonly number[]): number => percentile(values, 0.5);

const TICKS_PER_SECOND = 100;

/** User and system CPU time a process has used so far, milliseconds (from /proc, 10 ms steps). */
export const cpuMs = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
};

/** Proportional set size of a process, MiB: shared pages counted by share. */
export const pssMiB = (pid: number): number =>
  Number(/^Pss: +(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0) / 1_024;

export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Prints rows of equal keys as an aligned table. */
export const table = (rows: Record<string, string | number>[]): string => {
  if (!rows.length) return '';
  const names = Object.keys(rows[0]!);
  const widths = names.map(name => Math.max(name.length, ...rows.map(row => String(row[name] ?? '').length)));
  const line = (cells: string[]) =>
    cells.map((cell, index) => (index ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!))).join('  ');
  return [line(names), ...rows.map(row => line(names.map(name => String(row[name] ?? ''))))].join('\n');
};
