import { ANY, NO_STREAM, STREAM_EXISTS } from './append-request.ts';
import { isSoftDeleted, type StreamMetadata } from './stream-metadata.ts';

/** What the decision needs to know about a stream. */
export type StreamState = {
  /** Revision of the newest event, -1 when there is none. */
  lastRevision: number;
  metadata: StreamMetadata;
  /** The stream was ended for ever. */
  tombstoned: boolean;
  /** Metadata was written for it, even if no event was. */
  hasMetadata: boolean;
};

/** Looks back at what was written before; only asked when a retry is possible. */
export type History = {
  /** Id of the event of this stream at a revision. */
  idAt: (revision: number) => string | undefined;
  /** Revision of a recently written event of this stream, by its id. */
  recentRevisionOf: (id: string) => number | undefined;
};

export type AppendDecision =
  | { outcome: 'write'; undelete: boolean }
  | { outcome: 'alreadyWritten'; lastRevision: number }
  | { outcome: 'wrongRevision' }
  | { outcome: 'streamDeleted' };

const WRONG_REVISION: AppendDecision = { outcome: 'wrongRevision' };
const STREAM_DELETED: AppendDecision = { outcome: 'streamDeleted' };

/**
 * Decides an append as EventStoreDB does (IndexWriter.CheckCommit of its sources): a stale expected revision is a success
 * when exactly these events already stand there, otherwise a conflict; `any` and `stream_exists` recognise a retry only
 * among recently written events.
 * @param ids ids of the proposed events, in order, in the same form as the history's.
 */
export const decideAppend = (state: StreamState, expected: number, ids: readonly string[], history: History): AppendDecision => {
  if (state.tombstoned) return STREAM_DELETED;
  const softDeleted = isSoftDeleted(state.metadata);
  if (expected === STREAM_EXISTS) {
    if (softDeleted) return STREAM_DELETED;
    if (state.lastRevision < 0 && !state.hasMetadata) return WRONG_REVISION;
  }
  const write: AppendDecision = { outcome: 'write', undelete: softDeleted };
  if (expected === ANY || expected === STREAM_EXISTS) return retryOfRecent(ids, history) ?? write;
  if (expected === state.lastRevision) return write;
  if (expected > state.lastRevision || ids.length === 0) return WRONG_REVISION;
  for (const [index, id] of ids.entries()) {
    if (history.idAt(expected + 1 + index) === id) continue;
    return index === 0 && expected === NO_STREAM && softDeleted ? write : WRONG_REVISION;
  }
  return { outcome: 'alreadyWritten', lastRevision: expected + ids.length };
};

/** A retry of recent events, a conflict when only some of them are known, undefined when none is. */
const retryOfRecent = (ids: readonly string[], history: History): AppendDecision | undefined => {
  let lastRevision = -1;
  for (const [index, id] of ids.entries()) {
    const revision = history.recentRevisionOf(id);
    if (revision === undefined) return index === 0 ? undefined : WRONG_REVISION;
    lastRevision = revision;
  }
  return ids.length === 0 ? undefined : { outcome: 'alreadyWritten', lastRevision };
};

export type DeleteDecision = 'delete' | 'wrongRevision' | 'streamDeleted';

/**
 * Decides a delete or tombstone. Deleting what does not exist is a conflict, unless the caller expected exactly that.
 * @param permanent a tombstone, which may also be set on a stream that never existed.
 */
export const decideDelete = (state: StreamState, expected: number, permanent: boolean): DeleteDecision => {
  if (state.tombstoned) return 'streamDeleted';
  const missing = state.lastRevision < 0 || isSoftDeleted(state.metadata);
  if (expected === NO_STREAM) return missing ? 'delete' : 'wrongRevision';
  if (expected === ANY) return state.lastRevision < 0 && !permanent ? 'wrongRevision' : 'delete';
  if (expected === STREAM_EXISTS) return missing ? 'wrongRevision' : 'delete';
  return expected === state.lastRevision ? 'delete' : 'wrongRevision';
};
