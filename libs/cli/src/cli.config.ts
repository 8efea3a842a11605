import { z } from 'zod';
import { usage } from './stop.ts';

/** What the command line reads of the environment; options win over it. */
const schema = z.object({
  HOLDPOINT_DATA: z.string().min(1).default('./.holdpoint').describe('Data folder: keys/master.key and credentials.json'),
  HOLDPOINT_CONSOLE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the operators' API is, http(s)://host:port"),
  HOLDPOINT_TOKEN: z.string().min(1).optional().describe('Personal access token, hpo_…'),
  HOLDPOINT_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where the agents' API is, http(s)://host:port"),
  HOLDPOINT_API_KEY: z.string().min(1).optional().describe('API key of an agent, hp_live_… or hp_test_…'),
  HOLDPOINT_MASTER_KEY_FILE: z.string().min(1).optional().describe('File with the master key; default <HOLDPOINT_DATA>/keys/master.key'),
  HOLDPOINT_MASTER_KEY: z.base64().length(44).optional().describe('The master key itself, 32 bytes in base64'),
  EVENTSTORE_CONNECTION_STRING: z
    .string()
    .regex(/^(esdb|kurrentdb)(\+discover)?:\/\/.+/, 'must start with esdb://')
    .default('esdb://127.0.0.1:2113?tls=false')
    .describe('Connection string of the event store'),
});
export type CliConfig = z.output<typeof schema>;

/** An empty variable counts as not set. @throws Stop that names every wrong variable; values are never repeated */
export const readCliConfig = (env: Readonly<Record<string, string | undefined>>): CliConfig => {
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in schema.shape && value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw usage(parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
};

/** The process's environment; nothing else reads it. */
export const processEnvironment = (): NodeJS.ProcessEnv => process.env;
