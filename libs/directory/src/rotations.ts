import { isTerminal, type ApprovalEvent } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent } from '@holdpoint/event-log';

/** Approvals whose end is remembered, so that a turn that is heard of after it does not count as open for ever. */
const ENDED_MAX = 10_000;
/** Longest wait for the log to say whose turn it is, milliseconds. It is waited for after a start only: who is asked late is worse than who is asked twice. */
const KNOWN_WAIT_MS = 500;

/** Who of these was chosen last, and for how many requests that are still open somebody was chosen. */
export type Rotation = { lastOf(operators: readonly string[]): string | null; openCount(operatorId: string): number };

/**
 * Whose turn it is where a ladder asks one of several. It is read from the log, when a rung first needs it, and followed from then on: a restart
 * changes nothing, and replicas know of each other's turns as soon as the log tells. Two that choose within that moment may choose the same
 * person; nobody is left out by it, and which of them is asked is in the record.
 */
export type Rotations = {
  /** Whose turn it is in an organisation. Its members read nothing while nobody asks them. */
  of(tenant: string): Rotation;
  /** What this process appended: known before the log tells of it. */
  appended(tenant: string, stream: string, events: readonly ApprovalEvent[]): void;
  /**
   * Carries out `act`, which shows what it decided to `check` before it appends. Where it chose somebody while the log was still being read, it is
   * carried out once more when the log was read to its end, or after half a second with what is known.
   */
  sure<T>(act: (check: (events: readonly ApprovalEvent[]) => void) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

type Deps = { eventLog: Pick<EventLog, 'subscribe'>; logger: { info(fields: object, text: string): void } };

/** Whose turn it is has not been read from the log yet. */
class TurnsUnknown extends Error {}

/** Opens the turns; the log is read from its start when a rung first asks one of several. */
export const openRotations = ({ eventLog, logger }: Deps): Rotations => {
  const tenants = new Map<string, Turns>();
  const turnsOf = (tenant: string): Turns => {
    const turns = tenants.get(tenant) ?? openTurns();
    tenants.set(tenant, turns);
    return turns;
  };
  let subscription: ReturnType<EventLog['subscribe']> | null = null;
  const caughtUp = Promise.withResolvers<void>();
  let reading = false;

  const read = (): void => {
    if (subscription !== null) return;
    reading = true;
    logger.info({}, 'reading from the log whose turn it is, because a rung asks one of several');
    const onEvents = (events: LoggedEvent[]): void => {
      for (const { stream, type, data, metadata } of events) turnsOf(metadata.tenant).take(stream, { type, data } as ApprovalEvent);
    };
    const onCaughtUp = (): void => {
      reading = false;
      caughtUp.resolve();
    };
    subscription = eventLog.subscribe({ name: 'rotations', from: 'start', prefixes: ['approval-'], onEvents, onCaughtUp });
  };
  const known = async (): Promise<void> => {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, KNOWN_WAIT_MS);
    await Promise.race([caughtUp.promise, late.promise]);
    clearTimeout(timer);
  };
  return {
    of: tenant => ({
      lastOf: able => {
        read();
        return turnsOf(tenant).lastOf(able);
      },
      openCount: id => {
        read();
        return turnsOf(tenant).openCount(id);
      },
    }),
    appended: (tenant, stream, events) => {
      if (subscription !== null) for (const event of events) turnsOf(tenant).take(stream, event);
    },
    sure: async act => {
      try {
        return await act(events => {
          if (reading && events.some(choosesOne)) throw new TurnsUnknown();
        });
      } catch (error) {
        if (!(error instanceof TurnsUnknown)) throw error;
        await known();
        return act(() => undefined);
      }
    },
    close: async () => subscription?.close(),
  };
};

const choosesOne = (event: ApprovalEvent): event is Extract<ApprovalEvent, { type: 'ApprovalEscalated' }> =>
  event.type === 'ApprovalEscalated' && (event.data.strategy ?? 'all') !== 'all';

/** The turns of one organisation: who was chosen when, and which of those requests are still open. */
type Turns = ReturnType<typeof openTurns>;
const openTurns = () => {
  const chosenAt = new Map<string, { ms: number; order: number }>();
  const open = new Map<string, Map<string, readonly string[]>>();
  const counts = new Map<string, number>();
  const ended = new Set<string>();
  let order = 0;

  const count = (operators: readonly string[], by: 1 | -1): void => {
    for (const id of operators) counts.set(id, (counts.get(id) ?? 0) + by);
  };
  const end = (stream: string): void => {
    for (const operators of open.get(stream)?.values() ?? []) count(operators, -1);
    if (!open.delete(stream)) return;
    ended.add(stream);
    for (const oldest of ended) {
      if (ended.size <= ENDED_MAX) break;
      ended.delete(oldest);
    }
  };
  return {
    take: (stream: string, event: ApprovalEvent): void => {
      if (isTerminal(event.type)) return end(stream);
      if (!choosesOne(event)) return;
      const { stepIndex, level, assigned = [], escalatedAt } = event.data;
      const ms = Date.parse(escalatedAt);
      const rungs = open.get(stream) ?? new Map<string, readonly string[]>();
      const rung = `${stepIndex}/${level}`;
      if (rungs.has(rung) || ended.has(stream)) return;
      order += 1;
      for (const id of assigned) if (ms >= (chosenAt.get(id)?.ms ?? 0)) chosenAt.set(id, { ms, order });
      open.set(stream, rungs.set(rung, assigned));
      count(assigned, 1);
    },
    lastOf: (able: readonly string[]): string | null =>
      able.reduce<string | null>(
        (last, id) => (isLater(chosenAt.get(id), last === null ? undefined : chosenAt.get(last)) ? id : last),
        null,
      ),
    openCount: (id: string): number => counts.get(id) ?? 0,
  };
};

type At = { ms: number; order: number };
const isLater = (one: At | undefined, other: At | undefined): boolean =>
  one !== undefined && (other === undefined || one.ms > other.ms || (one.ms === other.ms && one.order > other.order));
