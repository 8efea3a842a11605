import type { Event } from '@holdpoint/contracts';
import { streamOf } from '@holdpoint/contracts';
import type { EventLog } from '@holdpoint/event-log';
import { streamOfWait, type Wait, WORKER_OF } from './open-work.ts';
import { unpackUuid } from './packed-uuid.ts';

type Parked = Event<'WorkParked'>;
type Deps = {
  eventLog: Pick<EventLog, 'handle' | 'setMaxCount'>;
  now(): string;
  onParked(event: Parked): void;
  onFailed(error: unknown): void;
};

const STREAM = streamOf.relay('parked');
/** Parked work that stays readable; older entries are about approvals long over. */
const KEPT_MAX = 10_000;
/** Events in one append. */
const APPEND_MAX = 128;

/**
 * Records what no worker answered for, once per wait and relay, in `relay-parked`: giving up is an event. Ringing goes on, slowly.
 * One append at a time; while the log is away the records wait and go out with the next one.
 */
export const openParking = ({ eventLog, now, onParked, onFailed }: Deps) => {
  let waiting: { wait: Wait; event: Parked }[] = [];
  let known: { state: number; revision: number } | undefined;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    if (known === undefined) await eventLog.setMaxCount(STREAM, KEPT_MAX);
    while (waiting.length > 0) {
      const batch = waiting.slice(0, APPEND_MAX);
      const first = batch[0]!.wait;
      const handled = await eventLog.handle(
        { initial: 0, evolve: state => state + 1, decide: () => batch.map(({ event }) => event) },
        STREAM,
        'park',
        {
          ...(known && { known }),
          commandId: `park:${unpackUuid(first.eventId)}:${first.kind}`,
          tenant: first.tenant,
          actor: 'service:relay',
          recordedAt: now(),
        },
      );
      known = { state: handled.state, revision: handled.revision };
      waiting = waiting.slice(batch.length);
    }
  };

  return {
    /** Takes note at once; the event is appended in the background. */
    park: (wait: Wait): void => {
      const event: Parked = {
        type: 'WorkParked',
        data: {
          consumer: WORKER_OF[wait.kind],
          stream: streamOfWait(wait),
          revision: wait.revision,
          type: wait.type,
          rings: wait.rings,
          at: now(),
        },
      };
      waiting.push({ wait, event });
      onParked(event);
      writing ??= write()
        .catch(onFailed)
        .finally(() => (writing = undefined));
    },
    /** Resolves when nothing is being written. */
    settled: async (): Promise<void> => writing,
  };
};
