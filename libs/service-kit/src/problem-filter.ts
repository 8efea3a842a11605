import { randomUUID } from 'node:crypto';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Problem } from '@holdpoint/contracts';
import { EventErased, LogUnavailable } from '@holdpoint/event-log';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './log.ts';
import { problem, ProblemError, sendProblem } from './problem.ts';

export type Answer = { problem: Problem; headers: Readonly<Record<string, string>> };
const NO_HEADERS = {};

/** Codes for what Nest and Fastify refuse before a controller runs. */
const BY_STATUS: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['bad_request', 'The request is not well-formed HTTP, or its URL cannot be decoded.'],
  404: ['not_found', 'There is nothing at this address.'],
  405: ['method_not_allowed', 'This address does not take this method; the allow header lists those it takes.'],
  408: ['request_timeout', 'The request did not arrive in time.'],
  413: ['body_too_large', 'The body is larger than this address takes.'],
  414: ['uri_too_long', 'The URL, or one of its parameters, is too long.'],
  415: ['unsupported_media_type', 'Send the body as application/json in UTF-8, without content-encoding.'],
  431: ['headers_too_large', 'The headers are larger than 16 KiB.'],
};

/** Turns whatever was thrown into one problem document. Never carries a stack, and for a bug no message either. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  // Built by startNest, not by the container, so there is nothing to inject.
  // eslint-disable-next-line no-restricted-syntax
  constructor(
    // eslint-disable-next-line no-restricted-syntax
    private readonly logger: Logger,
    // eslint-disable-next-line no-restricted-syntax
    private readonly allowedMethods: (path: string) => readonly string[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = this.answerTo(error, request);
    if (reply.sent || reply.raw.headersSent) return;
    sendProblem(reply, answer.problem, answer.headers);
  }

  private answerTo(error: unknown, request: FastifyRequest): Answer {
    if (knownProblem(error)?.problem.status === 404 && !(error instanceof ProblemError)) return this.notFoundOrMethod(request);
    return problemOf(error, this.logger, { method: request.method, route: request.routeOptions?.url });
  }

  private notFoundOrMethod(request: FastifyRequest): Answer {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = this.allowedMethods(path);
    if (methods.length === 0)
      return { problem: problem('not_found', 404, `There is nothing at ${request.method} ${path.slice(0, 200)}.`), headers: NO_HEADERS };
    return {
      problem: problem('method_not_allowed', 405, `This address takes ${methods.join(', ')}.`),
      headers: { allow: methods.join(', ') },
    };
  }
}

/**
 * The problem document for any error. What is not {@link knownProblem} is a bug: it is logged with an id, and the answer carries the
 * id and nothing else of it.
 */
export const problemOf = (error: unknown, logger: Logger, about: Readonly<Record<string, unknown>> = {}): Answer => {
  const known = knownProblem(error);
  if (known) return known;
  const errorId = randomUUID();
  logger.error({ err: error, errorId, ...about }, 'a request failed unexpectedly');
  const detail = `Something failed here; quote ${errorId} to whoever runs this server. If the request was a write, read before you repeat it.`;
  return { problem: problem('internal_error', 500, detail), headers: NO_HEADERS };
};

/**
 * The problem document for an error that is not a bug, or undefined.
 * Knows {@link ProblemError}, an event log that cannot append (503 with `retry-after`), what was erased (410), and the HTTP errors of Nest and Fastify.
 */
export const knownProblem = (error: unknown): Answer | undefined => {
  if (error instanceof ProblemError) return { problem: error.problem, headers: error.headers };
  if (error instanceof LogUnavailable) {
    const detail = 'The event log cannot take writes right now; nothing was recorded. Repeat the request after retry-after seconds.';
    return { problem: problem('log_unavailable', 503, detail), headers: { 'retry-after': String(error.retryAfterSec) } };
  }
  if (error instanceof EventErased) return { problem: problem('erased', 410, ERASED), headers: NO_HEADERS };
  const status = statusOf(error);
  if (status === undefined || status >= 500) return undefined;
  const [code, detail] = BY_STATUS[status] ?? ['bad_request', 'The request cannot be served.'];
  return { problem: problem(code, status, detail), headers: NO_HEADERS };
};

const ERASED = 'What this request said was erased and can no longer be read. If it is still needed, ask again under a new idempotency key.';

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  // Fastify's own errors: `code` FST_… and the HTTP status it would answer with.
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return typeof code === 'string' && code.startsWith('FST_') && typeof statusCode === 'number' ? statusCode : undefined;
};
