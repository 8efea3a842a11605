import type { Behind } from '@holdpoint/contracts';

/** What the address of the metrics says: `/reports?days=7&agent=assistant`, or an exact period. */
export type MetricsFilters = { days: number; from: string | null; to: string | null; agent: string };
export const DAYS = [1, 7, 30, 90, 365] as const;
const DAYS_DEFAULT = 30;
const DAY_MS = 86_400_000;

/** Reads the address; what cannot be used is left out. */
export const metricsFiltersOf = (search: string): MetricsFilters => {
  const params = new URLSearchParams(search);
  const days = DAYS.find(known => String(known) === params.get('days')) ?? DAYS_DEFAULT;
  const [from, to] = [instantIn(params.get('from')), instantIn(params.get('to'))];
  const exact = from !== null && to !== null && from < to;
  return { days, from: exact ? from : null, to: exact ? to : null, agent: params.get('agent')?.trim() ?? '' };
};
const instantIn = (text: string | null): string | null =>
  text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();

/** The address of the metrics; what is as usual is left out. */
export const metricsAddress = ({ days, agent }: Pick<MetricsFilters, 'days' | 'agent'>): string => {
  const params = new URLSearchParams();
  if (days !== DAYS_DEFAULT) params.set('days', String(days));
  if (agent !== '') params.set('agent', agent);
  const query = params.toString();
  return query === '' ? '/reports' : `/reports?${query}`;
};

/** The query for the API: the exact period, or the last days up to now. @param nowMs now, milliseconds since 1970 */
export const periodQuery = ({ days, from, to, agent }: MetricsFilters, nowMs: number): string => {
  const end = to ?? new Date(nowMs).toISOString();
  const params = new URLSearchParams({ from: from ?? new Date(Date.parse(end) - days * DAY_MS).toISOString(), to: end });
  if (agent !== '') params.set('agent', agent);
  return params.toString();
};

export type Shown = { from: string; to: string; agent: string | null };

/** Alerts and answers are counted of all agents, so are their lists. */
const OF_ALL_AGENTS: ReadonlySet<Behind> = new Set(['channel', 'endpoint', 'undelivered']);

/** The address of the list behind a number of a report. */
export const behindAddress = (shown: Shown, behind: Behind, value?: string): string => {
  const params = new URLSearchParams({ behind, ...(value === undefined ? {} : { value }), from: shown.from, to: shown.to });
  if (shown.agent !== null && !OF_ALL_AGENTS.has(behind)) params.set('agent', shown.agent);
  return `/reports/requests?${params.toString()}`;
};

/** One stretch of the time a report is about: its first and last may lie partly outside. @param bucketSec its length, seconds */
export const stretchOf = (shown: Shown, start: string, bucketSec: number): Shown => {
  const end = new Date(Date.parse(start) + bucketSec * 1_000).toISOString();
  return { from: start > shown.from ? start : shown.from, to: end < shown.to ? end : shown.to, agent: shown.agent };
};

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** Seconds as people say them: `0.4 s`, `12 s`, `3.5 min`, `2 d`. */
export const secondsWords = (seconds: number | null): string => {
  if (seconds === null) return '–';
  for (const [size, unit] of UNITS) if (seconds >= size) return `${short(seconds / size)} ${unit}`;
  return `${short(seconds)} s`;
};
const short = (value: number): string => String(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);

/** A share as a whole percentage; a dash of nothing. */
export const shareWords = (part: number, whole: number): string => (whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`);
