/** Milliseconds since 1970 of an instant. Instants are compared as numbers: an agent's deadline may carry an offset. */
export const msOf = (instant: string): number => Date.parse(instant);

/** The instant `seconds` after `instant`, as RFC 3339 in UTC. */
export const later = (instant: string, seconds: number): string => new Date(msOf(instant) + seconds * 1_000).toISOString();

/** Whether `now` has reached `due`. The due instant itself counts: a deadline is the first moment that is too late. */
export const reached = (now: string, due: string): boolean => msOf(now) >= msOf(due);

/** Seconds from one instant to another, fractions included. */
export const secBetween = (from: string, to: string): number => (msOf(to) - msOf(from)) / 1_000;

export const earliest = (one: string, other: string): string => (msOf(other) < msOf(one) ? other : one);
export const latest = (one: string, other: string): string => (msOf(other) > msOf(one) ? other : one);
