import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { arrivals, listenOnLoopback, readBody } from './loopback-server.ts';

/** What a customer's callback address does with one request. */
export type ReceiverStep =
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  /** Takes the request and never answers. */
  | 'hang'
  /** Closes the connection without an answer. */
  | 'reset'
  /** Answers 302 to a path that counts as reached if anybody follows. */
  | 'redirect'
  /** Answers 200 with a body that never ends. */
  | 'endless'
  /** Answers 200 and then sends one byte now and then, for ever. */
  | 'trickle';

export type ReceivedCallback = { method: string; path: string; headers: IncomingHttpHeaders; rawBody: Buffer; atMs: number };

export type CallbackReceiver = {
  port: number;
  url(path?: string): string;
  /** Every request, in the order they arrived, with the bytes as sent. */
  received: ReceivedCallback[];
  /** What to do next on a path, one step per request; afterwards, and on other paths, 200. */
  script(path: string, ...steps: ReceiverStep[]): void;
  /** What to do whenever no script is left. */
  otherwise(step: ReceiverStep): void;
  atLeast(count: number, timeoutMs?: number): Promise<ReceivedCallback[]>;
  close(): Promise<void>;
};

/** Starts an app's callback address on loopback that records raw bytes and misbehaves as scripted. */
export const startCallbackReceiver = async (options: { port?: number } = {}): Promise<CallbackReceiver> => {
  const calls = arrivals<ReceivedCallback>('callbacks');
  const scripts = new Map<string, ReceiverStep[]>();
  let fallback: ReceiverStep = { status: 200 };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const rawBody = await readBody(request);
    const step = scripts.get(path)?.shift() ?? fallback;
    calls.add({ method: request.method ?? '', path, headers: request.headers, rawBody, atMs: performance.now() });
    misbehave(step, response);
  };
  const listener = await listenOnLoopback((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }, options.port);

  return {
    port: listener.port,
    url: (path = '/callback') => `http://127.0.0.1:${listener.port}${path}`,
    received: calls.entries,
    script: (path, ...steps) => {
      scripts.set(path, [...(scripts.get(path) ?? []), ...steps]);
    },
    otherwise: step => {
      fallback = step;
    },
    atLeast: calls.atLeast,
    close: listener.close,
  };
};

const misbehave = (step: ReceiverStep, response: ServerResponse): void => {
  if (step === 'hang') return;
  if (step === 'reset') return void response.socket?.destroy();
  if (step === 'redirect') return void response.writeHead(302, { location: '/followed' }).end();
  if (step === 'endless') {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const block = Buffer.alloc(65_536, 'x');
    const pump = () => {
      while (!response.destroyed && response.write(block));
      if (!response.destroyed) response.once('drain', pump);
    };
    return pump();
  }
  if (step === 'trickle') {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const { status, headers = {}, body = '', afterMs = 0 } = step;
  const reply = () => response.writeHead(status, headers).end(body);
  if (afterMs === 0) reply();
  else setTimeout(reply, afterMs);
};
