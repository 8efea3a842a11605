import type { LoggerService } from '@nestjs/common';
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Members that hold a secret wherever they stand. Their value never reaches the log. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'signingKey',
  'apiKey',
  'token',
  'masterKey',
  'connectionString',
  'private',
];
/** Pino redacts by path: each name at the top and up to three levels down. */
const secretPaths = SECRET_MEMBERS.flatMap(name => {
  const member = /^\w+$/.test(name) ? `.${name}` : `["${name}"]`;
  return [member.replace(/^\./, ''), `*${member}`, `*.*${member}`, `*.*.*${member}`];
});

/**
 * Credentials and signing secrets as they look in free text: API keys and tokens (`hp_live_…`, `hp_test_…`, `hpo_…`), webhook
 * secrets (`whsec_…`, `whsk_…`), bearer headers, and user:password in a URL. An error message may quote any of them.
 */
const SECRET_TEXT =
  /\b(?:hp_(?:live|test)|hpo)_\w{8}_\w+|\bwh(?:sec|sk)_[\w+/=-]+|\bBearer\s+[\w.~+/=-]+|(?<=:\/\/)[^\s/@"']+:[^\s/@"']+(?=@)/gi;

/** Takes text; returns it with everything that looks like a credential replaced. */
export const withoutSecrets = (text: string): string => text.replace(SECRET_TEXT, '[redacted]');

/**
 * A JSON logger to standard output, one object a line. It writes synchronously: lines are few (none per request at `info`), and the
 * last one before a crash is the one that matters.
 */
export const openLogger = (options: { name: string; level?: LogLevel; to?: DestinationStream }): Logger =>
  pino(
    {
      level: options.level ?? 'info',
      base: { service: options.name },
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
      redact: { paths: secretPaths, censor: '[redacted]' },
      hooks: { streamWrite: withoutSecrets },
    },
    options.to ?? pino.destination({ dest: 1, sync: true }),
  );

/** Writes the line that says a process is ready, at every level: whoever started it waits for it. */
export const sayReady = (logger: Logger, fields: object, text: string): void => logger.child({}, { level: 'info' }).info(fields, text);

/** Nest's own lines, one level lower than Nest means them: its start-up report is of interest only when something is wrong. */
export const nestLoggerOn = (logger: Logger): LoggerService => ({
  log: (message: unknown, context?: unknown) => logger.debug({ context }, String(message)),
  verbose: (message: unknown, context?: unknown) => logger.trace({ context }, String(message)),
  debug: (message: unknown, context?: unknown) => logger.trace({ context }, String(message)),
  warn: (message: unknown, context?: unknown) => logger.warn({ context }, String(message)),
  error: (message: unknown, ...rest: unknown[]) =>
    logger.error({ context: rest.at(-1), err: message instanceof Error ? message : undefined }, String(message)),
  fatal: (message: unknown, context?: unknown) => logger.fatal({ context }, String(message)),
});
