import type { z } from 'zod';
import { AmbiguousName, LIMITS, withCamelCaseNames, type Json } from '@holdpoint/contracts';
import { parseStrictJson, StrictJsonError } from '@holdpoint/sealing';
import { ProblemError, type ProblemPlace } from '@holdpoint/service-kit';

const JSON_LIMITS = { depthMax: LIMITS.jsonDepthMax, keysMax: LIMITS.jsonKeysMax };
/** Places named in one problem document; further ones would only repeat the first mistake. */
const PLACES_MAX = 20;

/**
 * Parses a request body so that no other parser can read it differently.
 * @param body the bytes as they arrived; anything else means that no body was sent
 * @throws ProblemError 400 `json_…`, with a JSON Pointer and the offset
 */
export const readJson = (body: unknown): Json => {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  try {
    return parseStrictJson(bytes, JSON_LIMITS);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new ProblemError(`json_${error.code}`, 400, `The body is not acceptable JSON: ${error.message} (offset ${error.offset}).`, {
      errors: [{ pointer: error.pointer, detail: error.message }],
    });
  }
};

/**
 * Checks a parsed value against a schema, after renaming the brief's snake_case members.
 * @throws ProblemError 400 `ambiguous_member`, 422 `invalid_request` with a JSON Pointer for each mistake
 */
export const checked = <S extends z.ZodType>(schema: S, value: Json): z.output<S> => {
  const parsed = schema.safeParse(camelCased(value));
  if (parsed.success) return parsed.data;
  const places = placesOf(parsed.error.issues);
  const [first] = places;
  const detail = `${first?.pointer || 'The body'}: ${first?.detail ?? 'is not valid'}${places.length > 1 ? `, and ${places.length - 1} more` : ''}.`;
  throw new ProblemError('invalid_request', 422, detail, { errors: places });
};

/** {@link readJson}, then {@link checked}. */
export const readBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => checked(schema, readJson(body));

const camelCased = (value: Json): unknown => {
  try {
    return withCamelCaseNames(value);
  } catch (error) {
    if (!(error instanceof AmbiguousName)) throw error;
    throw new ProblemError('ambiguous_member', 400, `${error.message}.`, {
      errors: [{ pointer: `/${error.member}`, detail: 'is given twice' }],
    });
  }
};

type Issue = z.core.$ZodIssue;

/** Zod's issues as places in the body. Of a union, only the branch that came furthest: the others were never meant. */
export const placesOf = (issues: readonly Issue[], under: readonly PropertyKey[] = []): ProblemPlace[] =>
  issues
    .flatMap(issue => {
      const path = [...under, ...issue.path];
      if (issue.code === 'invalid_union' && issue.errors.length > 0) return placesOf(closestBranch(issue.errors), path);
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map(name => ({ pointer: pointerOf([...path, name]), detail: 'is not a member of this object' }));
      return [{ pointer: pointerOf(path), detail: issue.message }];
    })
    .slice(0, PLACES_MAX);

const closestBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] => {
  const depth = (branch: readonly Issue[]) =>
    Math.max(0, ...branch.map(issue => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));
  return branches.reduce((best, branch) => (depth(branch) > depth(best) ? branch : best));
};

/** JSON Pointer (RFC 6901). Names that came from the body are cut: a problem document never carries a whole body back. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map(part => `/${String(part).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
