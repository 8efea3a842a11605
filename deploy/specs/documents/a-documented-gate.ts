import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from '@holdpoint/cli';
import { ingest } from '@holdpoint/ingest';
import { relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import type { RunningService, Service } from '@holdpoint/service-kit';
import { expect } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

const AsyncFunction = (async () => {}).constructor as new (...parameters: string[]) => (...given: unknown[]) => Promise<void>;
const NPM_START = { agents: 'http://127.0.0.1:7070', console: 'http://127.0.0.1:7071' };

/** What the pages speak of: an installation in `./.holdpoint`, at the addresses of `npm start`. */
export const startDocumentedGate = async () => {
  const ports = Object.fromEntries(['INGEST', 'ROUTING', 'RELAY'].map(name => [`${name}_PORT`, '0']));
  const world: RunningConsole = await startConsole(ports);
  const others: RunningService[] = [];
  let agentsUrl = '';
  const settings = { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_TRANSPORT: 'inProcess', LOG_LEVEL: 'fatal', ...ports };
  for (const service of [ingest, routing, relay] as Service<unknown>[]) {
    const running = await service.start(service.readConfig(settings), world.parts);
    others.push(running);
    if (service.name === 'ingest') agentsUrl = `http://127.0.0.1:${running.port}`;
  }
  await mkdir(join(world.dataDir, '.holdpoint'));
  await writeFile(join(world.dataDir, '.holdpoint/credentials.json'), await readFile(join(world.dataDir, 'credentials.json')));
  /** The same text with the addresses of this installation. */
  const here = (text: string): string => text.replaceAll(NPM_START.agents, agentsUrl).replaceAll(NPM_START.console, world.url);

  const pendingNow = async (): Promise<string[]> => {
    const { items } = await world.json<{ items: { id: string; status: string }[] }>('GET', '/api/inbox?view=all');
    // The list follows the log: what was decided here a moment ago may still be in it.
    return items.filter(({ id, status }) => status === 'pending' && !decided.has(id)).map(({ id }) => id);
  };
  const decided = new Set<string>();
  const approveWhenAsked = async (id: string): Promise<void> => {
    await expect.poll(async () => (await world.shown(id))['phase']).toBe('review');
    decided.add(id);
    await world.json('POST', `/api/approvals/${id}/approve`, {});
  };
  return {
    world,
    agentsUrl,
    here,
    approveWhenAsked,
    /** Waits for the one request that is open and approves it. @returns its id */
    approveTheNext: async (): Promise<string> => {
      await expect.poll(pendingNow).toHaveLength(1);
      const [id] = await pendingNow();
      await approveWhenAsked(id!);
      return id!;
    },
    /** Runs a block of `sh` in a folder with `.holdpoint`. @returns what it wrote */
    shell: async (script: string): Promise<string> =>
      (await promisify(execFile)('sh', ['-ec', here(script)], { cwd: world.dataDir })).stdout,
    /** Runs a block of TypeScript. @param given what it imports, and what it takes for granted */
    typescript: (code: string, given: Record<string, unknown>): Promise<void> => {
      const body = here(stripTypeScriptTypes(code.replaceAll(/^import .*$/gm, '')));
      return new AsyncFunction(...Object.keys(given), body)(...Object.values(given));
    },
    /** Runs a command line of `holdpoint`. @param words what stands behind it */
    holdpoint: async (words: readonly string[], signal?: AbortSignal): Promise<{ code: number; said: string }> => {
      let said = '';
      const code = await run(words, {
        out: line => void (said += `${line}\n`),
        err: line => void (said += `${line}\n`),
        env: { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_CONSOLE_URL: world.url, HOLDPOINT_URL: agentsUrl },
        ...(signal && { signal }),
      });
      return { code, said };
    },
    close: async () => {
      for (const service of others.reverse()) await service.close();
      await world.close();
    },
  };
};

export type DocumentedGate = Awaited<ReturnType<typeof startDocumentedGate>>;
