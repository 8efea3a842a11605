import { addressOf, CONSOLE_ROUTES, WITHOUT_A_TENANT, type ConsoleRoute } from './console-routes.ts';
import { nameOf, withRoutes, type Route } from './route-table.ts';
import { startTwoOrganisations, type Ours, type TwoOrganisations } from './two-organisations.ts';

export type Row = ConsoleRoute & Route & { name: string };
export type Answer = { status: number; code: string; text: string };

export type Matrix = TwoOrganisations & {
  /** Every route of the running console, but those without a tenant's data. */
  table: readonly Route[];
  /** Those of them the matrix knows. */
  rows: readonly Row[];
  /** Calls a route with the first organisation's ids in path and body; `harmless`: with ids and a body that are nothing, so that it changes nothing. */
  call(row: Row, headers: Record<string, string>, options?: { harmless?: boolean }): Promise<Answer>;
  /** Address and body of that call, as text. */
  sentBy(row: Row): string;
  /** Events in the log: of one organisation, or all. */
  eventsOf(tenant?: string): Promise<number>;
};

/** The running console with two organisations, and its route table beside what is expected of each route. */
export const startMatrix = async (): Promise<Matrix> => {
  const { world: two, routesOf } = await withRoutes(startTwoOrganisations);
  const { world, ours } = two;
  const table = routesOf(world.url).filter(route => !WITHOUT_A_TENANT.includes(nameOf(route)));
  const rows = table.flatMap(route => {
    const row = CONSOLE_ROUTES[nameOf(route)];
    return row === undefined ? [] : [{ ...row, ...route, name: nameOf(route) }];
  });
  return {
    ...two,
    table,
    rows,
    sentBy: ({ path, body }) => `${addressOf(path, ours)} ${JSON.stringify(body?.(ours) ?? null)}`,
    call: async ({ method, path, query, body }, headers, { harmless = false } = {}) => {
      const address = `${addressOf(path, harmless ? NOTHING : ours)}${query === undefined ? '' : `?${query}`}`;
      const sent = method === 'GET' ? undefined : harmless ? { nothingLikeIt: true } : body?.(ours);
      return answerOf(await world.call(method, address, sent, headers));
    },
    eventsOf: async tenant => {
      let count = 0;
      await world.parts.eventLog.replay({
        from: 'start',
        prefixes: [''],
        onEvents: events => void (count += events.filter(({ metadata }) => tenant === undefined || metadata.tenant === tenant).length),
      });
      return count;
    },
  };
};

/** Stands for every id, and for none there is. */
const NOTHING = new Proxy({} as Ours, { get: () => 'nothing_like_it' });

const answerOf = async (reply: Response): Promise<Answer> => {
  const text = await reply.text();
  const isProblem = reply.headers.get('content-type')?.includes('problem+json') ?? false;
  return { status: reply.status, code: isProblem ? (JSON.parse(text) as { code: string }).code : '', text };
};
