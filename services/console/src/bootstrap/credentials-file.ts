import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `credentials.json` in the data folder: how to use a fresh installation. The only place where these secrets stand in the clear. */
export type Credentials = {
  consoleUrl: string;
  ingestUrl: string;
  email: string;
  password: string;
  apiKey: string;
  personalAccessToken: string;
  webhookSecret: string;
  webhookPublicKey: string;
  agentId: string;
  organizationId: string;
};

/** Readable and writable by the owner alone. */
const OWNER_ONLY = 0o600;

export const credentialsPath = (dataDir: string): string => join(dataDir, 'credentials.json');

/** The file's content, or null when there is none. @throws SyntaxError when it was damaged by hand */
export const readCredentials = async (dataDir: string): Promise<Credentials | null> => {
  try {
    return JSON.parse(await readFile(credentialsPath(dataDir), 'utf8')) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Writes the file whole or not at all. */
export const writeCredentials = async (dataDir: string, credentials: Credentials): Promise<void> => {
  const path = credentialsPath(dataDir);
  await writeFile(`${path}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: OWNER_ONLY, flush: true });
  await rename(`${path}.new`, path);
};

export const removeCredentials = (dataDir: string): Promise<void> => rm(credentialsPath(dataDir), { force: true });
