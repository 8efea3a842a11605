import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener on 127.0.0.1: its port, and a close that also ends connections in use, so that a test never waits for a keep-alive. */
export type LoopbackServer = { server: Server; port: number; close(): Promise<void> };

/** Listens on 127.0.0.1, on any free port unless one is given. */
export const listenOnLoopback = async (handler: RequestListener, port = 0): Promise<LoopbackServer> => {
  const server = http.createServer({ keepAliveTimeout: 30_000 }, handler);
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', ready);
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(closed => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};

/** Reads a whole request body. */
export const readBody = async (request: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/**
 * Resolves with the first `count` entries of a growing list as soon as it has them.
 * @throws Error after `timeoutMs`, saying how many there were.
 */
export const arrivals = <T>(what: string) => {
  const entries: T[] = [];
  const waiting = new Set<() => void>();
  return {
    entries,
    add: (entry: T) => {
      entries.push(entry);
      for (const look of waiting) look();
    },
    atLeast: (count: number, timeoutMs = 5_000): Promise<T[]> =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`expected ${count} ${what}, got ${entries.length} within ${timeoutMs} ms`));
        }, timeoutMs);
        const look = () => {
          if (entries.length < count) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(entries.slice(0, count));
        };
        waiting.add(look);
        look();
      }),
  };
};
