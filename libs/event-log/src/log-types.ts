import type { Event, EventMetadata, RecordedEvent, WorkItem } from '@holdpoint/contracts';

export type AppendOptions = {
  /** Revision of the last event the decision was made on; `'none'` when the stream must not exist yet. */
  expectedRevision: number | 'none';
  /** Identifies the command: event ids are derived from it, so that repeating it appends nothing twice. */
  commandId: string;
  tenant: string;
  /** `<kind>:<id>`, from the session or the verified channel, never from a body. */
  actor: string;
  /** When the command was taken, RFC 3339 with milliseconds. The store's own `created` changes when a log is migrated; this does not. */
  recordedAt: string;
  correlationId?: string;
  causationId?: string;
  traceparent?: string;
  /** Longest wait for an outcome, milliseconds, retries and reading back included. */
  timeoutMs?: number;
};

export type Appended = {
  /** Revision of the last event appended. */
  revision: number;
  /** Log position of the last event appended: a decimal string, opaque and increasing. */
  position: string;
};

/** An event as stored: data in the version it was written in, `private` still sealed. Pass it to `open` to read it. Shared: never change it. */
export type LoggedEvent = {
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: unknown;
  metadata: EventMetadata;
  position: string;
  /** The store's clock, milliseconds since 1970. For display only: it neither orders events nor survives a migration. */
  createdMs: number;
};

export type Loaded<E> = {
  events: E[];
  /** Revision of the last event read; −1 when the stream does not exist. */
  revision: number;
};
export type LoadOptions = { fromRevision?: number; maxCount?: number };

/** A pure decision over a stream: state is folded from its events, a command gives new events or throws a refusal. */
export type Decider<S, C, E extends Event = Event> = {
  initial: S;
  evolve(state: S, event: E): S;
  decide(command: C, state: S): E[];
};

export type HandleOptions<S> = Omit<AppendOptions, 'expectedRevision'> & {
  /** State and revision the caller already knows: the first decision is made on it, and the stream is loaded only when that appends nothing. */
  known?: { state: S; revision: number };
};

export type Handled<S, E> = {
  state: S;
  revision: number;
  /** What was appended; empty when there was nothing to do. After a repeat of a command: what it appended the first time. */
  events: E[];
  /** Position of the append, null when nothing was appended. */
  position: string | null;
};

export type SubscribeOptions = {
  /** Names the follower in logs. */
  name: string;
  /** Where to start, exclusive: a position, `start`, or `end` for what comes from now on. */
  from: string;
  /** Stream name prefixes, for example `approval-`. */
  prefixes: string[];
  /** Everything that arrived in one turn of the loop, in log order. While its promise is pending the store is held back. */
  onEvents(events: LoggedEvent[]): void | Promise<void>;
  /** All that was in the log is delivered. Comes again after a reconnection. */
  onCaughtUp?(): void | Promise<void>;
  /** The log was searched up to this position and no more events match before it. */
  onCheckpoint?(position: string): void | Promise<void>;
};

export type Subscription = {
  /** Position up to which everything was delivered and handled; `start` before the first event. */
  position(): string;
  /** Stops; resolves when the batch in hand is done. */
  close(): Promise<void>;
};

export type ReplayOptions = { prefixes: string[]; from: string; onEvents(events: LoggedEvent[]): void | Promise<void> };

/** What the log tells about itself; pino fits. */
export type LogLogger = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export type EventLog = {
  /** @throws RevisionConflict, LogUnavailable, EventRejected, StreamGone */
  append(stream: string, events: Event[], options: AppendOptions): Promise<Appended>;
  /** Opened, upcast and checked. @throws LogUnavailable, StreamGone, EventErased, EventUnreadable */
  load(stream: string, options?: LoadOptions): Promise<Loaded<RecordedEvent>>;
  /** As stored. @throws LogUnavailable, StreamGone */
  loadRaw(stream: string, options?: LoadOptions): Promise<Loaded<LoggedEvent>>;
  /**
   * Opens `private`, upcasts to the newest shape and checks it. The data is shared by its readers: never change it. What the log delivers or loads
   * can be opened at once; an event that came with a message, or was kept for minutes, needs `fetchKeys` first.
   * @throws EventErased when its data key is destroyed; EventUnreadable
   */
  open(event: LoggedEvent | WorkItem): RecordedEvent;
  /** Loads, decides, appends; on a conflict again, at most 5 times. What `decide` throws comes through. */
  handle<S, C, E extends Event>(decider: Decider<S, C, E>, stream: string, command: C, options: HandleOptions<S>): Promise<Handled<S, E>>;
  subscribe(options: SubscribeOptions): Subscription;
  /** Delivers all there is and resolves with the position to go on from. @throws LogUnavailable, and what `onEvents` throws */
  replay(options: ReplayOptions): Promise<string>;
  /** Brings the data keys into memory that opening these events takes. @throws LogUnavailable */
  fetchKeys(events: readonly { stream: string; metadata: EventMetadata }[]): Promise<void>;
  /**
   * Destroys all data keys of an approval: what was sealed by them is unreadable for ever. Doing it again does no harm.
   * @returns how many keys its events name; 0 where all of it was sealed by the master key
   * @throws LogUnavailable
   */
  destroyKeys(approvalId: string): Promise<number>;
  /** Limits how many events of a stream stay readable. Refused for audit categories by the store. */
  setMaxCount(stream: string, maxCount: number): Promise<void>;
  /** Resolves when the log can be read and written. @throws LogUnavailable */
  ping(): Promise<void>;
  close(): Promise<void>;
};
