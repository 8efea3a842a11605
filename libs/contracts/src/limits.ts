/** Limits of what crosses a boundary. Every number is public: the API reference and the error texts quote it. */
export const LIMITS = {
  /** Whole HTTP body of the agents' API, bytes. */
  bodyBytesMax: 1_048_576,
  /** Nesting of a JSON body, levels. */
  jsonDepthMax: 64,
  /** Object keys in one JSON body, counted over all objects. */
  jsonKeysMax: 10_000,
  /** Length of an id given by an agent (thread, run, tool call, entity), UTF-16 units. */
  agentIdCharsMax: 256,
  /** `contextSummary` and `proposedAction`, UTF-16 units. */
  summaryCharsMax: 4_000,
  /** A note, comment or reason written by an operator, UTF-16 units. */
  noteCharsMax: 4_000,
  /** Name of a tool, UTF-16 units. */
  toolNameCharsMax: 128,
  /** JSON Schema that validates edited arguments, bytes of JSON. */
  argsSchemaBytesMax: 32_768,
  /** The whole `context` member, bytes of JSON. */
  contextBytesMax: 786_432,
  /** An organisation's logo: bytes of the image, and pixels of a side. It is shown a finger high. */
  logoBytesMax: 65_536,
  logoPixels: { min: 16, max: 1_024 },
  /** How long what was written about an approval is kept after its end, months: the AI Act's floor, and a century. */
  retentionMonths: { min: 6, max: 1_200 },
  /** A browser that nobody opened the console in for so many days is not told any more. */
  pushUnusedDaysMax: 90,
  /** A context larger than this goes to its own `context-` stream, bytes of JSON. */
  contextInlineBytesMax: 32_768,
  /** A request without its context, bytes of JSON: sealed (a third more) it has to fit into one event and into one work message. */
  requestBytesMax: 262_144,
  messagesMax: 500,
  reasoningTraceMax: 200,
  toolLogMax: 200,
  labelsMax: 32,
  callbackStateCharsMax: 1_024,
  urlCharsMax: 2_048,
  /** Requests in one batch call. */
  batchMax: 100,
  /** Ids in one bulk operators' call. */
  bulkMax: 100,
  /** Rows in one page. */
  pageRowsMax: 200,
  /** Longest hold of a long poll, seconds. */
  waitSecMax: 60,
  /** Shortest and longest deadline an agent may ask for, seconds (30 s … 30 d). */
  deadlineSecMin: 30,
  deadlineSecMax: 2_592_000,
  /** What the model gets back as tool output, bytes. */
  toolOutputBytesMax: 4_096,
  /** Items in one work message, and its bytes (NATS max_payload is 1 MiB). */
  workItemsMax: 128,
  workBytesMax: 524_288,
  preconditionsMax: 16,
  siblingOutputsMax: 32,
} as const;
