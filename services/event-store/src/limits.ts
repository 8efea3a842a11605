/** Every limit of the store, with its unit and the reason for the number. Options may lower or raise those in `StoreLimits`. */

/** Largest append (sum of type, data and metadata of its events): EventStoreDB's default `MaxAppendSize`. */
export const APPEND_BYTES_MAX = 1024 * 1024;

/** The client sends append batches of up to 3 MiB plus one event; grpc-js would refuse anything over 4 MiB. */
export const GRPC_RECEIVE_BYTES_MAX = 20 * 1024 * 1024;

/** The client refuses messages over 17 MiB, so the configurable append size must stay below (EventStoreDB's own ceiling is 16 MiB). */
export const APPEND_BYTES_CEILING = 16 * 1024 * 1024;

/** Appends waiting for the writer. At 10 000/s this is over a second of work; more would only answer after callers gave up. */
export const QUEUED_APPENDS_MAX = 16_384;

/** Bytes waiting for the writer: bounds the memory of a store whose disk stalls. */
export const QUEUED_BYTES_MAX = 64 * 1024 * 1024;

/** One transaction carries at most this many appends, so that no caller waits behind an endless commit. */
export const GROUP_APPENDS_MAX = 1_024;

/** One transaction carries at most this many bytes (one append may exceed it alone). */
export const GROUP_BYTES_MAX = 4 * 1024 * 1024;

/** The server answers an append at the latest after this time, as EventStoreDB's commit timeout does (2 s there; disks here may be slower). */
export const APPEND_TIMEOUT_MS = 10_000;

/** Parts of one append sent over several messages (`is_final` false): open ones per call. */
export const UNFINISHED_APPENDS_MAX = 64;

/** Events kept in memory for live subscribers: some seconds of work, so that a short pause of a reader costs no disk read. */
export const TAIL_EVENTS_MAX = 8_192;

/** Bytes kept in memory for live subscribers. */
export const TAIL_BYTES_MAX = 8 * 1024 * 1024;

/** Rows of one read page: long enough to amortise the query, short enough (about 1 ms) not to hold up the protocol work. */
export const PAGE_ROWS = 256;

/** A page ends early when its payload passes this size, so that large events do not pile up in memory. */
export const PAGE_BYTES_MAX = 1024 * 1024;

/** Spans of the log read per turn for a filter that can use categories: two to five hundred rows, hardly more than a page takes. */
export const SPANS_PER_PAGE = 4;

/** Rows examined per turn when a filter cannot use categories: about 2 ms. */
export const SCAN_ROWS = 2_000;

/** Open reads and subscriptions together; each holds one HTTP/2 stream and some kilobytes. */
export const OPEN_READS_MAX = 4_096;

/** Streams whose head (revision, truncation) the writer remembers: about 2 MB; every other stream costs two index lookups. */
export const STREAM_HEADS_MAX = 8_192;

/** Event ids remembered for appends with `any` and `stream_exists` (EventStoreDB keeps 8 MiB of them); twice this many at most. */
export const RECENT_EVENT_IDS = 16_384;

/** Distinct stream categories. Beyond it, streams are stored without one: they stay correct, only filtered reads get slower. */
export const CATEGORIES_MAX = 4_096;

/** Stream names and event types, in bytes. */
export const NAME_BYTES_MAX = 1_024;

/** A regular-expression filter, in characters. */
export const FILTER_REGEX_CHARS_MAX = 1_024;

/** Prefixes of one filter. */
export const FILTER_PREFIXES_MAX = 128;

/** Page cache of the writing connection, KiB: holds the upper levels of the indexes of 10^7 events; what else is read comes from the operating system. */
export const WRITER_CACHE_KIB = 8_192;

/** Page cache of the reading connection, KiB. The file itself is cached by the operating system. */
export const READER_CACHE_KIB = 4_096;

/** How long the writer waits for another connection that locks the file (a maintenance tool), milliseconds. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * Pages of write-ahead log before it is folded into the file (16 MiB). It is overwritten from its start then, and overwriting
 * costs a tenth less CPU per append than growing (one at a time); below this, folds come too often for the groups of a busy store.
 */
export const CHECKPOINT_PAGES = 4_096;

/**
 * Pages after which what is there is folded beside the writer: few enough that the disk takes them between two commits, many enough that a
 * page of an index, written by commit after commit, is copied once for many.
 */
export const FOLD_PAGES = 512;

/** Events whose checksums are verified at every start. */
export const TAIL_CHECK_EVENTS = 4_096;

/** Free disk space below which appends are refused: the larger of the two. */
export const DISK_FREE_BYTES_MIN = 1024 * 1024 * 1024;
export const DISK_FREE_PERCENT_MIN = 5;

/** How often the free space is looked at. */
export const DISK_CHECK_INTERVAL_MS = 1_000;

/** How long a stop waits for open calls to end after they were cancelled. */
export const STOP_GRACE_MS = 1_000;

/** The limits an operator may change. */
export type StoreLimits = {
  /** Largest append, bytes. */
  appendBytesMax: number;
  /** Longest time an append may wait for its commit, milliseconds. */
  appendTimeoutMs: number;
  /** Appends are refused below this much free space, bytes … */
  diskFreeBytesMin: number;
  /** … or this share of the disk, percent; the larger counts. */
  diskFreePercentMin: number;
  /** How often the free space is measured, milliseconds. */
  diskCheckIntervalMs: number;
};

export const defaultLimits: StoreLimits = {
  appendBytesMax: APPEND_BYTES_MAX,
  appendTimeoutMs: APPEND_TIMEOUT_MS,
  diskFreeBytesMin: DISK_FREE_BYTES_MIN,
  diskFreePercentMin: DISK_FREE_PERCENT_MIN,
  diskCheckIntervalMs: DISK_CHECK_INTERVAL_MS,
};
