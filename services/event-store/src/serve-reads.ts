import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerWritableStream, ServiceError } from '@grpc/grpc-js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { InvalidFilter } from './event-filter.ts';
import { batchOf, type FrameBatch } from './frames.ts';
import type { LiveTail } from './live-tail.ts';
import type { OpenCalls } from './open-calls.ts';
import { encodeCaughtUp, encodeConfirmation, encodeEvent, encodeFellBehind, encodeStreamNotFound } from './read-answer.ts';
import { DamagedRecord, type LogReader, type Page } from './read-log.ts';
import { InvalidRead, planRead, type ReadPlan } from './read-request.ts';
import { cancelled, damaged, invalidArgument, storeFailed, streamDeleted } from './refusals.ts';
import { feedAll, feedStream, type Feed, type FeedStep } from './subscription-feed.ts';

type ReadCall = ServerWritableStream<ReadReq, FrameBatch>;

/** What reads work on. */
export type ReadDeps = {
  reader: LogReader;
  tail: LiveTail;
  calls: OpenCalls;
  /** Answers a call that may not read; undefined when it may. */
  refuse: (call: ReadCall) => ServiceError | undefined;
};

/** Serves Read: reads of streams and of `$all`, and subscriptions to both. */
export const serveReads = (deps: ReadDeps) => {
  return (call: ReadCall): void => {
    const refusal = deps.refuse(call) ?? deps.calls.admit(call, () => call.emit('error', cancelled()));
    if (refusal !== undefined) {
      call.emit('error', refusal);
      return;
    }
    void serve(deps, call).catch((error: unknown) => {
      if (!call.cancelled) call.emit('error', failureOf(error));
    });
  };
};

const serve = async (deps: ReadDeps, call: ReadCall): Promise<void> => {
  const plan = planRead(call.request);
  if (plan.subscribe) return follow(deps, call, feedOf(deps, plan));
  if (plan.stream === undefined) await readAll(deps, call, plan);
  else await readStream(deps, call, plan, plan.stream);
  call.end();
};

const feedOf = ({ tail, reader }: ReadDeps, plan: ReadPlan): Feed =>
  plan.stream === undefined
    ? feedAll(tail, reader, plan.from, plan.filter, plan.checkpointInterval)
    : feedStream(tail, reader, plan.stream, plan.from);

const readStream = async ({ reader }: ReadDeps, call: ReadCall, plan: ReadPlan, stream: string): Promise<void> => {
  const view = reader.findStream(stream, Date.now());
  if (view?.tombstoned === true) throw streamDeleted(stream);
  if (view === undefined || view.missing) {
    call.write(batchOf([encodeStreamNotFound(stream)]));
    return;
  }
  let at = plan.from === 'start' ? 0 : plan.from === 'end' ? (plan.backwards ? view.lastRevision : view.lastRevision + 1) : plan.from;
  await sendPages(call, plan.count, () => {
    const page = reader.readStream(view, at, plan.backwards);
    at = plan.backwards ? page.reached - 1 : page.reached + 1;
    return at < 0 ? { ...page, isEnd: true } : page;
  });
};

/** A position is where an event starts: forwards includes the event there, backwards takes what was written before it. */
const readAll = async ({ reader }: ReadDeps, call: ReadCall, plan: ReadPlan): Promise<void> => {
  const outside = plan.backwards ? Infinity : -1;
  let at =
    plan.from === 'start'
      ? plan.backwards
        ? 0
        : -1
      : plan.from === 'end'
        ? plan.backwards
          ? outside
          : Infinity
        : plan.from - (plan.backwards ? 0 : 1);
  await sendPages(call, plan.count, () => {
    const page = reader.readAll(at, plan.backwards, plan.filter);
    at = page.reached;
    return page;
  });
};

/** Sends page after page, as fast as the reader takes them, up to `count` events. */
const sendPages = async (call: ReadCall, count: number, nextPage: () => Page): Promise<void> => {
  let left = count;
  while (left > 0 && !call.cancelled) {
    const page = nextPage();
    const events = page.events.length > left ? page.events.slice(0, left) : page.events;
    left -= events.length;
    const isLast = page.isEnd || left === 0;
    const frames = events.map(encodeEvent);
    if (isLast) {
      if (frames.length > 0) call.write(batchOf(frames));
      return;
    }
    if (frames.length > 0) await send(call, frames);
    else await nextTurn();
  }
};

/** Writes frames and waits until the connection took them, so that a slow reader holds one page in memory, not the log. */
const send = (call: ReadCall, frames: readonly Buffer[]): Promise<void> =>
  new Promise(resolve => {
    const gone = (): void => resolve();
    call.once('close', gone);
    call.once('cancelled', gone);
    call.write(batchOf(frames), () => {
      call.off('close', gone);
      call.off('cancelled', gone);
      resolve();
    });
  });

/**
 * Runs a subscription until its caller goes away: history first, then every commit as it happens. One write is under way at a
 * time, so that a slow reader holds one page in memory. It is driven by callbacks because it runs for every subscriber after
 * every commit: promises and listeners of its own would cost as much as the delivery.
 */
const follow = ({ tail }: ReadDeps, call: ReadCall, feed: Feed): Promise<void> =>
  new Promise((resolve, reject) => {
    let isBehind = true;
    /** A write or a turn of the loop is awaited. */
    let isBusy = false;
    /** There may be more than was sent. */
    let hasMore = true;
    let opening: Buffer[] = [encodeConfirmation(randomUUID())];

    const framesOf = (step: FeedStep): Buffer[] => {
      const frames = opening.length > 0 ? [...opening, ...step.frames] : step.frames;
      opening = [];
      if (step.fromDisk && !isBehind) {
        isBehind = true;
        frames.unshift(encodeFellBehind());
      } else if (step.isEnd && isBehind) {
        isBehind = false;
        const checkpoint = feed.checkpoint();
        if (checkpoint !== undefined) frames.push(checkpoint);
        frames.push(encodeCaughtUp());
      }
      return frames;
    };
    const pump = (): void => {
      while (hasMore && !isBusy) {
        const step = feed.next();
        hasMore = !step.isEnd;
        const frames = framesOf(step);
        if (frames.length > 0) {
          isBusy = true;
          call.write(batchOf(frames), taken);
        } else if (hasMore) {
          isBusy = true;
          setImmediate(taken);
        }
      }
    };
    const stop = (): void => {
      stopListening();
      resolve();
    };
    const run = (): void => {
      if (call.cancelled || call.destroyed) return stop();
      try {
        pump();
      } catch (error) {
        stopListening();
        reject(error as Error);
      }
    };
    const taken = (): void => {
      isBusy = false;
      run();
    };
    const stopListening = tail.listen(() => {
      hasMore = true;
      run();
    });
    call.once('cancelled', stop);
    call.once('close', stop);
    run();
  });

const failureOf = (error: unknown): ServiceError => {
  if (error instanceof InvalidRead || error instanceof InvalidFilter) return invalidArgument(error.message);
  if (error instanceof DamagedRecord) return damaged(error.message);
  if (error instanceof Error && 'code' in error && typeof error.code === 'number' && 'metadata' in error) return error as ServiceError;
  return storeFailed(`The read failed: ${error instanceof Error ? error.message : String(error)}`);
};
