import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** How an endpoint behaves while it is unwell. */
export type Behaviour = 'healthy' | 'slow' | 'dead' | 'throttling';

export type Endpoint = { id: string; url: string; behaviour: Behaviour };
/** What reached one approval's endpoint. */
export type Reached = { webhookIds: Set<string>; arrivedAtMs: number; takenAtMs: number | null; calls: number };

export type Endpoints = {
  endpoints: readonly Endpoint[];
  reached: ReadonlyMap<string, Reached>;
  /** From now on all of them answer at once. */
  heal(): void;
  close(): void;
};

/** How long a slow one takes to answer, milliseconds. */
const SLOW_MS = 3_000;
const APPROVAL_ID = /"approvalId":"(apr_[a-z2-7]{26})"/;

/** Fifty apps on ports of their own: so many slow, silent or throttling as asked for, the rest healthy. */
export const openEndpoints = async (unwell: Record<Exclude<Behaviour, 'healthy'>, number>, total = 50): Promise<Endpoints> => {
  const reached = new Map<string, Reached>();
  const servers: Server[] = [];
  let healed = false;
  const kinds = (Object.keys(unwell) as (keyof typeof unwell)[]).flatMap(kind =>
    Array.from<Behaviour>({ length: unwell[kind] }).fill(kind),
  );

  const take = (request: IncomingMessage, response: ServerResponse, behaviour: Behaviour): void => {
    const arrivedAtMs = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = APPROVAL_ID.exec(Buffer.concat(chunks).toString('latin1'))?.[1];
      const known: Reached = reached.get(id ?? '') ?? { webhookIds: new Set(), arrivedAtMs, takenAtMs: null, calls: 0 };
      if (id !== undefined) reached.set(id, known);
      known.webhookIds.add(String(request.headers['webhook-id']));
      known.calls += 1;
      const accept = () => {
        known.takenAtMs ??= performance.now();
        response.writeHead(200, { 'content-length': 0 }).end();
      };
      const now = healed ? 'healthy' : behaviour;
      if (now === 'healthy') accept();
      else if (now === 'slow') setTimeout(accept, SLOW_MS);
      else if (now === 'throttling') response.writeHead(429, { 'retry-after': '1', 'content-length': 0 }).end();
      // The dead one never answers; its connection is closed when the caller gives up.
    });
  };

  const endpoints: Endpoint[] = [];
  for (let index = 0; index < total; index += 1) {
    const behaviour = kinds[index] ?? 'healthy';
    const server = createServer((request, response) => take(request, response, behaviour));
    server.keepAliveTimeout = 60_000;
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    endpoints.push({ id: `app${index}`, url: `http://127.0.0.1:${port}/callback`, behaviour });
  }
  return {
    endpoints,
    reached,
    heal: () => void (healed = true),
    close: () => {
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
};
