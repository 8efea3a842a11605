import type { JsonObject } from '@holdpoint/contracts';
import type { ChannelDescription } from './ask-notification.ts';

type Schema = { properties?: Record<string, { const?: unknown }>; oneOf?: Schema[]; anyOf?: Schema[] };

/**
 * The secrets of a channel's present settings that the new ones go on using: those that the new form of the settings has at all. One who changes from
 * one provider of a channel to another leaves the secrets of the first behind.
 * @param described with the JSON Schema of the settings, one object or several to choose from
 * @param wanted the new settings as they came; what is in them is never taken from the present ones
 */
export const keptSecrets = (
  { config: schema, secrets }: Pick<ChannelDescription, 'config' | 'secrets'>,
  present: JsonObject,
  wanted: JsonObject,
): JsonObject => {
  const { properties = {} } = formFor(schema, wanted);
  const kept = Object.entries(present).filter(([name]) => secrets.includes(name) && name in properties && !(name in wanted));
  return Object.fromEntries(kept);
};

const formFor = (schema: Schema, wanted: JsonObject): Schema => {
  const forms = schema.oneOf ?? schema.anyOf ?? [schema];
  const isMeant = ({ properties = {} }: Schema) =>
    Object.entries(properties).every(([name, member]) => member.const === undefined || member.const === wanted[name]);
  return forms.find(isMeant) ?? {};
};

/** The members that are not null: null takes one away. */
export const withoutNulls = (config: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
