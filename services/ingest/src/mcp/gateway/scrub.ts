import type { JsonObject } from '@holdpoint/contracts';
import type { McpGateway } from '@holdpoint/directory';

/** Shorter ones stand in ordinary words, which must not change, UTF-16 units. */
const SECRET_CHARS_MIN = 8;
const INSTEAD = '[credential]';

/** What of a credential must never come back: a header's value, without the scheme before it. */
const secretOf = ({ credential }: Pick<McpGateway, 'credential'>): string | null => {
  const secret = credential?.value.replace(/^[A-Za-z]+ +/, '') ?? '';
  return secret.length >= SECRET_CHARS_MIN ? secret : null;
};

/** A text without the gateway's credential: a server that repeats what it was sent would hand it to agents, the log and its events. */
export const scrubbedText = (gateway: Pick<McpGateway, 'credential'>, text: string): string => {
  const secret = secretOf(gateway);
  return secret === null ? text : text.replaceAll(secret, INSTEAD);
};

/** {@link scrubbedText} for all of a result. */
export const scrubbed = (gateway: Pick<McpGateway, 'credential'>, result: JsonObject): JsonObject => {
  const secret = secretOf(gateway);
  if (secret === null) return result;
  const [text, needle] = [JSON.stringify(result), JSON.stringify(secret).slice(1, -1)];
  return text.includes(needle) ? (JSON.parse(text.replaceAll(needle, INSTEAD)) as JsonObject) : result;
};
