import type { EventLog, LoggedEvent, ReplayOptions } from '@holdpoint/event-log';

/** Ends a replay nobody reads any more. */
class Left extends Error {}

/**
 * What the log holds, to be taken event by event: the log is held back while the reader is busy, and let go when the reader leaves.
 * @throws LogUnavailable
 */
export async function* replayed(
  eventLog: Pick<EventLog, 'replay'>,
  { prefixes, from }: { prefixes: readonly string[]; from: ReplayOptions['from'] },
): AsyncGenerator<LoggedEvent> {
  type Turn = { events: readonly LoggedEvent[]; next: PromiseWithResolvers<void> };
  let arrived = Promise.withResolvers<Turn | null>();
  const onEvents = (events: readonly LoggedEvent[]): Promise<void> => {
    const next = Promise.withResolvers<void>();
    arrived.resolve({ events, next });
    return next.promise;
  };
  const replaying = eventLog.replay({ prefixes: [...prefixes], from, onEvents }).then(
    () => arrived.resolve(null),
    (error: unknown) => (error instanceof Left ? undefined : arrived.reject(error)),
  );
  let turn: Turn | null = null;
  try {
    while ((turn = await arrived.promise) !== null) {
      yield* turn.events;
      arrived = Promise.withResolvers();
      turn.next.resolve();
    }
  } finally {
    turn?.next.reject(new Left());
    await replaying;
  }
}
