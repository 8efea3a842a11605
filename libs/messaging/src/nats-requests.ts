import { ErrorCode, headers, type Msg, type MsgHdrs, type NatsConnection, NatsError } from 'nats';
import { NoResponder, QuestionUnreadable, RequestTimeout, ResponderFailed } from './errors.ts';
import { openLocalRequests } from './local-requests.ts';
import type { MessagingLog, RequestHandler, Responder } from './messaging.ts';
import { type Wire, whyUnopened } from './sealed-wire.ts';
import { within } from './within.ts';

/** Set on an answer whose handler threw; the reason stays in the responder's log. */
const FAILED_HEADER = 'Holdpoint-Failed';
/** Set on an answer to a question that did not open. */
const UNREADABLE_HEADER = 'Holdpoint-Unreadable';
/** A broker that is away never confirms the end of a subscription, ms. */
const DRAIN_MS_MAX = 2_000;

/**
 * Request and reply over core NATS, sealed JSON both ways; queue groups share the load. A responder in this process is asked first, and directly:
 * it is a member of the queue like any other, and the way over the broker costs several times what most answers do.
 */
export const openRequests = (connection: NatsConnection, wire: Wire, log: MessagingLog) => {
  const local = openLocalRequests(log);
  return {
    request: <R>(subject: string, body: unknown, options: { timeoutMs: number }): Promise<R> =>
      local.answers(subject) ? local.request<R>(subject, body, options) : askOverNats<R>(connection, wire, subject, body, options),

    respond: (subject: string, queue: string, handler: RequestHandler): Responder => {
      const parts = [local.respond(subject, queue, handler), answerOverNats(connection, wire, subject, queue, handler, log)];
      return { close: async () => void (await Promise.all(parts.map(part => part.close()))) };
    },
  };
};

const askOverNats = async <R>(
  connection: NatsConnection,
  wire: Wire,
  subject: string,
  body: unknown,
  { timeoutMs }: { timeoutMs: number },
): Promise<R> => {
  const question = wire.seal(encode(body), { kind: 'question', subject });
  let reply;
  try {
    reply = await connection.request(subject, question, { timeout: timeoutMs });
  } catch (error) {
    if (error instanceof NatsError && error.code === ErrorCode.NoResponders) throw new NoResponder(subject);
    // No answer in time, or a connection that broke or closed under the request: somebody may have taken it.
    throw new RequestTimeout(subject, timeoutMs);
  }
  if (reply.headers?.has(UNREADABLE_HEADER)) throw new QuestionUnreadable(subject);
  if (reply.headers?.has(FAILED_HEADER)) throw new ResponderFailed(subject);
  try {
    return wire.open<R>(reply.string(), { kind: 'answer', subject, to: question });
  } catch (error) {
    throw whyUnopened(error) === null ? error : new QuestionUnreadable(subject);
  }
};

const answerOverNats = (
  connection: NatsConnection,
  wire: Wire,
  subject: string,
  queue: string,
  handler: RequestHandler,
  log: MessagingLog,
): Responder => {
  const running = new Set<Promise<void>>();
  // Without a connection nobody waits for the answer any more.
  const tell = (message: Msg, text: string, fields?: MsgHdrs): void => {
    if (!connection.isClosed()) message.respond(text, fields && { headers: fields });
  };
  const answer = async (message: Msg): Promise<void> => {
    const [asked, text] = [message.subject, message.string()];
    let body: unknown;
    try {
      body = wire.open(text, { kind: 'question', subject: asked });
    } catch (error) {
      log('error', `nothing was done with a question on ${asked}`, { error: whyUnopened(error) ?? String(error) });
      return tell(message, '', only(UNREADABLE_HEADER));
    }
    try {
      tell(message, wire.seal(encode(await handler(body, asked)), { kind: 'answer', subject: asked, to: text }));
    } catch (error) {
      log('error', `answering ${asked} failed`, { error: String(error) });
      tell(message, '', only(FAILED_HEADER));
    }
  };
  const subscription = connection.subscribe(subject, {
    queue,
    callback: (error, message) => {
      if (error) return log('error', `stopped answering ${subject}`, { error: error.message });
      const run = answer(message);
      running.add(run);
      void run.finally(() => running.delete(run));
    },
  });
  return {
    close: async () => {
      if (!subscription.isClosed()) await within(DRAIN_MS_MAX, subscription.drain());
      await Promise.all(running);
    },
  };
};

const only = (field: string): MsgHdrs => {
  const fields = headers();
  fields.set(field, '1');
  return fields;
};

const encode = (value: unknown): string => JSON.stringify(value) ?? 'null';
