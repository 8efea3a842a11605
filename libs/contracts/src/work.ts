import type { EventMetadata } from './events.ts';

/** Services that take work from the log. */
export const WORKERS = ['routing', 'notification', 'callback'] as const;
export type Worker = (typeof WORKERS)[number];

export const WORK_STREAM = 'HOLDPOINT_WORK';
export const PARKED_STREAM = 'HOLDPOINT_PARKED';
export const workSubject = (worker: Worker): string => `hp.work.${worker}`;
export const timerSubject = (worker: Worker): string => `hp.timer.${worker}`;
export const commandSubject = (verb: string): string => `hp.cmd.decision.${verb}`;
export const querySubject = (name: string): string => `hp.query.${name}`;
export const liveSubject = (tenant: string): string => `hp.live.${tenant}`;

/**
 * An event on its way to a worker: as stored, `private` still sealed. `fresh` says this is the first ring, so the worker may act
 * without reading its own stream first; otherwise it reads before it acts. A timer carries the event that started the wait.
 */
export type WorkItem = {
  kind: 'event' | 'timer';
  /** What came due, for timers. */
  timer?: TimerKind;
  stream: string;
  revision: number;
  id: string;
  type: string;
  /** Stored data; `private` is a sealed string. Absent when the relay rings from its snapshot: load the stream. */
  data?: unknown;
  metadata: EventMetadata;
  fresh: boolean;
};
export const TIMER_KINDS = ['escalate', 'expire', 'claimExpires', 'nextCallback', 'nextResume', 'nextNotification'] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

/** A message on `hp.work.<worker>` or `hp.timer.<worker>`: 1–128 items for one worker. */
export type WorkBatch = { items: WorkItem[] };

/** A message on `hp.live.<tenant>`: what changed, in log order; nothing private. */
export type LiveChange = { approvalId: string; stream: string; revision: number; type: string; position: string };
export type LiveMessage = { changes: LiveChange[] };
