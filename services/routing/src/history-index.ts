import { effectiveActionOf } from '@holdpoint/approval';
import { categoryOf, idOf, type ApprovalEvent, type GatePolicy, type HistoryFact } from '@holdpoint/contracts';
import type { Directory } from '@holdpoint/directory';
import { EventErased, EventUnreadable, type EventLog, type LoggedEvent, type Subscription } from '@holdpoint/event-log';
import { HISTORY_LAG_SEC, HISTORY_TYPES, historyEntryOf, openHistory } from '@holdpoint/gate';
import type { History, HistoryAbout, HistoryEntry, HistoryPlan } from '@holdpoint/gate';
import type { Logger } from '@holdpoint/service-kit';

/**
 * How long a request waits for the log to come to its own position, ms. After that its history is not known, so a person decides: nothing
 * stalls while an index is read anew.
 */
const REACH_TIMEOUT_MS = 10_000;
/** How often the reading of the past is reported, in events. */
const REPORT_EVERY = 200_000;

/** Looks up history facts of a request, by fact; null what is not known. */
export type HistoryLookup = (fact: HistoryFact) => number | null;

/** History facts of all organisations whose active or shadowed policies read any. Follows the log only while there is one. */
export type HistoryIndex = {
  /** Everything in the log before a request, once the index has come to it. */
  before(tenant: string, document: GatePolicy, approvalId: string, about: Omit<HistoryAbout, 'position' | 'at'>): Promise<HistoryLookup>;
  close(): Promise<void>;
};

type Deps = {
  eventLog: Pick<EventLog, 'subscribe' | 'open' | 'fetchKeys'>;
  directory: Pick<Directory, 'organizations' | 'activePolicy' | 'shadowPolicies' | 'onChange'>;
  now: () => string;
  logger: Pick<Logger, 'info' | 'error'>;
};

export const openHistoryIndex = (deps: Deps, { reachTimeoutMs = REACH_TIMEOUT_MS } = {}): HistoryIndex => {
  let plans = plansOf(deps.directory);
  let reader = plans.size === 0 ? null : readHistory(deps, plans);
  const stop = deps.directory.onChange(() => {
    const wanted = plansOf(deps.directory);
    if (covers(plans, wanted)) return;
    plans = wanted;
    void reader?.close();
    reader = plans.size === 0 ? null : readHistory(deps, plans);
  });
  return {
    before: async (tenant, document, approvalId, about) => {
      const seen = (await reader?.reached(tenant, approvalId, reachTimeoutMs)) ?? null;
      if (seen === null) return () => null;
      const { history, position, at } = seen;
      return fact => history.value({ fact, amountPaths: document.amountPaths }, { ...about, position, at });
    },
    close: async () => {
      stop();
      await reader?.close();
    },
  };
};

type Plans = ReadonlyMap<string, readonly HistoryPlan[]>;

/** What is read for each organisation. The documents are the directory's own, so the same version gives the same objects. */
const plansOf = (directory: Deps['directory']): Plans => {
  const plans = new Map<string, readonly HistoryPlan[]>();
  for (const { organizationId: tenant } of directory.organizations()) {
    const versions = [directory.activePolicy(tenant), ...directory.shadowPolicies(tenant)];
    const wanted = versions.flatMap(version =>
      version === null
        ? []
        : Object.values(version.document.history ?? {}).map(fact => ({ fact, amountPaths: version.document.amountPaths })),
    );
    if (wanted.length > 0) plans.set(tenant, wanted);
  }
  return plans;
};

/** Whether what is read now answers all that is wanted, and is wanted still. */
const covers = (have: Plans, wanted: Plans): boolean => {
  const texts = (plans: Plans): Map<string, string> => new Map([...plans].map(([tenant, list]) => [tenant, JSON.stringify(list)]));
  const [a, b] = [texts(have), texts(wanted)];
  return a.size === b.size && [...b].every(([tenant, text]) => a.get(tenant) === text);
};

type Seen = { history: History; position: string; at: string };
type Reader = { reached(tenant: string, approvalId: string, timeoutMs: number): Promise<Seen | null>; close(): Promise<void> };

/** One organisation's part: what was counted, what waits to be gated, and what is too old to be opened unless it ends within a window. */
type Part = {
  history: History;
  keepMs: number;
  ungated: Map<string, { position: string; at: string }>;
  unopened: Map<string, LoggedEvent>;
  /** Until then something that could not be read lies within a window, so nothing is known. */
  blindUntilMs: number;
};

const readHistory = ({ eventLog, now, logger }: Deps, plans: Plans): Reader => {
  const parts = new Map<string, Part>();
  for (const [tenant, list] of plans)
    parts.set(tenant, {
      history: openHistory(list),
      keepMs: (Math.max(...list.map(({ fact }) => fact.windowSec)) + HISTORY_LAG_SEC) * 1_000,
      ungated: new Map(),
      unopened: new Map(),
      blindUntilMs: 0,
    });
  const waiting = new Map<string, Set<() => void>>();
  let read = 0;
  let caughtUp = false;

  const take = (event: LoggedEvent): void => {
    const part = parts.get(event.metadata.tenant);
    if (part === undefined) return;
    const approvalId = idOf(event.stream);
    if (event.type === 'GateEvaluated') part.ungated.delete(approvalId);
    if (!HISTORY_TYPES.has(event.type)) return;
    try {
      count(part, event, approvalId);
    } catch (error) {
      if (!(error instanceof EventUnreadable)) throw error;
      part.blindUntilMs = Date.parse(event.metadata.recordedAt) + part.keepMs;
      const blind = 'history facts are not known while an event that cannot be read lies within their window';
      // Erasing is on purpose; what it costs until then is that people decide what a rule could have.
      if (error instanceof EventErased) logger.info({ stream: event.stream }, `${blind}: it was erased`);
      else logger.error({ err: error, stream: event.stream }, blind);
    }
    for (const wake of waiting.get(event.stream) ?? []) wake();
  };

  const count = (part: Part, event: LoggedEvent, approvalId: string): void => {
    const old = Date.parse(event.metadata.recordedAt) < Date.parse(now()) - part.keepMs;
    if (event.type === 'ApprovalRequested') {
      if (old) part.unopened.set(approvalId, event);
      else {
        const { at } = add(part, event, approvalId);
        part.ungated.set(approvalId, { position: event.position, at });
      }
      return;
    }
    part.ungated.delete(approvalId);
    const asked = part.unopened.get(approvalId);
    part.unopened.delete(approvalId);
    if (old) return;
    if (asked !== undefined) remember(part, asked, approvalId);
    add(part, event, approvalId);
  };

  const entryOf = (event: LoggedEvent, approvalId: string): HistoryEntry => {
    const opened = eventLog.open(event) as unknown as ApprovalEvent;
    const entry = historyEntryOf({ ...opened, position: event.position, approvalId }, effectiveActionOf);
    if (entry === null) throw new TypeError(`${event.type} says nothing about history`);
    return entry;
  };
  const add = (part: Part, event: LoggedEvent, approvalId: string): HistoryEntry => {
    const entry = entryOf(event, approvalId);
    part.history.add(entry);
    return entry;
  };
  const remember = (part: Part, event: LoggedEvent, approvalId: string): void => {
    const entry = entryOf(event, approvalId);
    if (entry.kind === 'requested') part.history.remember(entry);
  };

  /** What is too old was kept as it came, and may be opened much later. */
  const fetchKept = async (events: readonly LoggedEvent[]): Promise<void> => {
    const kept = events.flatMap(({ stream, metadata }) => parts.get(metadata.tenant)?.unopened.get(idOf(stream)) ?? []);
    if (kept.length > 0) await eventLog.fetchKeys(kept);
  };

  const subscription: Subscription = eventLog.subscribe({
    name: 'history',
    from: 'start',
    prefixes: ['approval-'],
    onEvents: async events => {
      await fetchKept(events);
      for (const event of events) if (categoryOf(event.stream) === 'approval') take(event);
      if (!caughtUp && Math.floor((read + events.length) / REPORT_EVERY) > Math.floor(read / REPORT_EVERY))
        logger.info({ events: read + events.length, at: events.at(-1)?.metadata.recordedAt }, 'reading the past for history facts');
      read += events.length;
    },
    onCaughtUp: () => {
      if (!caughtUp) logger.info({ events: read, organizations: parts.size }, 'history facts are known from the log');
      caughtUp = true;
    },
  });

  const look = (part: Part, approvalId: string): Seen | null => {
    const found = part.ungated.get(approvalId);
    return found === undefined ? null : { history: part.history, ...found };
  };
  return {
    reached: async (tenant, approvalId, timeoutMs) => {
      const part = parts.get(tenant);
      if (part === undefined) return null;
      const stream = `approval-${approvalId}`;
      const seen = look(part, approvalId) ?? (await within(waiting, stream, timeoutMs, () => look(part, approvalId)));
      return seen === null || Date.parse(seen.at) < part.blindUntilMs ? null : seen;
    },
    close: () => subscription.close(),
  };
};

/** Waits until the log has told of a stream, and looks again; null when it has not in time. */
const within = <T>(waiting: Map<string, Set<() => void>>, stream: string, timeoutMs: number, look: () => T | null): Promise<T | null> =>
  new Promise(resolve => {
    const wakers = waiting.get(stream) ?? new Set();
    waiting.set(stream, wakers);
    const done = (found: T | null): void => {
      clearTimeout(timer);
      wakers.delete(wake);
      if (wakers.size === 0) waiting.delete(stream);
      resolve(found);
    };
    const wake = (): void => {
      const found = look();
      if (found !== null) done(found);
    };
    const timer = setTimeout(() => done(null), timeoutMs);
    wakers.add(wake);
  });
