import { z } from 'zod';

const port = (fallback: number, what: string) => z.coerce.number().int().min(0).max(65_535).default(fallback).describe(`Port of ${what}`);

/** Settings of the local stack (`npm start`). Everything else a service reads passes through to it. */
const schema = z.object({
  HOLDPOINT_DATA: z.string().min(1).default('./.holdpoint').describe('Data folder: the event log, keys, read models, credentials.json'),
  HOLDPOINT_MODE: z.enum(['all-in-one', 'separate']).default('all-in-one').describe('One process for all services, or one each'),
  HOLDPOINT_TRANSPORT: z
    .enum(['auto', 'nats', 'inProcess'])
    .default('auto')
    .describe('auto: NATS when nats-server can be found or installed'),
  HOLDPOINT_EGRESS_ALLOW: z.string().default('127.0.0.0/8,::1/128').describe('CIDRs that callbacks may reach although they are private'),
  INGEST_PORT: port(7070, "the agents' API"),
  CONSOLE_PORT: port(7071, 'the console'),
  NOTIFICATION_PORT: port(7072, 'channel webhooks'),
  ROUTING_PORT: port(7073, "routing's health and metrics"),
  DECISION_PORT: port(7074, "decision's health and metrics"),
  CALLBACK_PORT: port(7075, "callback's health and metrics"),
  RELAY_PORT: port(7076, "relay's health and metrics"),
  EVENT_STORE_PORT: port(2113, 'the embedded event store'),
  NATS_PORT: port(4222, 'nats-server; another port is taken when this one is in use'),
});
export type LocalConfig = z.infer<typeof schema>;

/**
 * Reads the local stack's settings.
 * @throws Error that names every variable that is wrong, at once
 */
export const readLocalConfig = (env: NodeJS.ProcessEnv = process.env): LocalConfig => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
};

/** The environment of a child process: this one's and what is added. */
export const childEnv = (extra: Record<string, string>): NodeJS.ProcessEnv => ({ ...process.env, ...extra });

/**
 * Whether everything was built by whoever started this process (`npm test`), so that asking the build tool once more, which takes seconds each time,
 * would find nothing to do.
 */
export const isBuilt = (env: NodeJS.ProcessEnv = process.env): boolean => env['HOLDPOINT_BUILT'] === BUILT['HOLDPOINT_BUILT'];

/** What {@link isBuilt} is told by. */
export const BUILT = { HOLDPOINT_BUILT: 'true' };
