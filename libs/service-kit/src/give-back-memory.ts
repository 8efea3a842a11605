import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The loop is looked at over windows of this length, milliseconds. */
const WINDOW_MS = 500;
/** Part of a window the loop may be at work in an idle process. */
const IDLE_BELOW = 0.1;
/** Windows looked at. Code that work has made fast by then would be forgotten and made again; V8 shrinks a heap at rest by itself, later. */
const WINDOWS_MAX = 10;

/**
 * Gives the room that starting took back to the system, once, in the first half second the event loop had nearly nothing to do: loading
 * code grows V8's young generation to its full size, which an idle process would keep for long. Takes some 200 ms of one core, so a
 * process that is busy waits for a moment of rest, and leaves it after five seconds without one.
 * @returns a function that calls it off
 */
export const giveBackMemory = (collect: () => void = collectAll, windowMs: number = WINDOW_MS): (() => void) => {
  let before = performance.eventLoopUtilization();
  let windows = 0;
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    windows += 1;
    const idle = utilization < IDLE_BELOW;
    if (idle || windows === WINDOWS_MAX) clearInterval(timer);
    if (idle) collect();
  }, windowMs);
  timer.unref();
  return () => clearInterval(timer);
};

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/** A collection as V8 does it before running out of memory: the only kind that also shrinks the young generation. */
const collectAll = () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};
