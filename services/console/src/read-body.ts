import { LIMITS } from '@holdpoint/contracts';
import { parseStrictJson, StrictJsonError } from '@holdpoint/sealing';
import { ProblemError } from '@holdpoint/service-kit';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

const JSON_LIMITS = { depthMax: LIMITS.jsonDepthMax, keysMax: LIMITS.jsonKeysMax };

/**
 * The body of a request, strictly parsed and checked. No body counts as `{}`, for verbs that need none.
 * @throws ProblemError 400 for what is not JSON, 422 for JSON of another shape; both name the places.
 */
export const readBody = <Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> => {
  const bytes = request.body;
  return checked(Buffer.isBuffer(bytes) && bytes.length > 0 ? parsed(bytes) : {}, schema, 422, 'invalid_body');
};

/** The query string of a request, checked. @throws ProblemError 400 naming the parameters. */
export const readQuery = <Schema extends z.ZodType>(request: FastifyRequest, schema: Schema): z.output<Schema> =>
  checked({ ...(request.query as object) }, schema, 400, 'invalid_query');

const parsed = (bytes: Buffer): unknown => {
  try {
    return parseStrictJson(bytes, JSON_LIMITS);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new ProblemError('invalid_json', 400, `The body is not acceptable JSON: ${error.message}.`, {
      errors: [{ pointer: error.pointer, detail: error.code }],
    });
  }
};

const checked = <Schema extends z.ZodType>(value: unknown, schema: Schema, status: number, code: string): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(issue => ({ pointer: pointerOf(issue.path), detail: issue.message }));
  throw new ProblemError(code, status, `Some values cannot be used; \`errors\` says which (${errors.length}).`, { errors });
};

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
