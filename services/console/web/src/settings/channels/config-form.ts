import type { Json, JsonObject } from '@holdpoint/contracts';

/** One input of a channel's settings. */
export type ConfigField = {
  name: string;
  label: string;
  help: string;
  required: boolean;
  /** Never shown again; empty means that it stays what it is. */
  secret: boolean;
  control:
    | { kind: 'text'; placeholder: string }
    | { kind: 'number'; placeholder: string }
    | { kind: 'yesNo' }
    | { kind: 'choice'; options: string[] }
    | { kind: 'list'; placeholder: string };
  /** What holds where it is left out. */
  byDefault: Json | undefined;
};

/** One way to set a channel up. A channel with several says by one member which it is. */
export type ConfigForm = { title: string; chosenBy: { name: string; value: Json } | null; fields: ConfigField[] };

/** What somebody typed, by field. */
export type Typed = Readonly<Record<string, string>>;

type Schema = {
  properties?: Record<string, Member>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
};
type Member = {
  type?: string;
  const?: Json;
  enum?: Json[];
  description?: string;
  default?: Json;
  secret?: boolean;
  minimum?: number;
  maximum?: number;
  items?: { enum?: Json[] };
};

const ABBREVIATIONS: Record<string, string> = { url: 'URL', api: 'API', sid: 'SID', id: 'id', tls: 'TLS', smtp: 'SMTP' };

/** `authToken` → `Auth token`, `apiUrl` → `API URL`. */
export const labelOf = (name: string): string => {
  const words = name.split(/(?=[A-Z])/).map(word => ABBREVIATIONS[word.toLowerCase()] ?? word.toLowerCase());
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The forms for a channel's settings, from their JSON Schema: one, or one for each way to set it up. */
export const formsOf = (schema: JsonObject): ConfigForm[] => {
  const { oneOf, anyOf, ...own } = schema as Schema;
  return (oneOf ?? anyOf ?? [own]).map(formOf);
};

const formOf = ({ properties = {}, required = [] }: Schema): ConfigForm => {
  const members = Object.entries(properties);
  const choice = members.find(([, member]) => member.const !== undefined);
  return {
    title: choice?.[1].description ?? (choice === undefined ? '' : String(choice[1].const)),
    chosenBy: choice === undefined ? null : { name: choice[0], value: choice[1].const ?? null },
    fields: members
      .filter(([, member]) => member.const === undefined)
      .map(([name, member]) => fieldOf(name, member, required.includes(name)))
      .toSorted((a, b) => Number(b.required) - Number(a.required)),
  };
};

const fieldOf = (name: string, member: Member, required: boolean): ConfigField => ({
  name,
  label: labelOf(name),
  help: member.description ?? '',
  required,
  secret: member.secret === true,
  control: controlOf(member),
  byDefault: member.default,
});

const controlOf = ({ type, enum: options, default: byDefault, minimum, maximum }: Member): ConfigField['control'] => {
  const placeholder = byDefault === undefined ? '' : Array.isArray(byDefault) ? byDefault.join(' ') : String(byDefault);
  if (options !== undefined) return { kind: 'choice', options: options.map(String) };
  if (type === 'boolean') return { kind: 'yesNo' };
  if (type === 'integer' || type === 'number')
    return { kind: 'number', placeholder: placeholder === '' && minimum !== undefined ? `${minimum}–${maximum ?? ''}` : placeholder };
  return type === 'array' ? { kind: 'list', placeholder } : { kind: 'text', placeholder };
};

/** The form that settings were saved with; the first where there are none. */
export const formFor = (forms: readonly ConfigForm[], config: JsonObject | null): number =>
  Math.max(
    0,
    forms.findIndex(({ chosenBy }) => chosenBy !== null && config?.[chosenBy.name] === chosenBy.value),
  );

/** What the inputs begin with: what was saved, without secrets. */
export const typedOf = ({ fields }: ConfigForm, config: JsonObject | null): Typed =>
  Object.fromEntries(
    fields.map(({ name }) => {
      const value = config?.[name];
      return [name, value === undefined || value === null ? '' : Array.isArray(value) ? value.join(' ') : String(value)];
    }),
  );

/**
 * The settings as the API takes them. What is empty is left out, so it has its default; a secret that is left out stays what it is.
 * @param takeAway names of secrets that shall not be there any more
 */
export const configOf = ({ chosenBy, fields }: ConfigForm, typed: Typed, takeAway: ReadonlySet<string>): JsonObject => {
  const config: JsonObject = chosenBy === null ? {} : { [chosenBy.name]: chosenBy.value };
  for (const { name, control } of fields) {
    const text = (typed[name] ?? '').trim();
    if (takeAway.has(name)) config[name] = null;
    else if (text !== '') config[name] = valueOf(control, text);
  }
  return config;
};

const valueOf = ({ kind }: ConfigField['control'], text: string): Json => {
  if (kind === 'yesNo') return text === 'true';
  if (kind === 'list') return text.split(/[\s,]+/).filter(part => part !== '');
  // What is no number goes as it is: the API names the field.
  return kind === 'number' && Number.isFinite(Number(text)) ? Number(text) : text;
};

/** Labels of what is still missing. */
export const missingIn = ({ fields }: ConfigForm, typed: Typed, secretsSet: readonly string[]): string[] =>
  fields
    .filter(({ name, required, secret }) => required && (typed[name] ?? '').trim() === '' && !(secret && secretsSet.includes(name)))
    .map(({ label }) => label);

/**
 * What is said of settings by their names in the API, with the labels of this form in their place. Names of one word stay: in a sentence they are
 * words like others.
 */
export const withLabels = (said: string | null, { fields }: ConfigForm): string | null =>
  fields
    .filter(({ name }) => /[A-Z]/.test(name))
    .reduce((text, { name, label }) => text?.replace(new RegExp(`\\b${name}\\b`, 'g'), `“${label}”`) ?? null, said);
