import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';

/** A route as the running server has it: `POST /api/approvals/:id/:verb`. Escaped colons are read as they are asked for. */
export type Route = { method: string; path: string };

/** What Fastify tells of each server it makes, before any route is added (https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks). */
const CHANNEL = 'fastify.initialization';

/**
 * Runs `start` and watches what routes its servers get: the table of a matrix is the server's own, so a new route cannot be left out.
 * @returns what `start` gave, and a function from a server's address to its routes, sorted
 */
export const withRoutes = async <T>(start: () => Promise<T>): Promise<{ world: T; routesOf: (url: string) => Route[] }> => {
  const servers: { server: FastifyInstance; routes: Route[] }[] = [];
  const watch = (message: unknown) => {
    const { fastify: server } = message as { fastify: FastifyInstance };
    const routes: Route[] = [];
    servers.push({ server, routes });
    server.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, path: url.replaceAll('::', ':') });
    });
  };
  subscribe(CHANNEL, watch);
  const world = await start().finally(() => unsubscribe(CHANNEL, watch));
  const routesOf = (url: string) => {
    const port = Number(new URL(url).port);
    const found = servers.find(({ server }) => {
      const address = server.server.address();
      return address !== null && typeof address === 'object' && address.port === port;
    });
    if (found === undefined) throw new Error(`no server that was started here listens at ${url}`);
    return found.routes.toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
  };
  return { world, routesOf };
};

/** `GET /api/approvals/:id`, as the matrices name it. */
export const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
