import type { Json, JsonObject } from '@holdpoint/contracts';
import { jsonTypeOf } from '../tree/tree-rows.ts';

/** One input of the edit form. `json` takes what no simpler input can hold. */
export type FormField = {
  path: string[];
  label: string;
  help: string | null;
  required: boolean;
  control:
    | { kind: 'text'; long: boolean; minLength: number | null; maxLength: number | null }
    | { kind: 'number'; integer: boolean; min: number | null; max: number | null }
    | { kind: 'boolean' }
    | { kind: 'choice'; options: Json[] }
    | { kind: 'json' }
    | { kind: 'group'; fields: FormField[] };
};

/** Deeper objects get one JSON input: nested boxes stop being readable. */
const GROUP_DEPTH_MAX = 3;
/** A form longer than this is edited as JSON, fields. */
const FIELDS_MAX = 60;
const LONG_TEXT_CHARS = 80;

type Schema = JsonObject;
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOr = (value: Json | undefined) => (typeof value === 'number' ? value : null);
const textOr = (value: Json | undefined) => (typeof value === 'string' ? value : null);
/** Words that make a schema more than a list of plain members; such schemas are edited as JSON. */
const COMPLEX = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'patternProperties', 'dependentSchemas'];
const isComplex = (schema: Schema) => COMPLEX.some(word => word in schema);

const schemaFor = (value: Json): Schema => {
  const type = jsonTypeOf(value);
  return type === 'array' || type === 'null' ? {} : { type };
};

const controlOf = (schema: Schema, value: Json | undefined, path: string[]): FormField['control'] => {
  if (isComplex(schema)) return { kind: 'json' };
  if (Array.isArray(schema.enum) && schema.enum.every(option => !Array.isArray(option) && !isObject(option)))
    return { kind: 'choice', options: schema.enum };
  // A value of another type than the schema names is shown as it is, never coerced.
  if (value !== undefined && typeof schema.type === 'string') {
    const type = jsonTypeOf(value);
    if (type !== schema.type && !(type === 'number' && schema.type === 'integer')) return { kind: 'json' };
  }
  switch (schema.type) {
    case 'string': {
      const text = textOr(value) ?? '';
      const long = text.length > LONG_TEXT_CHARS || text.includes('\n') || (numberOr(schema.maxLength) ?? 0) > LONG_TEXT_CHARS * 4;
      return { kind: 'text', long, minLength: numberOr(schema.minLength), maxLength: numberOr(schema.maxLength) };
    }
    case 'number':
    case 'integer':
      return { kind: 'number', integer: schema.type === 'integer', min: numberOr(schema.minimum), max: numberOr(schema.maximum) };
    case 'boolean':
      return { kind: 'boolean' };
    case 'object': {
      const fields = path.length < GROUP_DEPTH_MAX ? fieldsOf(schema, isObject(value) ? value : {}, path) : null;
      return fields === null || fields.length === 0 ? { kind: 'json' } : { kind: 'group', fields };
    }
    default:
      return { kind: 'json' };
  }
};

const fieldsOf = (schema: Schema, value: JsonObject, path: string[]): FormField[] | null => {
  if (isComplex(schema)) return null;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const names = [...new Set([...Object.keys(value), ...Object.keys(properties)])];
  return names.map(name => {
    const present = Object.hasOwn(value, name) ? value[name] : undefined;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const own = isObject(known) ? known : schemaFor(present ?? null);
    return {
      path: [...path, name],
      label: name,
      help: textOr(own.description),
      required: required.has(name),
      control: controlOf(own, present, [...path, name]),
    };
  });
};

const size = (fields: FormField[]): number =>
  fields.reduce((sum, field) => sum + 1 + (field.control.kind === 'group' ? size(field.control.fields) : 0), 0);

/**
 * The form for editing an action's arguments.
 * @param schema the action's `argsSchema`; null or true describes nothing, so the form follows the arguments themselves
 * @param args the arguments as asked
 * @returns null when only a JSON editor can show them (combined schemas, references, very many fields)
 */
export const formOf = (schema: JsonObject | boolean | null, args: JsonObject): FormField[] | null => {
  const fields = fieldsOf(isObject(schema) ? schema : {}, args, []);
  return fields === null || size(fields) > FIELDS_MAX ? null : fields;
};

/** The value with the member at `path` set, or taken out when `member` is undefined. Other members keep their order. */
export const withMember = (value: JsonObject, path: readonly string[], member: Json | undefined): JsonObject => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (rest.length > 0) {
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    return withOwn(value, name, withMember(isObject(inner) ? inner : {}, rest, member));
  }
  return withOwn(value, name, member);
};

/** Entries instead of assignment: a member named `__proto__` stays a member. */
const withOwn = (value: JsonObject, name: string, member: Json | undefined): JsonObject => {
  const entries = Object.entries(value);
  if (member === undefined) return Object.fromEntries(entries.filter(([key]) => key !== name));
  return Object.fromEntries(
    Object.hasOwn(value, name) ? entries.map(([key, own]) => [key, key === name ? member : own]) : [...entries, [name, member]],
  );
};

/** The member at `path`, undefined when absent. */
export const memberAt = (value: JsonObject, path: readonly string[]): Json | undefined => {
  let at: Json | undefined = value;
  for (const name of path) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
};

/** Reads what a person typed into a field. */
export const readInput = (control: FormField['control'], typed: string): { ok: true; value: Json } | { ok: false; problem: string } => {
  if (control.kind === 'number') return readNumber(control, typed.trim());
  if (control.kind === 'json') {
    try {
      return { ok: true, value: JSON.parse(typed) as Json };
    } catch {
      return { ok: false, problem: 'This is not valid JSON.' };
    }
  }
  if (control.kind === 'text') {
    if (control.minLength !== null && typed.length < control.minLength)
      return { ok: false, problem: `At least ${control.minLength} characters.` };
    if (control.maxLength !== null && typed.length > control.maxLength)
      return { ok: false, problem: `At most ${control.maxLength} characters.` };
  }
  return { ok: true, value: typed };
};

const readNumber = (control: { integer: boolean; min: number | null; max: number | null }, typed: string): ReturnType<typeof readInput> => {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(typed)) return { ok: false, problem: 'Type a number, such as 120 or 99.50.' };
  const value = Number(typed);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    return { ok: false, problem: 'This number is too large to be kept exactly.' };
  if (control.integer && !Number.isInteger(value)) return { ok: false, problem: 'Type a whole number.' };
  if (control.min !== null && value < control.min) return { ok: false, problem: `At least ${control.min}.` };
  if (control.max !== null && value > control.max) return { ok: false, problem: `At most ${control.max}.` };
  return { ok: true, value };
};
