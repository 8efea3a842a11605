import { erasedWords, erasureOf } from '@holdpoint/approval';
import { streamOf, type Erasure, type RecordedEvent } from '@holdpoint/contracts';
import { EventErased, type EventLog, type LoggedEvent } from '@holdpoint/event-log';
import { ProblemError } from '@holdpoint/service-kit';

export type Reads = Pick<EventLog, 'load' | 'loadRaw'>;

/**
 * Loads an approval's stream. Ordered to be erased, it counts as gone, whether its keys are destroyed yet or not.
 * @param isTheirs whether the caller may know of an approval that begins like this; it gets what stands in the open, since the rest may be gone
 * @returns null where there is none, or none that the caller may know of
 * @throws ProblemError 410 `erased`; LogUnavailable
 */
export const loadUnlessErased = async (
  eventLog: Reads,
  approvalId: string,
  isTheirs: (first: RecordedEvent | LoggedEvent) => boolean,
): Promise<{ events: RecordedEvent[]; revision: number } | null> => {
  const stream = streamOf.approval(approvalId);
  const loaded = await eventLog.load(stream).catch((error: unknown) => {
    if (error instanceof EventErased) return null;
    throw error;
  });
  const events = loaded?.events ?? (await eventLog.loadRaw(stream)).events;
  const [first] = events;
  if (first === undefined || !isTheirs(first)) return null;
  const erasure = erasureOf(events);
  if (loaded === null || erasure !== null) throw erasedProblem(erasure);
  return loaded;
};

/** @param erasure null where only the missing key says that it is erased, as after an older back-up was restored */
const erasedProblem = (erasure: Erasure | null): ProblemError =>
  new ProblemError(
    'erased',
    410,
    `${erasure === null ? 'What it said was erased.' : erasedWords(erasure)} Its decision can no longer be read or spent; if it is still needed, ask again under a new idempotency key.`,
    erasure === null ? {} : { members: erasure },
  );

/** Whether a call failed because what it is about is erased. */
export const isErased = (error: unknown): boolean => error instanceof ProblemError && error.code === 'erased';

/** What a call answers, or null where what it is about is erased. */
export const unlessErased = async <T>(call: () => Promise<T>): Promise<T | null> => {
  try {
    return await call();
  } catch (error) {
    if (isErased(error)) return null;
    throw error;
  }
};
