import type { Retention } from '@holdpoint/contracts';

/**
 * Up to when approvals must have ended for what was written about them to go now: so many calendar months ago, in UTC. Where that month has no
 * such day its last one counts: six months before 31 August is 28 February, so nothing ever goes a day early.
 * @returns what ended before this instant is due; null when nothing is: it is kept for ever, or erasing is paused
 */
export const cutoffOf = ({ months, paused }: Retention, now: string): string | null => {
  if (months === null || paused) return null;
  const at = new Date(now);
  const firstOfMonth = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1));
  const lastDay = new Date(Date.UTC(firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth() + 1, 0)).getUTCDate();
  firstOfMonth.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  firstOfMonth.setUTCHours(at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds());
  return firstOfMonth.toISOString();
};
