import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCliConfig, type CliConfig } from '../cli.config.ts';
import { textOf, type Given } from '../command.ts';
import type { Io } from '../io.ts';
import { usage } from '../stop.ts';

/** Options of every command that talks to the operators' API. */
export const ACCESS_OPTIONS = {
  console: { type: 'string' },
  'token-file': { type: 'string' },
  data: { type: 'string' },
} as const;
export const ACCESS_HELP = {
  '--console <url>': "The operators' API; else HOLDPOINT_CONSOLE_URL, else credentials.json of --data, else http://127.0.0.1:7071.",
  '--token-file <file>': 'File with a personal access token (hpo_…); else HOLDPOINT_TOKEN, else credentials.json of --data.',
  '--data <folder>': 'Data folder of an installation on this machine; else HOLDPOINT_DATA, else ./.holdpoint.',
} as const;

const CONSOLE_URL = 'http://127.0.0.1:7071';

/** Part of `credentials.json` that opens the two APIs. */
type Kept = { consoleUrl?: string; personalAccessToken?: string; organizationId?: string; ingestUrl?: string; apiKey?: string };

/**
 * Where the operators' API is and what opens it. A token is read from a file or the environment, never from the command line, where other
 * users of the machine could see it.
 * @throws Stop when there is no token
 */
export const accessOf = (given: Given, io: Io): { consoleUrl: string; token: string } => {
  const config = readCliConfig(io.env);
  const kept = keptIn(dataFolderOf(given, config));
  const token = secretIn(textOf(given, 'token-file')) ?? config.HOLDPOINT_TOKEN ?? kept?.personalAccessToken;
  if (token === undefined)
    throw usage(
      `There is no token. Set HOLDPOINT_TOKEN, or give --token-file <file>, or --data <folder> of an installation with credentials.json (looked in ${dataFolderOf(given, config)}).`,
    );
  const consoleUrl = textOf(given, 'console') ?? config.HOLDPOINT_CONSOLE_URL ?? kept?.consoleUrl ?? CONSOLE_URL;
  return { consoleUrl: baseUrlOf('--console', consoleUrl), token };
};

/** A base address without the slash at its end. @throws Stop for one that is none */
export const baseUrlOf = (option: string, url: string): string => {
  if (!/^https?:\/\/[^/]/.test(url)) throw usage(`${option} must be http(s)://host:port, not ${url}`);
  return url.replace(/\/+$/, '');
};

export const dataFolderOf = (given: Given, config: CliConfig): string => textOf(given, 'data') ?? config.HOLDPOINT_DATA;

/** `credentials.json` of a data folder, null when there is none. @throws Stop when it cannot be read */
export const keptIn = (dataFolder: string): Kept | null => {
  const file = join(dataFolder, 'credentials.json');
  if (!isThere(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`);
  }
};

/** The one line of a file that holds a token or key; undefined when no file is named. @throws Stop when it cannot be read */
export const secretIn = (file: string | undefined): string | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw usage(`${file} cannot be read: ${(error as Error).message}`);
  }
};

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
