import type { Worker } from '@holdpoint/contracts';

/** How often and how much the relay rings. */
export type Pace = {
  /** Rings of one worker that may be unanswered at the same time, items. */
  windowItems: number;
  /** The same in a burst: the accepts go first, the worker catches up afterwards. Never none, so that work never stops entirely. */
  burstWindowItems: number;
  /** Accepts per second, with few decisions, that make a burst: more than a crowd of agents that wait for their decisions one by one can ask for. */
  burstPerSec: number;
  /** Rings after which a wait is parked: recorded and alarmed, and rung on slowly. */
  parkAfterRings: number;
  /** First wait for an answer before the same thing is rung again, by worker, ms. Doubles with each ring. */
  againAfterMs: Readonly<Record<Worker, number>>;
  againAfterMsMax: number;
  /** Rest after the broker refused a ring, ms. */
  refusedRestMs: number;
};

export const PACE: Pace = {
  // Two full messages: what two workers handle while the next two are on their way.
  windowItems: 256,
  // One at a time is still some hundred a second: work for a tenth of the machine when two were in hand.
  burstWindowItems: 1,
  // Over the 200 ms it is measured, 100 requests: more than 64 connections that wait for their decisions can have.
  burstPerSec: 500,
  // With the doubling below: about 10 minutes of silence for routing, half an hour for the others.
  parkAfterRings: 8,
  // Longer than one honest attempt may take: a gate is evaluated in milliseconds, a mail server or a receiver may be silent for 15 s.
  againAfterMs: { routing: 5_000, notification: 30_000, callback: 30_000 },
  againAfterMsMax: 600_000,
  refusedRestMs: 500,
};

/** Time until the wait is rung again after its `rings`-th ring, ms. */
export const againAfterMs = (pace: Pace, worker: Worker, rings: number): number =>
  Math.min(pace.againAfterMs[worker] * 2 ** Math.min(Math.max(rings, 1) - 1, 20), pace.againAfterMsMax);
