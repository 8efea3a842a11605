import type { LoggedEvent } from '@holdpoint/event-log';
import { bytesOf } from './batches.ts';
import type { Wait } from './open-work.ts';

/** What waits for room keeps its data up to here, bytes and events; the rest is rung without, and the worker reads the stream. */
const BYTES_MAX = 16 * 1024 * 1024;
const EVENTS_MAX = 8_192;

/** The events of waits that were not rung yet. Whoever is here is rung with its data, as fresh; each only once. */
export const openFreshEvents = () => {
  const events = new Map<Wait, LoggedEvent>();
  let bytes = 0;
  const take = (wait: Wait): LoggedEvent | undefined => {
    const event = events.get(wait);
    if (event === undefined) return undefined;
    events.delete(wait);
    bytes -= bytesOf(event);
    return event;
  };
  return {
    keep: (wait: Wait, event: LoggedEvent): void => {
      const size = bytesOf(event);
      if (events.size >= EVENTS_MAX || bytes + size > BYTES_MAX) return;
      events.set(wait, event);
      bytes += size;
    },
    /** Gives the event and forgets it. */
    take,
    clear: (): void => {
      events.clear();
      bytes = 0;
    },
  };
};
