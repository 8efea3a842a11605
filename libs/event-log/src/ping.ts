import { eventIdOf } from '@holdpoint/sealing';
import type { AppendLine } from './append-line.ts';
import { failureOf, unavailableError } from './failure.ts';

const PROBE_STREAM = 'probe-log';
const PROBE = { id: eventIdOf('probe-log', 0), type: 'LogProbed', data: '{}', metadata: '{}' };

/**
 * Asks whether the log can be written, without growing it: the same event is appended at "no stream" each time, so the store goes the way of
 * an append (its leader, its disk watermark, its rights) and answers that it is there already.
 */
export const pinger = (send: AppendLine, timeoutMs: number) => async (): Promise<void> => {
  try {
    await send(PROBE_STREAM, [PROBE], -1, timeoutMs);
  } catch (error) {
    const failure = failureOf(error);
    throw failure.kind === 'unavailable' ? unavailableError(failure) : error;
  }
};
