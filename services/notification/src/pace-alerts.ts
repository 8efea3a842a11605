import type { Event } from '@holdpoint/contracts';
import type { Deps } from './deps.ts';
import { heldUntil } from './hold.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';

/** What goes out at once, and what waits: by a person's own rules, or because too much came at once and the rest is told as one digest. */
export const paceAlerts = (
  deps: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  recipients: readonly Recipient[],
): { now: Recipient[]; held: Event<'NotificationHeld'>[] } => {
  const at = deps.now();
  const now: Recipient[] = [];
  const held: Event<'NotificationHeld'>[] = [];
  const perMinute = deps.directory.channelPolicy(tenant).alertsPerMinuteMax;
  for (const to of recipients) {
    const dueMs = Date.parse(round.askedAt) + to.afterSec * 1_000;
    if (to.channel === 'inbox') now.push(to);
    else if (to.afterSec > 0 && dueMs > Date.parse(at))
      held.push(heldUntil(round, approvalId, to, at, 'rule', new Date(dueMs).toISOString()));
    else if (deps.buckets.take(`${to.operatorId}/${to.channel}`, perMinute)) now.push(to);
    else held.push(heldForDigest(deps, round, tenant, approvalId, to, at));
  }
  return { now, held };
};

/** Kept back until the digest is due, and known to it. */
export const heldForDigest = (
  deps: Pick<Deps, 'digests'>,
  round: Round,
  tenant: string,
  approvalId: string,
  to: Recipient,
  at: string,
): Event<'NotificationHeld'> => {
  const nextAttemptAt = digestAt(at, round.expiresAt);
  if (to.address !== null)
    deps.digests.hold({ tenant, approvalId, round, to: { ...to, address: to.address }, dueMs: Date.parse(nextAttemptAt) });
  return heldUntil(round, approvalId, to, at, 'digest', nextAttemptAt);
};

/** One digest a minute to one person on one channel, milliseconds. */
export const DIGEST_EVERY_MS = 60_000;
/** Digests for what ends soon are due on this grid, milliseconds: the coarser, the more they hold. */
const SOON_GRID_MS = 5_000;

/**
 * When the digest that an alert waits for is due: at the next full minute, so that whatever waits for it waits for the same moment; sooner for a request
 * that has little time, after a quarter of what is left.
 */
export const digestAt = (now: string, expiresAt: string): string => {
  const nowMs = Date.parse(now);
  const minuteMs = Math.floor(nowMs / DIGEST_EVERY_MS + 1) * DIGEST_EVERY_MS;
  const soonMs = Math.ceil((nowMs + (Date.parse(expiresAt) - nowMs) / 4) / SOON_GRID_MS) * SOON_GRID_MS;
  return new Date(Math.min(minuteMs, soonMs)).toISOString();
};
