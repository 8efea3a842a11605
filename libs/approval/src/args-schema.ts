import { LIMITS, type Json, type JsonObject } from '@holdpoint/contracts';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Problems named in one answer; a person fixes the first few and tries again. */
const PROBLEMS_NAMED_MAX = 5;

/**
 * Checks edited arguments against the agent's JSON Schema (2020-12, or draft-07 where `$schema` says so). References outside the schema are
 * never fetched; a schema that does not compile refuses every edit. The schema is hostile: callers bound the time this takes, since a
 * `pattern` may be written to take for ever.
 * @returns null when the arguments are valid, else what is wrong and where, in words.
 */
export const argsProblem = (schema: JsonObject | boolean, args: JsonObject): string | null => {
  if (JSON.stringify(schema).length > LIMITS.argsSchemaBytesMax) return `argsSchema is longer than ${LIMITS.argsSchemaBytesMax} bytes.`;
  try {
    return problemOf(schema, args);
  } catch (error) {
    return `argsSchema cannot be used, so an edit cannot be checked: ${error instanceof Error ? error.message : 'unknown reason'}`;
  }
};

const problemOf = (schema: JsonObject | boolean, args: JsonObject): string | null => {
  if (typeof schema === 'object' && mentions(schema, '$async')) return 'argsSchema cannot be used: $async is not supported.';
  const draft = draftOf(schema);
  const meta = draft.meta();
  if (meta.validateSchema(schema) !== true)
    return `argsSchema cannot be used: ${meta.errorsText(meta.errors?.slice(0, PROBLEMS_NAMED_MAX), { dataVar: 'argsSchema' })}`;
  // A checker of its own for each edit: a schema may carry any `$id` and must not meet another tenant's.
  const validate = draft.checker().compile(schema);
  if (validate(args)) return null;
  const found = (validate.errors ?? []).slice(0, PROBLEMS_NAMED_MAX);
  return found.map(error => `args${error.instancePath} ${error.message ?? 'is not valid'}`).join('; ') || 'args are not valid';
};

const OPTIONS = { strict: false, validateFormats: false, logger: false } as const;
const CHECKER = { ...OPTIONS, meta: false, validateSchema: false } as const;

/** One draft of JSON Schema: who checks a schema (kept, since it compiles the meta schema), and a new checker that takes one schema. */
type Draft = { meta: () => Ajv; checker: () => Ajv };
const once = (make: () => Ajv): (() => Ajv) => {
  let made: Ajv | undefined;
  return () => (made ??= make());
};
const DRAFT_07: Draft = { meta: once(() => new Ajv(OPTIONS)), checker: () => new Ajv(CHECKER) };
const DRAFT_2020: Draft = { meta: once(() => new Ajv2020(OPTIONS)), checker: () => new Ajv2020(CHECKER) };

const draftOf = (schema: JsonObject | boolean): Draft =>
  typeof schema === 'object' && typeof schema['$schema'] === 'string' && /draft-0[67]/.test(schema['$schema']) ? DRAFT_07 : DRAFT_2020;

const mentions = (value: Json, name: string): boolean => {
  if (Array.isArray(value)) return value.some(entry => mentions(entry, name));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, entry]) => key === name || mentions(entry, name));
};
