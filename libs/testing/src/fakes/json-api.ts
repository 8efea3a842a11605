import type { IncomingHttpHeaders } from 'node:http';
import { listenOnLoopback, readBody } from './loopback-server.ts';

/** One misbehaviour of a server, spent by the next request it matches: `read` are GETs, `send` is everything else. */
export type ServerFault = { on: 'read' | 'send' | 'any'; times?: number } & (
  | { kind: 'dropReplyAfterApply' }
  /** The connection breaks before anything was read. */
  | { kind: 'dropRequest' }
  /** Applies the request, and answers only after this time. */
  | { kind: 'delay'; ms: number }
  | { kind: 'status'; status: 429 | 500 | 502 | 503 }
);
export type JsonReply = { status: number; body?: unknown };
export type JsonRequest = { method: string; path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: unknown };

export type JsonApi = {
  port: number;
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** Requests that came in, as `GET /v1/…`. */
  requests: string[];
  fail(fault: ServerFault): void;
  /** The API is gone: 404 on everything. */
  sunset(gone: boolean): void;
  close(): Promise<void>;
};

/** A JSON server on loopback whose answers come from `answer`, and whose failures from {@link JsonApi.fail}. */
export const startJsonApi = async (answer: (request: JsonRequest) => JsonReply): Promise<JsonApi> => {
  const requests: string[] = [];
  const faults: { fault: ServerFault; left: number }[] = [];
  let gone = false;
  const faultFor = (method: string): ServerFault | undefined => {
    const kind = method === 'GET' ? 'read' : 'send';
    const index = faults.findIndex(({ fault }) => fault.on === kind || fault.on === 'any');
    const entry = faults[index];
    if (entry !== undefined && --entry.left <= 0) faults.splice(index, 1);
    return entry?.fault;
  };

  const listener = await listenOnLoopback((request, response) => {
    const handle = async () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const method = request.method ?? 'GET';
      requests.push(`${method} ${url.pathname}`);
      const raw = (await readBody(request)).toString('utf8');
      const fault = faultFor(method);
      if (fault?.kind === 'dropRequest') return void request.socket.destroy();
      const reply: JsonReply = gone
        ? { status: 404, body: { error: { message: 'Not found' } } }
        : fault?.kind === 'status'
          ? { status: fault.status, body: { error: { message: 'The server had an error.' } } }
          : answer({
              method,
              path: url.pathname,
              query: url.searchParams,
              headers: request.headers,
              body: raw === '' ? null : JSON.parse(raw),
            });
      if (fault?.kind === 'dropReplyAfterApply') return void request.socket.destroy();
      if (fault?.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
      if (response.destroyed) return;
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
    };
    handle().catch(() => response.destroy());
  });
  return {
    port: listener.port,
    origin: `http://127.0.0.1:${listener.port}`,
    requests,
    fail: fault => void faults.push({ fault, left: fault.times ?? 1 }),
    sunset: value => {
      gone = value;
    },
    close: listener.close,
  };
};

/** `/v1/sessions/s1/events` matched with `/v1/sessions/:id/events` → `['s1']`; null when it is another path. */
export const matchPath = (pattern: string, path: string): string[] | null => {
  const wanted = pattern.split('/');
  const got = path.split('/');
  if (wanted.length !== got.length) return null;
  const values: string[] = [];
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(':')) values.push(decodeURIComponent(got[index]!));
    else if (part !== got[index]) return null;
  }
  return values;
};
