import type { RecordedEvent } from '@holdpoint/contracts';

/** What makes the question another one than the one in a message: the action was edited, or what it takes for granted has changed. */
const CHANGES = new Set<string>(['ActionModified', 'PreconditionsChanged'] satisfies RecordedEvent['type'][]);

/**
 * Whether something changed after what a message showed. Other steps and other people's votes do not: whether the message's own step still waits,
 * the decider says.
 * @param history the approval's events
 * @param shownRevision revision that was shown; null, where the message does not say, is always stale
 */
export const isStale = (history: readonly Pick<RecordedEvent, 'type' | 'revision'>[], shownRevision: number | null): boolean =>
  shownRevision === null || history.some(({ type, revision }) => revision > shownRevision && CHANGES.has(type));
