import { z } from 'zod';
import { period } from './exports-api.ts';
import { LIMITS } from './limits.ts';

const agent = z.string().max(128).optional();

/** Query of `GET /api/metrics`: requests asked in a period, the last 30 days where none is given. */
export const metricsQuery = z.strictObject({ ...period, agent });
export type MetricsQuery = z.infer<typeof metricsQuery>;

/** Which requests a number counts. What needs to be told more exactly has a `value`. */
export const BEHIND = [
  ...(['asked', 'automatic', 'people', 'decided', 'inTime', 'expired', 'escalated', 'exhausted', 'unfinished'] as const),
  ...([
    'verdict',
    'status',
    'rule',
    'slow',
    'operator',
    'rejectedBy',
    'unopenedBy',
    'burstOf',
    'channel',
    'endpoint',
    'undelivered',
  ] as const),
] as const;
export type Behind = (typeof BEHIND)[number];

/** Query of `GET /api/metrics/requests`: the list behind a number, newest first. */
export const behindQuery = metricsQuery.extend({
  behind: z.enum(BEHIND).default('asked'),
  /**
   * A verdict, a status, `<policy>/<rule>` and what became of it (`/people`, `/approved`, …), an operator's id, `<channel>/<state>` or `<channel>/failed/<class of error>`,
   * `<endpoint or host>/<state>`; for `slow`, `reach/<seconds>`, `open/<seconds>` or `decide/<seconds>`: those that took at least so long; for `unfinished`, `gating` or nothing.
   */
  value: z.string().max(300).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50),
});
export type BehindQuery = z.infer<typeof behindQuery>;

/** Seconds, of so many requests. Null where there are none. */
const duration = z.strictObject({ count: z.int(), p50: z.number().nullable(), p90: z.number().nullable(), p99: z.number().nullable() });
export type DurationFigures = z.infer<typeof duration>;

/** What is odd about how somebody decides: something to talk about, never a bar. */
export const OPERATOR_FLAGS = ['fasterThanReading', 'bursts', 'unopened', 'neverRejects'] as const;
export type OperatorFlag = (typeof OPERATOR_FLAGS)[number];

export const metricsReport = z.strictObject({
  from: z.string(),
  to: z.string(),
  agent: z.string().nullable(),
  /** False when there was more than is looked at: then the newest count. */
  complete: z.boolean(),
  /** Over time: requests by when they were asked. `starts` are the beginnings of equal stretches of time, UTC. */
  over: z.strictObject({
    bucketSec: z.int(),
    starts: z.array(z.string()),
    asked: z.array(z.int()),
    people: z.array(z.int()),
    expired: z.array(z.int()),
    decideP50: z.array(z.number().nullable()),
    decideP90: z.array(z.number().nullable()),
  }),
  volume: z.strictObject({ asked: z.int(), automatic: z.int(), people: z.int(), decided: z.int() }),
  verdicts: z.array(z.strictObject({ verdict: z.string(), count: z.int() })),
  statuses: z.array(z.strictObject({ status: z.string(), count: z.int() })),
  /** From when people were asked: until one of them was told, one of them opened it, it was decided by a person. */
  times: z.strictObject({ reach: duration, open: duration, decide: duration }),
  /** Of those that people were asked about and that have ended: decided by a person, or by nobody in time. */
  deadline: z.strictObject({ inTime: z.int(), expired: z.int() }),
  escalations: z.strictObject({ escalated: z.int(), levels: z.int(), exhausted: z.int() }),
  rules: z.array(
    z.strictObject({
      policy: z.string(),
      rule: z.string(),
      asked: z.int(),
      people: z.int(),
      approved: z.int(),
      rejected: z.int(),
      modified: z.int(),
      expired: z.int(),
      /** People approved all of many: it asks for nothing. */
      noise: z.boolean(),
    }),
  ),
  operators: z.array(
    z.strictObject({
      operatorId: z.string(),
      name: z.string(),
      votes: z.int(),
      rejected: z.int(),
      /** From opening to deciding, of what was opened. */
      decide: duration,
      /** What the agent wrote for it, characters, in the middle; and how many of them were read in a second, if all were. */
      contentChars: z.number().nullable(),
      charsPerSec: z.number().nullable(),
      /** Votes within a minute of each other, {@link METRICS_LIMITS.burstVotes} and more. */
      bursts: z.int(),
      /** Votes in these bursts. */
      inBursts: z.int(),
      unopened: z.int(),
      flags: z.array(z.enum(OPERATOR_FLAGS)),
    }),
  ),
  channels: z.array(
    z.strictObject({
      channel: z.string(),
      alerts: z.int(),
      held: z.int(),
      failed: z.int(),
      sent: z.int(),
      delivered: z.int(),
      seen: z.int(),
      errors: z.array(z.strictObject({ errorClass: z.string(), count: z.int() })),
    }),
  ),
  endpoints: z.array(
    z.strictObject({
      /** Null for addresses that came with requests; then the host says which. */
      endpointId: z.string().nullable(),
      host: z.string().nullable(),
      owed: z.int(),
      delivered: z.int(),
      pending: z.int(),
      exhausted: z.int(),
      attempts: z.int(),
      /** From the decision until the app took it. */
      took: duration,
    }),
  ),
  /** What is not finished now, whenever it began. */
  unfinished: z.strictObject({
    open: z.int(),
    /** Open, and its rules have not spoken. */
    gating: z.int(),
    callbacksPending: z.int(),
    callbacksExhausted: z.int(),
    resumesPending: z.int(),
    resumesImpossible: z.int(),
    afterReviews: z.int(),
  }),
});
export type MetricsReport = z.infer<typeof metricsReport>;

/** From where on something is worth a word. */
export const METRICS_LIMITS = {
  /** Requests a rule needs before it can be called noise, and votes a person needs before it counts that none was a rejection. */
  noiseRequests: 20,
  votesMin: 20,
  /** So many votes of one person, each within {@link burstSec} of the one before, are a burst. */
  burstVotes: 5,
  burstSec: 12,
  /** Nobody reads faster: some 900 words a minute. */
  charsPerSecMax: 75,
  /** Share of votes without the context on the screen. */
  unopenedShareMax: 0.25,
} as const;
