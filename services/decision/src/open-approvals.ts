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

/** What all entries together may hold, characters of sealed data (one byte each): contexts of the largest inline size must not fill the memory. */
const UNREAD_CHARS_MAX = 33_554_432;
/**
 * How long to wait for the log to tell of an approval nobody knows here, before its stream is read, ms: an agent's request is often decided
 * sooner than the log has told of it, and a read costs more than the decision. Twice the log's recent lag; the bounds hold where clocks differ.
 */
const TOLD_WAIT_MS = { min: 5, max: 100 } as const;
/** What an entry weighs besides its sealed data. */
const ENTRY_CHARS = 1_500;

type Entry = { known: Known | null; unread: LoggedEvent[]; last: number; chars: number; loading: boolean };

export const openApprovals = (
  log: Pick<EventLog, 'load' | 'open' | 'subscribe'>,
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
    for (const oldest of entries.keys()) {
      if (entries.size <= entriesMax && chars <= UNREAD_CHARS_MAX) break;
      if (oldest !== stream) drop(oldest);
      else break;
    }
    return entry;
  };

  const follow = (event: LoggedEvent): void => {
    const { stream, revision } = event;
    const entry = entries.get(stream);
    if (isTerminal(event.type)) drop(stream);
    else if (entry === undefined) {
      if (event.type === 'ApprovalRequested')
        add(stream, { known: null, unread: [event], last: revision, chars: ENTRY_CHARS + sealedChars(event), loading: false });
    } else if (entry.loading || revision === entry.last + 1) {
      entry.unread.push(event);
      entry.last = Math.max(entry.last, revision);
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

  const readUnread = (entry: Entry): Known | null => {
    const { known, unread } = entry;
    const following = unread.filter((event, index) => event.revision === (known?.revision ?? -1) + 1 + index);
    entry.unread = [];
    entry.known = fold(known, following.map(log.open));
    if (!entry.loading) chars += ENTRY_CHARS - entry.chars;
    entry.chars = ENTRY_CHARS;
    return entry.known;
  };

  const reload = async (stream: string): Promise<Known | null> => {
    const entry = add(stream, { known: null, unread: [], last: -1, chars: ENTRY_CHARS, loading: true });
    try {
      const loaded = await log.load(stream);
      entry.known = fold(null, loaded.events);
      entry.unread = entry.unread.filter(event => event.revision > loaded.revision);
      const known = readUnread(entry);
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
      entries.delete(stream);
      entries.set(stream, entry);
      return { known: readUnread(entry), read: false };
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

const sealedChars = ({ data }: LoggedEvent): number => {
  const sealed = (data as { private?: unknown } | null)?.private;
  return typeof sealed === 'string' ? sealed.length : 0;
};
