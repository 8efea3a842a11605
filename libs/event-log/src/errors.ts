/** Another append came first: load and decide again. Revisions count from 0; −1 means the stream does not exist. */
export class RevisionConflict extends Error {
  readonly code = 'revision_conflict';
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} is at revision ${actual}, not ${expected}`);
    this.name = 'RevisionConflict';
  }
}

export type UnavailableReason = 'unreachable' | 'timeout' | 'disk' | 'readOnly';

/** The log cannot answer now. An append that failed like this may have happened: repeat it with the same command id and revision. */
export class LogUnavailable extends Error {
  readonly code = 'log_unavailable';
  constructor(
    readonly reason: UnavailableReason,
    readonly retryAfterSec: number,
    message: string,
  ) {
    super(message);
    this.name = 'LogUnavailable';
  }
}

/** An event that does not fit its schema or the store's size limit: a bug at the caller, nothing was appended. */
export class EventRejected extends Error {
  readonly code = 'event_rejected';
  constructor(
    readonly type: string,
    readonly issues: { path: string; message: string }[],
  ) {
    super(`${type} cannot be appended: ${issues.map(issue => `${issue.path || '/'} ${issue.message}`).join('; ')}`);
    this.name = 'EventRejected';
  }
}

/** The stream was deleted; nothing can be read from it or appended to it. */
export class StreamGone extends Error {
  readonly code = 'stream_gone';
  constructor(readonly stream: string) {
    super(`${stream} was deleted`);
    this.name = 'StreamGone';
  }
}

/** A stored event that cannot be read: an unknown type, a version without upcast, data that no longer fits, or a broken seal. */
export class EventUnreadable extends Error {
  readonly code = 'event_unreadable';
  constructor(
    readonly stream: string,
    readonly revision: number,
    readonly type: string,
    why: string,
    cause?: unknown,
  ) {
    super(`${type} at ${stream} revision ${revision} cannot be read: ${why}`, { cause });
    this.name = 'EventUnreadable';
  }
}

/** An event whose data key was destroyed: what it said is gone for ever, on purpose. */
export class EventErased extends EventUnreadable {
  constructor(stream: string, revision: number, type: string) {
    super(stream, revision, type, 'it was erased: its data key is destroyed');
    this.name = 'EventErased';
  }
}

/** A second log was opened in one process, or its connection string turns a needed guard off. */
export class LogMisused extends Error {
  readonly code = 'log_misused';
  constructor(message: string) {
    super(message);
    this.name = 'LogMisused';
  }
}
