import type { ApprovalEvent, Json, JsonObject } from '@holdpoint/contracts';
import type { Observed } from './commands.ts';
import { claimDropped } from './claim.ts';
import { sameJson } from './json-diff.ts';
import type { InReview } from './state.ts';

/** Something the request takes for granted: its name, the value it had, and where the value can be read. */
export type Precondition = { name: string; value: Json; check?: { url: string } };

/** The preconditions that say enough to be compared; whatever else an agent sent is only shown. */
export const preconditionsOf = (stated: readonly JsonObject[]): Precondition[] =>
  stated.flatMap(({ name, value, check }) =>
    typeof name === 'string' && value !== undefined ? [{ name, value, ...(hasUrl(check) ? { check: { url: check.url } } : {}) }] : [],
  );

const hasUrl = (check: Json | undefined): check is { url: string } =>
  typeof check === 'object' && check !== null && !Array.isArray(check) && typeof check['url'] === 'string';

/** Names of preconditions that are observed with another value than the stated one; the order of an object's members makes no difference. */
export const changedIn = (stated: readonly JsonObject[], observed: readonly Observed[] | undefined): string[] => {
  if (observed === undefined || observed.length === 0) return [];
  const now = new Map(observed.map(({ name, value }) => [name, value]));
  return preconditionsOf(stated)
    .filter(({ name, value }) => now.has(name) && !sameJson(now.get(name) ?? null, value))
    .map(({ name }) => name);
};

/**
 * What an attempt to let it run leads to when the world is not as it was shown: `PreconditionsChanged` with what holds now. Votes fall away and
 * claims end, so that everybody looks again. Empty when the world is as it was.
 */
export const worldChanged = (review: InReview, observed: readonly Observed[] | undefined, now: string): ApprovalEvent[] => {
  const { preconditions } = review;
  const changed = changedIn(preconditions, observed);
  if (changed.length === 0) return [];
  const values = new Map(observed?.map(({ name, value }) => [name, value]));
  const current = preconditions.map(stated => {
    const { name } = stated;
    const value = typeof name === 'string' && changed.includes(name) ? values.get(name) : undefined;
    return value === undefined ? stated : { ...stated, value };
  });
  return [
    { type: 'PreconditionsChanged', data: { changed, at: now, private: { preconditions: current } } },
    ...review.open.flatMap(open => claimDropped(review, open, now)),
  ];
};
