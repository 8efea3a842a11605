import {
  AccessDeniedError,
  DeadlineExceededError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  RequiredMetadataPropertyMissingError,
  StreamDeletedError,
  TimeoutError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LogUnavailable, type UnavailableReason } from './errors.ts';
import { OutOfTime } from './out-of-time.ts';

/**
 * What a failed call means.
 * `unavailable` with `settled` did certainly not happen; without, it may have: the answer was lost, not the append.
 */
export type Failure =
  | { kind: 'conflict'; actual: number }
  | { kind: 'gone' }
  | { kind: 'rejected'; message: string }
  | { kind: 'unavailable'; reason: UnavailableReason; settled: boolean; message: string }
  | { kind: 'bug' };

/** When to try again, seconds: a restart takes about one, a full disk needs a person. */
const RETRY_AFTER_SEC: Record<UnavailableReason, number> = { unreachable: 1, timeout: 2, disk: 30, readOnly: 10 };

const WORDS: Record<UnavailableReason, string> = {
  unreachable: 'the event store cannot be reached; check that it runs and EVENTSTORE_CONNECTION_STRING',
  timeout: 'the event store did not answer in time',
  disk: 'the event store takes no appends because its disk is nearly full; free space',
  readOnly: 'the event store takes no appends from this account; check its access rights',
};

/** gRPC status codes. */
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;

/**
 * Classifies what the client threw. After a lost connection that is often a plain Error ("14 UNAVAILABLE: No connection established…")
 * and not one of the client's own classes, so whatever is no class of its own and no programming error counts as unreachable.
 */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof WrongExpectedVersionError)
    return { kind: 'conflict', actual: typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1 };
  if (error instanceof StreamDeletedError) return { kind: 'gone' };
  if (error instanceof MaxAppendSizeExceededError)
    return { kind: 'rejected', message: `is larger than the store's limit of ${error.maxAppendSize} bytes per append` };
  if (error instanceof InvalidArgumentError || error instanceof RequiredMetadataPropertyMissingError)
    return { kind: 'rejected', message: error.message };
  if (error instanceof AccessDeniedError) return unavailable('readOnly', true, error.message);
  if (error instanceof OutOfTime || error instanceof TimeoutError || error instanceof DeadlineExceededError)
    return unavailable('timeout', false, '');
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return { kind: 'bug' };
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  // A batch append gives the server's words inside "Could not recognize …", the other calls give the status code.
  if (/disk (nearly )?full|no space left/i.test(message)) return unavailable('disk', true, message);
  if (code === RESOURCE_EXHAUSTED && /larger than max/i.test(message))
    return { kind: 'rejected', message: 'is larger than one message may be' };
  if (code === UNIMPLEMENTED) return unavailable('unreachable', true, `${message}; EventStoreDB 21.10 or newer is needed`);
  return unavailable('unreachable', false, message);
};

const unavailable = (reason: UnavailableReason, settled: boolean, message: string): Failure => ({
  kind: 'unavailable',
  reason,
  settled,
  message,
});

/** The error for callers. The server's own words are kept: they name addresses and limits, never data. */
export const unavailableError = ({ reason, message }: { reason: UnavailableReason; message: string }): LogUnavailable =>
  new LogUnavailable(reason, RETRY_AFTER_SEC[reason], message ? `${WORDS[reason]} (${message})` : WORDS[reason]);
