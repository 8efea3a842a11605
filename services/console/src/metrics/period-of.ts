import type { MetricsQuery } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';

/** A period and an agent whose requests count; all agents' where it is null. Instants are UTC with milliseconds; `to` is exclusive. */
export type Period = { from: string; to: string; agent: string | null };

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 30;

/** The period of a query: up to now, and the last 30 days, where nothing is said. @throws ProblemError 400 when it ends before it begins */
export const periodOf = ({ from, to, agent }: MetricsQuery, now: string): Period => {
  const end = to ?? new Date(Date.parse(now) + 1).toISOString();
  const period = { from: from ?? new Date(Date.parse(end) - DAYS_DEFAULT * DAY_MS).toISOString(), to: end, agent: agent ?? null };
  if (period.from < period.to) return period;
  throw new ProblemError('invalid_query', 400, 'The period ends before it begins.', {
    errors: [{ pointer: '/to', detail: 'must be later than from' }],
  });
};

const HOUR_SEC = 3_600;
const BUCKETS_SEC = [HOUR_SEC, 6 * HOUR_SEC, 24 * HOUR_SEC, 7 * 24 * HOUR_SEC, 28 * 24 * HOUR_SEC];
/** More points than that are a smear. */
const BUCKETS_MAX = 92;

/** Equal stretches of time that a period is drawn in, beginning at whole hours or days of UTC. */
export const bucketsOf = ({ from, to }: Period): { bucketSec: number; starts: string[]; at(instant: string): number } => {
  const [fromSec, toSec] = [Date.parse(from) / 1_000, Date.parse(to) / 1_000];
  const bucketSec = BUCKETS_SEC.find(size => (toSec - fromSec) / size <= BUCKETS_MAX) ?? Math.ceil((toSec - fromSec) / BUCKETS_MAX);
  const first = Math.floor(fromSec / bucketSec) * bucketSec;
  const count = Math.ceil((toSec - first) / bucketSec);
  return {
    bucketSec,
    starts: Array.from({ length: count }, (_, index) => new Date((first + index * bucketSec) * 1_000).toISOString()),
    at: instant => Math.floor((Date.parse(instant) / 1_000 - first) / bucketSec),
  };
};
