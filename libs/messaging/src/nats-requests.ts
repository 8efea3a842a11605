import { ErrorCode, headers, type Msg, type MsgHdrs, type NatsConnection, NatsError } from 'nats';
import { NoResponder, RequestTimeout, ResponderFailed } from './errors.ts';
import { openLocalRequests } from './local-requests.ts';
import type { MessagingLog, RequestHandler, Responder } from './messaging.ts';
import { within } from './within.ts';

/** Set on an answer whose handler threw; the reason stays in the responder's log. */
const FAILED_HEADER = 'Holdpoint-Failed';
/** A broker that is away never confirms the end of a subscription, ms. */
const DRAIN_MS_MAX = 2_000;

/**
 * Request and reply over core NATS, JSON both ways; queue groups share the load. A responder in this process is asked first, and directly:
 * it is a member of the queue like any other, and the way over the broker costs several times what most answers do.
 */
export const openRequests = (connection: NatsConnection, log: MessagingLog) => {
  const local = openLocalRequests(log);
  return {
    request: <R>(subject: string, body: unknown, options: { timeoutMs: number }): Promise<R> =>
      local.answers(subject) ? local.request<R>(subject, body, options) : askOverNats<R>(connection, subject, body, options),

    respond: (subject: string, queue: string, handler: RequestHandler): Responder => {
      const parts = [local.respond(subject, queue, handler), answerOverNats(connection, subject, queue, handler, log)];
      return { close: async () => void (await Promise.all(parts.map(part => part.close()))) };
    },
  };
};

const askOverNats = async <R>(
  connection: NatsConnection,
  subject: string,
  body: unknown,
  { timeoutMs }: { timeoutMs: number },
): Promise<R> => {
  let reply;
  try {
    reply = await connection.request(subject, encode(body), { timeout: timeoutMs });
  } catch (error) {
    if (error instanceof NatsError && error.code === ErrorCode.NoResponders) throw new NoResponder(subject);
    // No answer in time, or a connection that broke or closed under the request: somebody may have taken it.
    throw new RequestTimeout(subject, timeoutMs);
  }
  if (reply.headers?.has(FAILED_HEADER)) throw new ResponderFailed(subject);
  return JSON.parse(reply.string()) as R;
};

const answerOverNats = (
  connection: NatsConnection,
  subject: string,
  queue: string,
  handler: RequestHandler,
  log: MessagingLog,
): Responder => {
  const running = new Set<Promise<void>>();
  const subscription = connection.subscribe(subject, {
    queue,
    callback: (error, message) => {
      if (error) return log('error', `stopped answering ${subject}`, { error: error.message });
      const run = handle(message.string(), message.subject).then(
        result => tell(message, encode(result)),
        (failure: unknown) => {
          log('error', `answering ${message.subject} failed`, { error: String(failure) });
          const failed = headers();
          failed.set(FAILED_HEADER, '1');
          tell(message, 'null', failed);
        },
      );
      running.add(run);
      void run.finally(() => running.delete(run));
    },
  });
  // Without a connection nobody waits for the answer any more.
  const tell = (message: Msg, text: string, fields?: MsgHdrs): void => {
    if (!connection.isClosed()) message.respond(text, fields && { headers: fields });
  };
  const handle = async (text: string, asked: string): Promise<unknown> => handler(JSON.parse(text), asked);
  return {
    close: async () => {
      if (!subscription.isClosed()) await within(DRAIN_MS_MAX, subscription.drain());
      await Promise.all(running);
    },
  };
};

const encode = (value: unknown): string => JSON.stringify(value) ?? 'null';
