import { NoResponder, RequestTimeout, ResponderFailed } from './errors.ts';
import type { MessagingLog, RequestHandler, Responder } from './messaging.ts';

type Queue = { subject: string; handlers: RequestHandler[]; next: number };

/**
 * Requests answered within this process, by reference: nobody may change what it got. Responders of one queue take turns, as in NATS.
 */
export const openLocalRequests = (log?: MessagingLog) => {
  const queues = new Map<string, Queue>();

  const find = (subject: string): Queue | undefined => {
    for (const queue of queues.values()) if (matches(queue.subject, subject)) return queue;
    return undefined;
  };

  return {
    /** Whether somebody in this process answers the subject. */
    answers: (subject: string): boolean => find(subject) !== undefined,

    /** @throws NoResponder, RequestTimeout, ResponderFailed */
    request: <R>(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<R> => {
      const queue = find(subject);
      const handler = queue?.handlers[queue.next++ % queue.handlers.length];
      if (handler === undefined) return Promise.reject(new NoResponder(subject));
      return new Promise<R>((resolve, reject) => {
        const timer = setTimeout(() => reject(new RequestTimeout(subject, timeoutMs)), timeoutMs);
        handler(body, subject).then(
          answer => {
            clearTimeout(timer);
            resolve(answer as R);
          },
          (failure: unknown) => {
            clearTimeout(timer);
            log?.('error', `answering ${subject} failed`, { error: String(failure) });
            reject(new ResponderFailed(subject));
          },
        );
      });
    },

    respond: (subject: string, queueName: string, handler: RequestHandler): Responder => {
      const key = `${subject} ${queueName}`;
      const queue = queues.get(key) ?? { subject, handlers: [], next: 0 };
      queues.set(key, queue);
      const running = new Set<Promise<unknown>>();
      const tracked: RequestHandler = async (body, asked) => {
        const run = handler(body, asked);
        running.add(run);
        try {
          return await run;
        } finally {
          running.delete(run);
        }
      };
      queue.handlers.push(tracked);
      return {
        close: async () => {
          queue.handlers = queue.handlers.filter(other => other !== tracked);
          if (queue.handlers.length === 0 && queues.get(key) === queue) queues.delete(key);
          await Promise.allSettled(running);
        },
      };
    },
  };
};

/** A last word `*` in the pattern stands for any one word, as in NATS. */
const matches = (pattern: string, subject: string): boolean => {
  if (pattern === subject) return true;
  if (!pattern.endsWith('.*')) return false;
  const stem = pattern.slice(0, -1);
  return subject.startsWith(stem) && subject.length > stem.length && !subject.includes('.', stem.length);
};
