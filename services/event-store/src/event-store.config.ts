import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { defaultAuditCategories } from './audit.ts';
import { APPEND_BYTES_CEILING, APPEND_BYTES_MAX, APPEND_TIMEOUT_MS, DISK_FREE_BYTES_MIN, DISK_FREE_PERCENT_MIN } from './limits.ts';
import type { EventStoreOptions } from './start-event-store.ts';

/** Everything the event store reads from its environment. */
export const eventStoreConfig = z.object({
  HOLDPOINT_DATA: z.string().min(1).default('./.holdpoint').describe('Data folder; the log lives in its event-store/ part'),
  EVENT_STORE_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; anything but loopback should have TLS and credentials'),
  EVENT_STORE_PORT: z.coerce.number().int().min(0).max(65_535).default(2113).describe('Port to listen on; 0 takes a free one'),
  EVENT_STORE_ADVERTISED_HOST: z
    .string()
    .min(1)
    .optional()
    .describe('Name under which clients that discover the cluster reach this server'),
  EVENT_STORE_TLS_CERT_FILE: z.string().min(1).optional().describe('PEM certificate chain; needs the key'),
  EVENT_STORE_TLS_KEY_FILE: z.string().min(1).optional().describe('PEM private key; needs the certificate'),
  EVENT_STORE_USERNAME: z.string().min(1).optional().describe('Account clients must name; needs TLS'),
  EVENT_STORE_PASSWORD_FILE: z.string().min(1).optional().describe('File that holds the password of the account'),
  EVENT_STORE_AUDIT_CATEGORIES: z
    .string()
    .default(defaultAuditCategories.join(','))
    .describe('Stream categories, separated by commas, whose events can never be changed, hidden or deleted'),
  EVENT_STORE_APPEND_BYTES_MAX: z.coerce
    .number()
    .int()
    .min(1024)
    .max(APPEND_BYTES_CEILING)
    .default(APPEND_BYTES_MAX)
    .describe('Largest append, bytes'),
  EVENT_STORE_APPEND_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(APPEND_TIMEOUT_MS)
    .describe('Longest wait of an append for its commit, milliseconds'),
  EVENT_STORE_DISK_FREE_BYTES_MIN: z.coerce
    .number()
    .min(0)
    .default(DISK_FREE_BYTES_MIN)
    .describe('Appends are refused below this much free disk space, bytes'),
  EVENT_STORE_DISK_FREE_PERCENT_MIN: z.coerce
    .number()
    .min(0)
    .max(90)
    .default(DISK_FREE_PERCENT_MIN)
    .describe('Appends are refused below this share of free disk space, percent; the larger of the two counts'),
  EVENT_STORE_SERVE_DAMAGED: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Start although the newest records are damaged, to rescue the rest; reads of damaged records still fail'),
});

export type EventStoreEnvironment = z.infer<typeof eventStoreConfig>;

/** Settings that mean nothing without each other: half of a pair would leave the store open without anybody noticing. */
const PAIRS = [
  ['EVENT_STORE_TLS_CERT_FILE', 'EVENT_STORE_TLS_KEY_FILE'],
  ['EVENT_STORE_USERNAME', 'EVENT_STORE_PASSWORD_FILE'],
] as const;

/** Folder of the log inside the data folder. */
export const logFolderOf = (environment: EventStoreEnvironment): string => `${environment.HOLDPOINT_DATA}/event-store`;

/**
 * Translates the environment into options; reads the named secret files.
 * @throws a ZodError that lists every wrong variable, or the error of a file that cannot be read.
 */
export const readOptions = (variables: NodeJS.ProcessEnv = process.env): EventStoreOptions => {
  const environment = eventStoreConfig.parse(variables);
  for (const [one, other] of PAIRS) {
    if ((environment[one] === undefined) !== (environment[other] === undefined))
      throw new Error(`${one} and ${other} belong together: set both or neither.`);
  }
  const { EVENT_STORE_TLS_CERT_FILE: certificate, EVENT_STORE_TLS_KEY_FILE: key, EVENT_STORE_USERNAME: username } = environment;
  const passwordFile = environment.EVENT_STORE_PASSWORD_FILE;
  return {
    dataDir: logFolderOf(environment),
    host: environment.EVENT_STORE_HOST,
    port: environment.EVENT_STORE_PORT,
    ...(environment.EVENT_STORE_ADVERTISED_HOST === undefined ? {} : { advertisedHost: environment.EVENT_STORE_ADVERTISED_HOST }),
    ...(certificate === undefined || key === undefined ? {} : { tls: { certificate: readFileSync(certificate), key: readFileSync(key) } }),
    ...(username === undefined || passwordFile === undefined
      ? {}
      : { credentials: { username, password: readFileSync(passwordFile, 'utf8').trimEnd() } }),
    auditCategories: environment.EVENT_STORE_AUDIT_CATEGORIES.split(',')
      .map(category => category.trim())
      .filter(category => category !== ''),
    limits: {
      appendBytesMax: environment.EVENT_STORE_APPEND_BYTES_MAX,
      appendTimeoutMs: environment.EVENT_STORE_APPEND_TIMEOUT_MS,
      diskFreeBytesMin: environment.EVENT_STORE_DISK_FREE_BYTES_MIN,
      diskFreePercentMin: environment.EVENT_STORE_DISK_FREE_PERCENT_MIN,
    },
    serveDamaged: environment.EVENT_STORE_SERVE_DAMAGED === 'true',
  };
};
