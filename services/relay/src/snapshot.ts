import { type Event, streamOf } from '@holdpoint/contracts';
import { type EventLog, type LoggedEvent } from '@holdpoint/event-log';
import { shared, type Wait, type WaitKind, WORKER_OF } from './open-work.ts';
import { packUuid, unpackUuid } from './packed-uuid.ts';

/** What the relay knew at a position of the log: every open wait with the time it is to be rung at. */
export type Snapshot = { position: string; waits: { wait: Wait; atMs: number }[] };
type Row = (string | number | null)[];
type Part = Event<'RelaySnapshotTaken'>['data'];

const STREAM = streamOf.relay('snapshot');
/** Rows in one part: about 64 KB, so that writing one holds up the bell for a millisecond. */
const PART_ROWS = 400;
/** Generations of parts that stay readable: one being written, the last whole one, and one to spare. */
const GENERATIONS_KEPT = 3;
const PARTS_KEPT_MIN = 32;

export const rowOf = (wait: Wait, atMs: number): Row => [
  wait.approvalId,
  wait.tenant,
  wait.kind,
  wait.key,
  unpackUuid(wait.eventId),
  wait.revision,
  wait.type,
  atMs,
  wait.rings,
];

/** The wait a row was made of; null for a row this version cannot read. */
export const waitOf = (row: Row): { wait: Wait; atMs: number } | null => {
  const [approvalId, tenant, kind, key, eventId, revision, type, atMs, rings] = row;
  const texts = [approvalId, tenant, kind, key, eventId, type].every(cell => typeof cell === 'string');
  const numbers = [revision, atMs, rings].every(cell => typeof cell === 'number');
  if (!texts || !numbers || !((kind as string) in WORKER_OF)) return null;
  return {
    atMs: atMs as number,
    wait: {
      kind: kind as WaitKind,
      key: key as string,
      approvalId: approvalId as string,
      tenant: shared(tenant as string),
      eventId: packUuid(eventId as string),
      revision: revision as number,
      type: shared(type as string),
      dueMs: atMs as number,
      slot: -1,
      rings: rings as number,
      inFlight: false,
    },
  };
};

/**
 * The newest whole snapshot among the parts of the stream; null when there is none, or one that cannot be read: the log itself is the truth, reading
 * it again only takes longer.
 */
export const newestSnapshot = (events: readonly LoggedEvent[]): Snapshot | null => {
  const generations = new Map<number, Part[]>();
  for (const { type, data } of events) {
    if (type !== 'RelaySnapshotTaken') continue;
    const part = data as Part;
    generations.set(part.generation, [...(generations.get(part.generation) ?? []), part]);
  }
  for (const [, parts] of [...generations].toSorted(([a], [b]) => b - a)) {
    const [first] = parts;
    if (first === undefined || new Set(parts.map(({ part }) => part)).size !== first.parts) continue;
    const waits = parts.flatMap(({ open }) => open.map(waitOf));
    if (waits.every(wait => wait !== null)) return { position: first.position, waits };
  }
  return null;
};

/** Reads and writes the relay's snapshots in a stream of their own, kept short. */
export const openSnapshots = (eventLog: Pick<EventLog, 'append' | 'loadRaw' | 'setMaxCount'>, now: () => string) => {
  let revision = -1;
  let generation = 0;
  let partsKept = 0;
  let stale = true;

  const writeParts = async (position: string, rows: Iterator<{ wait: Wait; atMs: number }>, parts: number): Promise<void> => {
    for (let part = 0; part < parts; part += 1) {
      // The last part takes what came on top while the others were written.
      const open = takeRows(rows, part === parts - 1 ? Number.POSITIVE_INFINITY : PART_ROWS);
      const at = now();
      const options = {
        expectedRevision: revision < 0 ? ('none' as const) : revision,
        commandId: `snapshot:${position}:${generation}:${part}:${at}`,
        tenant: 'holdpoint',
        actor: 'service:relay',
        recordedAt: at,
      };
      const data = { generation, part, parts, position, at, open };
      revision = (await eventLog.append(STREAM, [{ type: 'RelaySnapshotTaken', data }], options)).revision;
    }
  };
  const look = async (): Promise<LoggedEvent[]> => {
    const { events, revision: last } = await eventLog.loadRaw(STREAM);
    revision = last;
    generation = events.reduce((highest, { data }) => Math.max(highest, (data as Part).generation ?? 0), generation);
    stale = false;
    return events;
  };

  return {
    read: async (): Promise<Snapshot | null> => {
      const events = await look();
      // Another relay may write before this one has the lease.
      stale = true;
      return newestSnapshot(events);
    },
    /** Writes the waits part by part. They may change meanwhile: what is applied again from `position` on puts them right. */
    write: async (position: string, waits: Iterable<{ wait: Wait; atMs: number }>, count: number): Promise<void> => {
      // After a failure another relay may have written: look where the stream ends.
      if (stale) await look();
      const parts = Math.max(1, Math.ceil(count / PART_ROWS));
      stale = true;
      if (parts * GENERATIONS_KEPT > partsKept) {
        partsKept = Math.max(parts * GENERATIONS_KEPT, PARTS_KEPT_MIN);
        await eventLog.setMaxCount(STREAM, partsKept);
      }
      generation += 1;
      await writeParts(position, waits[Symbol.iterator](), parts);
      stale = false;
    },
  };
};

const takeRows = (rows: Iterator<{ wait: Wait; atMs: number }>, max: number): Row[] => {
  const taken: Row[] = [];
  while (taken.length < max) {
    const next = rows.next();
    if (next.done === true) break;
    taken.push(rowOf(next.value.wait, next.value.atMs));
  }
  return taken;
};
