import { PROBLEM_BASE, type Problem } from '@holdpoint/contracts';

import type { FastifyReply } from 'fastify';

export type ProblemPlace = { pointer: string; detail: string };

/**
 * A problem document (RFC 9457).
 * @param code stable and lower case, for programs; `type` is derived from it
 * @param detail one or two sentences for people: what is wrong and what to do
 * @param errors places in the body, a JSON Pointer each
 */
export const problem = (code: string, status: number, detail: string, errors?: readonly ProblemPlace[]): Problem => ({
  type: PROBLEM_BASE + code,
  title: titleOf(code),
  status,
  code,
  detail,
  ...(errors && errors.length > 0 && { errors: [...errors] }),
});

/** `idempotency_key_reused` → `Idempotency key reused`. */
const titleOf = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** Thrown anywhere below a controller to answer with a problem document. Not a bug: it is not logged. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    options: {
      errors?: readonly ProblemPlace[];
      headers?: Readonly<Record<string, string>>;
      members?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(detail);
    this.problem = { ...problem(code, status, detail, options.errors), ...options.members };
    this.headers = options.headers ?? {};
  }
  /** Sent with the document, for example `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a problem document as `application/problem+json`. */
export const sendProblem = (reply: FastifyReply, document: Problem, headers: Readonly<Record<string, string>> = {}): void => {
  reply.code(document.status).headers({ ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  reply.send(JSON.stringify(document));
};
