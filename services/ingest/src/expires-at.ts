import { LIMITS, type ApprovalRequest } from '@holdpoint/contracts';
import { ProblemError } from '@holdpoint/service-kit';

/**
 * The answer must be back before the paused run itself expires: 45 s for the decision to reach the app and the app to submit it
 * (a callback's first tries take 22 s: 0, 2, 5, 15 s).
 */
export const UPSTREAM_MARGIN_SEC = 45;

export type DeadlineRules = { defaultSec: number; minSec: number };
/** `by` is `default` where the agent named none: the route's own then takes its place. */
export type Deadline = { expiresAt: string; upstreamExpiresAt: string | null; by: 'agent' | 'default' };

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * When a request ends as not approved: the earliest of what was asked (or the default) and the upstream expiry less
 * {@link UPSTREAM_MARGIN_SEC}.
 * @param now RFC 3339
 * @throws ProblemError 422 naming the member: both given, in the past, shorter than the minimum, longer than 30 days
 */
export const deadlineOf = (
  request: Pick<ApprovalRequest, 'expiresAt' | 'deadlineSec' | 'upstreamExpiresAt'>,
  now: string,
  rules: DeadlineRules,
): Deadline => {
  const nowMs = Date.parse(now);
  if (request.expiresAt !== undefined && request.deadlineSec !== undefined)
    throw refuse('/deadlineSec', 'is given beside expiresAt; send one of them');
  const askedMs =
    request.expiresAt === undefined ? nowMs + (request.deadlineSec ?? rules.defaultSec) * 1_000 : Date.parse(request.expiresAt);
  const askedAt = request.expiresAt === undefined ? '/deadlineSec' : '/expiresAt';
  if (askedMs > nowMs + LIMITS.deadlineSecMax * 1_000) throw refuse(askedAt, `is more than ${LIMITS.deadlineSecMax} s away`);
  if (askedMs < nowMs + rules.minSec * 1_000) throw refuse(askedAt, `leaves less than ${rules.minSec} s to decide`);
  const by = request.expiresAt === undefined && request.deadlineSec === undefined ? 'default' : 'agent';
  if (request.upstreamExpiresAt === undefined) return { expiresAt: iso(askedMs), upstreamExpiresAt: null, by };

  const upstreamMs = upstreamMsOf(request);
  if (upstreamMs === null) throw refuse('/upstreamExpiresAt', 'is not an instant in seconds since 1970 or RFC 3339');
  const usableMs = upstreamMs - UPSTREAM_MARGIN_SEC * 1_000;
  if (usableMs < nowMs + rules.minSec * 1_000)
    throw refuse(
      '/upstreamExpiresAt',
      `leaves less than ${rules.minSec} s to decide, after ${UPSTREAM_MARGIN_SEC} s kept for the answer's way back`,
    );
  return { expiresAt: iso(Math.min(askedMs, usableMs)), upstreamExpiresAt: iso(upstreamMs), by };
};

/** When the paused run ends, milliseconds since 1970; null where the request names no end, or none that can be read. */
export const upstreamMsOf = ({ upstreamExpiresAt: end }: Pick<ApprovalRequest, 'upstreamExpiresAt'>): number | null => {
  if (end === undefined) return null;
  const ms = typeof end === 'number' ? end * 1_000 : Date.parse(end);
  return ms > UPSTREAM_MS_MAX ? null : ms;
};

/** Year 2200: beyond it somebody sent milliseconds. */
const UPSTREAM_MS_MAX = Date.UTC(2200, 0);

const refuse = (pointer: string, detail: string): ProblemError =>
  new ProblemError('deadline_invalid', 422, `The deadline cannot be kept: ${pointer.slice(1)} ${detail}.`, {
    errors: [{ pointer, detail }],
  });
