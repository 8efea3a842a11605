import { randomUUID } from 'node:crypto';
import { streamOf, type CallbackEvent, type RecordedEvent } from '@holdpoint/contracts';
import { RevisionConflict, type EventLog } from '@holdpoint/event-log';
import { evolve, NOTHING_TRIED, type Part, type Progress } from './progress.ts';

/** What is recorded of one approval's way back. Appends go one after the other, so callback and resume never collide with each other. */
export type Ledger = {
  progress(): Progress;
  /**
   * Records one attempt of a part. On a conflict it reads what another worker recorded; if that finished the part, ours is dropped: the
   * receiver was told twice under one id, which it recognises, and the log says it once.
   */
  record(part: Part, events: CallbackEvent[]): Promise<void>;
  /**
   * Records that this worker is about to send what may not be sent twice. Its event has an id of its own: under a shared one, the log would
   * tell a second worker as well that its event is there.
   * @returns false when another worker recorded something of the resume since it was read: that one is sending, or has sent
   */
  claim(event: CallbackEvent): Promise<boolean>;
  /** Notes something about the callback under way; nothing once it is known what came of it, whose time for the next attempt must stay. */
  note(event: CallbackEvent): Promise<void>;
};

/** `originId`: the event that ended the approval, or the notice's id. */
export type LedgerMeta = { tenant: string; originId: string; correlationId: string | undefined; traceparent: string | undefined };

/** Conflicts in a row before giving up; the relay rings again. */
const CONFLICTS_MAX = 5;

/** Reads `callback-<id>`. */
export const readProgress = async (eventLog: Pick<EventLog, 'load'>, id: string): Promise<Progress> =>
  progressOf((await eventLog.load(streamOf.callback(id))).events);
export const progressOf = (events: readonly RecordedEvent[]): Progress =>
  events.reduce((progress, event) => evolve(progress, event, event.revision), NOTHING_TRIED);

/** @param known progress the caller has read, or {@link NOTHING_TRIED} when the first ring says there can be none. */
export const openLedger = (eventLog: EventLog, now: () => string, approvalId: string, meta: LedgerMeta, known: Progress): Ledger => {
  let progress = known;
  let last: Promise<unknown> = Promise.resolve();

  /** An attempt is recorded once, whoever made it; a wait without one is told from another by where it stands. */
  const commandIdOf = (part: Part, event: CallbackEvent | undefined, { revision, [part]: { attempts } }: Progress): string =>
    event?.type === 'CallbackScheduled' ? `defer/${meta.originId}/${revision + 1}` : `${part}/${meta.originId}/${attempts + 1}`;

  /** @returns whether it stands there; if not, `progress` is what another worker left. */
  const appendOnce = async (commandId: string, events: CallbackEvent[]): Promise<boolean> => {
    try {
      const { revision } = await eventLog.append(streamOf.callback(approvalId), events, {
        expectedRevision: progress.revision < 0 ? 'none' : progress.revision,
        commandId,
        tenant: meta.tenant,
        actor: 'service:callback',
        recordedAt: now(),
        causationId: meta.originId,
        ...(meta.correlationId === undefined ? {} : { correlationId: meta.correlationId }),
        ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
      });
      progress = events.reduce((before, event) => evolve(before, event, revision), progress);
      return true;
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      progress = await readProgress(eventLog, approvalId);
      return false;
    }
  };
  const append = async (part: Part, events: CallbackEvent[]): Promise<void> => {
    for (let conflicts = 0; conflicts <= CONFLICTS_MAX; conflicts += 1) {
      // A wait that is recorded while the attempt comes to its end would begin anew what is done.
      if (progress[part].done || (await appendOnce(commandIdOf(part, events[0], progress), events))) return;
    }
    throw new Error(`other workers recorded something ${CONFLICTS_MAX + 1} times meanwhile`);
  };
  const claim = async (event: CallbackEvent): Promise<boolean> => {
    const { attempts } = progress.resume;
    const commandId = `sending/${meta.originId}/${randomUUID()}`;
    while (!progress.resume.done && progress.resume.attempts === attempts) if (await appendOnce(commandId, [event])) return true;
    return false;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  let concluded = false;
  return {
    progress: () => progress,
    record: (part, events) => {
      if (part === 'callback') concluded = true;
      return inTurn(() => append(part, events));
    },
    claim: event => inTurn(() => claim(event)),
    note: event => inTurn(async () => (concluded ? undefined : append('callback', [event]))),
  };
};
