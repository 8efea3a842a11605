import { isTerminal } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent } from '@holdpoint/event-log';
import { fold, type Known } from './known-approval.ts';

/**
 * Open approvals at hand, kept current by the log: a decision on one of them reads no stream. Events wait sealed and unread until somebody
 * decides, so following the log costs next to nothing. What was evicted, or is older than this process, is read when it is needed.
 */
export type OpenApprovals = {
  /** What is known of an approval: from memory, else from its stream (`read`). Null when there is no such stream. */
  get(stream: string): Promise<{ known: Known | null; read: boolean }>;
  /** Reads the stream again, whatever memory says. */
  reload(stream: string): Promise<Known | null>;
  /** Takes over the result of an own append, ahead of the log's own word. */
  appended(stream: string, known: Known): void;
  /** Resolves true as soon as the log shows something newer than `revision`, false after `timeoutMs`. */
  newerThan(stream: string, revision: number, timeoutMs: number): Promise<boolean>;
  size(): number;
  close(): Promise<void>;
};

/**
 * What all entries together may hold, characters (mostly of sealed data, one byte each): some 1 600 requests of 2 KB. What is decided soon is
 * decided from here; a request that has waited behind so many others can wait for one read of its stream.
 */
const CHARS_MAX = 8_388_608;
/**
 * How long to wait for the log to tell of an approval nobody knows here, before its stream is read, ms: an agent's request is often decided
 * sooner than the log has told of it, and a read costs more than the decision. Twice the log's recent lag; the bounds hold where clocks differ.
 */
const TOLD_WAIT_MS = { min: 5, max: 100 } as const;
/** What an entry weighs besides its unread events, and each of those besides its sealed data: ids, hashes, metadata. */
const ENTRY_CHARS = 1_500;
const EVENT_CHARS = 500;

type Entry = { known: Known | null; unread: LoggedEvent[]; last: number; chars: number; loading: boolean };

export const openApprovals = (
  log: Pick<EventLog, 'load' | 'open' | 'fetchKeys' | 'subscribe'>,
  { entriesMax, now }: { entriesMax: number; now: () => string },
): OpenApprovals => {
  /** In order of use, the least recent first. */
  const entries = new Map<string, Entry>();
  const listeners = new Map<string, Set<(revision: number) => void>>();
  let chars = 0;
  /** How long ago the newest event was recorded when the log told of it, ms. */
  let lagMs = 0;

  const drop = (stream: string): void => {
    const entry = entries.get(stream);
    if (entry === undefined) return;
    chars -= entry.chars;
    entries.delete(stream);
  };
  const add = (stream: string, entry: Entry): Entry => {
    drop(stream);
    entries.set(stream, entry);
    chars += entry.chars;
    makeRoom(stream);
    return entry;
  };
  /** Lets the least recently used go, but not the one that is being used. */
  const makeRoom = (used: string): void => {
    for (const oldest of entries.keys()) {
      if (oldest === used || (entries.size <= entriesMax && chars <= CHARS_MAX)) return;
      drop(oldest);
    }
  };
  const weigh = (stream: string, entry: Entry, to: number): void => {
    if (entries.get(stream) === entry) chars += to - entry.chars;
    entry.chars = to;
  };

  const follow = (event: LoggedEvent): void => {
    const { stream, revision } = event;
    const entry = entries.get(stream);
    if (isTerminal(event.type)) drop(stream);
    else if (entry === undefined) {
      if (event.type === 'ApprovalRequested')
        add(stream, { known: null, unread: [event], last: revision, chars: ENTRY_CHARS + charsOf(event), loading: false });
    } else if (entry.loading || revision === entry.last + 1) {
      entry.unread.push(event);
      entry.last = Math.max(entry.last, revision);
      weigh(stream, entry, entry.chars + charsOf(event));
      makeRoom(stream);
    } else if (revision > entry.last) drop(stream);
    for (const listener of listeners.get(stream) ?? []) listener(revision);
  };
  const subscription = log.subscribe({
    name: 'decision',
    from: 'end',
    prefixes: ['approval-'],
    onEvents: events => {
      events.forEach(follow);
      const last = events.at(-1);
      if (last !== undefined) lagMs = Date.parse(now()) - Date.parse(last.metadata.recordedAt);
    },
  });

  const readUnread = (stream: string, entry: Entry): Known | null => {
    const { known, unread } = entry;
    const following = unread.filter((event, index) => event.revision === (known?.revision ?? -1) + 1 + index);
    entry.unread = [];
    entry.known = fold(known, following.map(log.open));
    weigh(stream, entry, ENTRY_CHARS);
    return entry.known;
  };

  const reload = async (stream: string): Promise<Known | null> => {
    const entry = add(stream, { known: null, unread: [], last: -1, chars: ENTRY_CHARS, loading: true });
    try {
      const loaded = await log.load(stream);
      entry.known = fold(null, loaded.events);
      entry.unread = entry.unread.filter(event => event.revision > loaded.revision);
      const known = readUnread(stream, entry);
      entry.loading = false;
      entry.last = known?.revision ?? -1;
      if ((known === null || known.state.status === 'closed') && entries.get(stream) === entry) drop(stream);
      return known;
    } catch (error) {
      if (entries.get(stream) === entry) drop(stream);
      throw error;
    }
  };

  const newerThan: OpenApprovals['newerThan'] = (stream, revision, timeoutMs) =>
    new Promise(resolve => {
      if ((entries.get(stream)?.last ?? -1) > revision) return resolve(true);
      const waiting = listeners.get(stream) ?? new Set();
      listeners.set(stream, waiting);
      const done = (newer: boolean): void => {
        clearTimeout(timer);
        waiting.delete(listener);
        if (waiting.size === 0) listeners.delete(stream);
        resolve(newer);
      };
      const listener = (seen: number): void => {
        if (seen > revision) done(true);
      };
      const timer = setTimeout(() => done(false), timeoutMs);
      waiting.add(listener);
    });

  const toldWaitMs = (): number => Math.min(Math.max(2 * lagMs, TOLD_WAIT_MS.min), TOLD_WAIT_MS.max);

  return {
    get: async stream => {
      let entry = entries.get(stream);
      if (entry === undefined && (await newerThan(stream, -1, toldWaitMs()))) entry = entries.get(stream);
      if (entry === undefined || entry.loading) return { known: await reload(stream), read: true };
      // Its events may have waited here for longer than keys are kept.
      await log.fetchKeys(entry.unread);
      if (entries.get(stream) !== entry) return { known: await reload(stream), read: true };
      entries.delete(stream);
      entries.set(stream, entry);
      return { known: readUnread(stream, entry), read: false };
    },
    reload,
    appended: (stream, known) => {
      if (known.state.status === 'closed') drop(stream);
      else add(stream, { known, unread: [], last: known.revision, chars: ENTRY_CHARS, loading: false });
    },
    newerThan,
    size: () => entries.size,
    close: () => subscription.close(),
  };
};

const charsOf = ({ data }: LoggedEvent): number => {
  const sealed = (data as { private?: unknown } | null)?.private;
  return EVENT_CHARS + (typeof sealed === 'string' ? sealed.length : 0);
};
