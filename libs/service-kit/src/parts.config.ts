import { z } from 'zod';
import { LOG_LEVELS } from './log.ts';
import { readConfig } from './read-config.ts';

const baseUrl = (byDefault: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .default(byDefault);

/** What every process needs before its service can start. */
export const partsSchema = z.object({
  HOLDPOINT_DATA: z.string().min(1).default('./.holdpoint').describe('Folder for keys, credentials and embedded databases'),
  EVENTSTORE_CONNECTION_STRING: z
    .string()
    .regex(/^(esdb|kurrentdb)(\+discover)?:\/\/.+/, 'must start with esdb://')
    .default('esdb://127.0.0.1:2113?tls=false')
    .describe('Connection string of the event store, esdb://host:port?tls=…'),
  HOLDPOINT_TRANSPORT: z.enum(['nats', 'inProcess']).default('nats').describe('nats, or inProcess when all services run in one process'),
  NATS_URL: z.string().min(1).default('nats://127.0.0.1:4222').describe('NATS servers, separated by commas'),
  NATS_STORAGE: z
    .enum(['memory', 'file'])
    .default('memory')
    .describe('Where JetStream keeps work messages; memory loses nothing, since the event log is rung again'),
  HOLDPOINT_MASTER_KEY_FILE: z.string().min(1).optional().describe('File with the master key; default <HOLDPOINT_DATA>/keys/master.key'),
  HOLDPOINT_MASTER_KEY: z.base64().length(44).optional().describe('The master key itself, 32 bytes in base64, instead of the file'),
  HOLDPOINT_APPEND_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .describe('Longest wait for one append, milliseconds'),
  HOLDPOINT_PUBLIC_URL: baseUrl('http://127.0.0.1:7070').describe('URL under which agents reach ingest'),
  HOLDPOINT_CONSOLE_URL: baseUrl('http://127.0.0.1:7071').describe('URL under which people reach the console'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`Least severe line to write: ${LOG_LEVELS.join(', ')}`),
});
export type PartsConfig = z.output<typeof partsSchema>;

/** @throws ConfigError */
export const readPartsConfig = (env: NodeJS.ProcessEnv): PartsConfig => readConfig(partsSchema, env);

/** The process's environment. Handed to `readConfig` of each service; nothing else reads it. */
export const processEnvironment = (): NodeJS.ProcessEnv => process.env;
