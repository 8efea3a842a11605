import { Holdpoint, HoldpointError } from '@holdpoint/sdk';
import { readCliConfig } from '../cli.config.ts';
import { textOf, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT, Stop, usage } from '../stop.ts';
import { baseUrlOf, dataFolderOf, keptIn, secretIn } from './access.ts';

/** Options of every command that asks as an agent does. */
export const AGENT_OPTIONS = { url: { type: 'string' }, 'key-file': { type: 'string' }, data: { type: 'string' } } as const;
export const AGENT_HELP = {
  '--url <url>': "The agents' API; else HOLDPOINT_URL, else credentials.json of --data, else http://127.0.0.1:7070.",
  '--key-file <file>': 'File with an API key (hp_live_…, hp_test_…); else HOLDPOINT_API_KEY, else credentials.json of --data.',
  '--data <folder>': 'Data folder of an installation on this machine; else HOLDPOINT_DATA, else ./.holdpoint.',
} as const;

const AGENTS_URL = 'http://127.0.0.1:7070';

/** Where the agents' API is. @throws Stop for an address that is none */
export const agentsUrlOf = (given: Given, io: Io): string => {
  const config = readCliConfig(io.env);
  const url = textOf(given, 'url') ?? config.HOLDPOINT_URL ?? keptIn(dataFolderOf(given, config))?.ingestUrl ?? AGENTS_URL;
  return baseUrlOf('--url', url);
};

/**
 * The agents' API with the key of an agent, which is read from a file or the environment, never from the command line.
 * @throws Stop when there is no key
 */
export const agentsApi = (given: Given, io: Io): Holdpoint => {
  const config = readCliConfig(io.env);
  const folder = dataFolderOf(given, config);
  const apiKey = secretIn(textOf(given, 'key-file')) ?? config.HOLDPOINT_API_KEY ?? keptIn(folder)?.apiKey;
  if (apiKey === undefined)
    throw usage(
      `There is no API key. Set HOLDPOINT_API_KEY, or give --key-file <file>, or --data <folder> of an installation with credentials.json (looked in ${folder}).`,
    );
  return new Holdpoint({ baseUrl: agentsUrlOf(given, io), apiKey });
};

/** Waits for an answer of the agents' API. @throws Stop that says what it said: 1 refused, 2 for a key it does not know, 3 when out of reach */
export const answered = async <T>(call: Promise<T>, url: string): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof HoldpointError)) throw error;
    const { status, code, problem } = error;
    const about = { status, code, ...(problem.errors === undefined ? {} : { errors: problem.errors }) };
    if (status === 0)
      throw new Stop(
        EXIT.unreachable,
        `The agents' API does not answer at ${url}. Start it with \`npm start\`, or name another with --url or HOLDPOINT_URL.`,
        about,
      );
    if (status === 401)
      throw new Stop(EXIT.usage, 'The API key is not known or no longer valid. Issue one in the console (Settings, Agents).', about);
    const lines = (problem.errors ?? []).map(({ pointer, detail }) => `  ${pointer} ${detail}`.trimEnd());
    throw new Stop(status >= 500 ? EXIT.unreachable : EXIT.problems, [error.message, ...lines].join('\n'), about);
  }
};
