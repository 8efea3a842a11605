import type { LiveMessage } from '@holdpoint/contracts';
import { NoResponder, RequestTimeout, ResponderFailed } from './errors.ts';
import { openInProcessLeases } from './in-process-leases.ts';
import { openInProcessWork } from './in-process-work.ts';
import { MESSAGING_LIMITS, type Messaging, type MessagingOptions, type RequestHandler } from './messaging.ts';

type InProcessOptions = Omit<Extract<MessagingOptions, { transport: 'inProcess' }>, 'transport'>;
type LiveListener = { tenant: string; handler: (message: LiveMessage, tenant: string) => void };
type Queue = { subject: string; handlers: RequestHandler[]; next: number };

/** All parts of one process talk through one object; messages are passed by reference, so nobody may change what it got. */
export const openInProcessMessaging = (options: InProcessOptions): Messaging => createInProcessHub(options).connect();

/** A hub several parties connect to; a party that closes stops taking work and stops renewing its leases, like a process that ends. */
export const createInProcessHub = (options: InProcessOptions = {}): { connect(): Messaging } => {
  const limits = { ...MESSAGING_LIMITS, ...options.limits };
  const work = openInProcessWork(limits, options.log);
  const leases = openInProcessLeases();
  const live = new Set<LiveListener>();
  /** By subject and queue: responders of one queue take turns, as in NATS. */
  const queues = new Map<string, Queue>();

  const connect = (): Messaging => {
    const closers = new Set<() => Promise<void> | void>();
    let closed = false;
    const closing = <T extends { close(): Promise<void> | void }>(part: T): T => {
      closers.add(() => part.close());
      return part;
    };
    return {
      publishWork: (worker, kind, batch) => work.publish(worker, kind, batch),
      consumeWork: (worker, handler) => closing(work.consume(worker, handler)),
      parkedBatches: () => Promise.resolve(work.parked()),
      request: <R>(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }) => ask<R>(queues, subject, body, timeoutMs),
      respond: (subject, queue, handler) => closing(answer(queues, subject, queue, handler)),
      publishLive: (tenant, message) => {
        for (const listener of live) {
          if (listener.tenant === tenant || listener.tenant === '*')
            setImmediate(() => live.has(listener) && listener.handler(message, tenant));
        }
      },
      subscribeLive: (tenant, handler) => {
        const listener = { tenant, handler };
        live.add(listener);
        return closing({ close: () => void live.delete(listener) });
      },
      lease: async (name, holder, ttlMs, signal) => {
        const { lease, abandon } = await leases.acquire(name, holder, ttlMs, signal);
        closers.add(abandon);
        return lease;
      },
      // Nothing is ever lost here short of the process itself.
      onReset: () => () => undefined,
      status: () => ({ transport: 'inProcess', connected: !closed }),
      close: async () => {
        closed = true;
        await Promise.all(Array.from(closers, close => close()));
        closers.clear();
      },
    };
  };
  return { connect };
};

const answer = (queues: Map<string, Queue>, subject: string, queueName: string, handler: RequestHandler) => {
  const key = `${subject} ${queueName}`;
  const queue = queues.get(key) ?? { subject, handlers: [], next: 0 };
  queues.set(key, queue);
  const running = new Set<Promise<unknown>>();
  const tracked: RequestHandler = (body, asked) => {
    const run = handler(body, asked);
    running.add(run);
    const done = () => void running.delete(run);
    run.then(done, done);
    return run;
  };
  queue.handlers.push(tracked);
  return {
    close: async () => {
      queue.handlers = queue.handlers.filter(other => other !== tracked);
      if (queue.handlers.length === 0 && queues.get(key) === queue) queues.delete(key);
      await Promise.allSettled(running);
    },
  };
};

const ask = async <R>(queues: Map<string, Queue>, subject: string, body: unknown, timeoutMs: number): Promise<R> => {
  const queue = Array.from(queues.values()).find(candidate => matches(candidate.subject, subject));
  const handler = queue?.handlers[queue.next++ % queue.handlers.length];
  if (handler === undefined) throw new NoResponder(subject);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RequestTimeout(subject, timeoutMs)), timeoutMs);
  });
  const answered = Promise.resolve()
    .then(() => handler(body, subject))
    .catch(() => {
      throw new ResponderFailed(subject);
    });
  try {
    return (await Promise.race([answered, late])) as R;
  } finally {
    clearTimeout(timer);
  }
};

/** A last word `*` in the pattern stands for any one word, as in NATS. */
const matches = (pattern: string, subject: string): boolean => {
  if (pattern === subject) return true;
  if (!pattern.endsWith('.*')) return false;
  const stem = pattern.slice(0, -1);
  return subject.startsWith(stem) && subject.length > stem.length && !subject.includes('.', stem.length);
};
