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
  // A checker of its own for each edit: a schema may carry any `$id` and must not meet another tenant's.
  const ajv = new (isDraft07(schema) ? Ajv : Ajv2020)({ strict: false, validateFormats: false, logger: false, allErrors: false });
  const validate = ajv.compile(schema);
  if (validate(args)) return null;
  const found = (validate.errors ?? []).slice(0, PROBLEMS_NAMED_MAX);
  return found.map(error => `args${error.instancePath} ${error.message ?? 'is not valid'}`).join('; ') || 'args are not valid';
};

const isDraft07 = (schema: JsonObject | boolean): boolean =>
  typeof schema === 'object' && typeof schema['$schema'] === 'string' && /draft-0[67]/.test(schema['$schema']);

const mentions = (value: Json, name: string): boolean => {
  if (Array.isArray(value)) return value.some(entry => mentions(entry, name));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, entry]) => key === name || mentions(entry, name));
};
