import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@holdpoint/console';
import { readLocalConfig } from './local.config.ts';
import { freePorts } from './ports.ts';
import { type Stack, startStack } from './stack.ts';

export type FreeStack = Omit<Stack, 'stop'> & {
  credentials: Credentials;
  ingestPort: number;
  consolePort: number;
  /** Stops every process and removes the data folder, unless it is to be looked at first. */
  stop(options?: { keepFolder: boolean }): Promise<void>;
  removeFolder(): void;
};

/**
 * A stack of its own on free ports and in a temporary data folder: for the demo, benches and tests.
 * @param natsServer path of nats-server, or null for the in-process transport
 */
export const startFreeStack = async (options: {
  mode: 'all-in-one' | 'separate';
  natsServer: string | null;
  env?: Record<string, string>;
  say?: (line: string) => void;
}): Promise<FreeStack> => {
  const ports = await freePorts(9);
  const dataDir = mkdtempSync(join(tmpdir(), 'holdpoint-'));
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  const names = ['INGEST', 'CONSOLE', 'NOTIFICATION', 'ROUTING', 'DECISION', 'CALLBACK', 'RELAY', 'EVENT_STORE', 'NATS'];
  const config = readLocalConfig({
    ...Object.fromEntries(names.map((name, index) => [`${name}_PORT`, String(ports[index])])),
    HOLDPOINT_DATA: dataDir,
    HOLDPOINT_MODE: options.mode,
  });
  const stack = await startStack({
    config,
    natsServer: options.natsServer,
    env: options.env ?? {},
    ...(options.say ? { say: options.say } : {}),
  });
  return {
    ...stack,
    ingestPort: config.INGEST_PORT,
    consolePort: config.CONSOLE_PORT,
    credentials: JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as Credentials,
    stop: async ({ keepFolder } = { keepFolder: false }) => {
      await stack.stop();
      if (!keepFolder) removeFolder();
    },
    removeFolder,
  };
};
