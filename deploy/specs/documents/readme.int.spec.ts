import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ingest } from '@holdpoint/ingest';
import { relay } from '@holdpoint/relay';
import { routing } from '@holdpoint/routing';
import * as sdk from '@holdpoint/sdk';
import type { RunningService, Service } from '@holdpoint/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';

const readme = await readFile(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
/** The n-th block of a language; those within a list are indented. */
const block = (language: string, has: string): string => {
  const found = [...readme.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].find(
    ([, , kind, text]) => kind === language && text!.includes(has),
  );
  if (found === undefined) throw new Error(`the README shows no ${language} with ${has}`);
  return found[3]!.replaceAll(new RegExp(`^${found[1]}`, 'gm'), '');
};

let world: RunningConsole;
let agentsUrl = '';
const others: RunningService[] = [];
beforeAll(async () => {
  const ports = Object.fromEntries(['INGEST', 'ROUTING', 'RELAY'].map(name => [`${name}_PORT`, '0']));
  world = await startConsole(ports);
  const env = { HOLDPOINT_DATA: world.dataDir, HOLDPOINT_TRANSPORT: 'inProcess', LOG_LEVEL: 'fatal', ...ports };
  for (const service of [ingest, routing, relay] as Service<unknown>[]) {
    const running = await service.start(service.readConfig(env), world.parts);
    others.push(running);
    if (service.name === 'ingest') agentsUrl = `http://127.0.0.1:${running.port}`;
  }
  // The commands look for the data folder where `npm start` makes it.
  await mkdir(join(world.dataDir, '.holdpoint'));
  await writeFile(join(world.dataDir, '.holdpoint/credentials.json'), await readFile(join(world.dataDir, 'credentials.json')));
});
afterAll(async () => {
  for (const service of others.reverse()) await service.close();
  await world.close();
});

const shell = async (script: string): Promise<string> =>
  (await promisify(execFile)('sh', ['-ec', script.replaceAll('http://127.0.0.1:7070', agentsUrl)], { cwd: world.dataDir })).stdout;

const approveWhenAsked = async (id: string): Promise<void> => {
  await expect.poll(async () => (await world.shown(id))['phase'], { timeout: 5_000 }).toBe('review');
  await world.json('POST', `/api/approvals/${id}/approve`, {});
};

describe('what the README tells to type', () => {
  it('asks, replays the same answer, and waits for the decision', async () => {
    const ask = block('sh', '/v1/approvals -H');
    const { id } = JSON.parse(await shell(ask)) as { id: string };
    expect(JSON.parse(await shell(ask))).toMatchObject({ id });
    await approveWhenAsked(id);
    const key = ask.split('\n')[0]!;
    const waited = await shell(`${key}\n${block('sh', '/wait?timeout=60').replace('apr_…', id)}`);
    expect(JSON.parse(waited)).toMatchObject({ id, status: 'approved' });
  });

  it('runs an app’s action once it was approved, and once only', async () => {
    const code = stripTypeScriptTypes(block('ts', 'requestAndWait'));
    const refunds: unknown[] = [];
    const given = {
      ...sdk,
      process: { env: { HOLDPOINT_API_KEY: world.credentials.apiKey } },
      threadId: 'thread_1',
      runId: 'run_1',
      toolCallId: 'call_2',
      contextSummary: 'Order A-1 arrived broken',
      issueRefund: async (args: unknown) => void refunds.push(args),
    };
    const body = code.replace(/^import .*$/m, '').replaceAll('http://127.0.0.1:7070', agentsUrl);
    const app = new AsyncFunction(...Object.keys(given), body);
    const running = app(...Object.values(given));
    const asked = async () =>
      (await world.json<{ items: { id: string; status: string }[] }>('GET', '/api/inbox?view=all')).items.find(
        ({ status }) => status === 'pending',
      )?.id;
    await expect.poll(asked, { timeout: 5_000 }).toBeDefined();
    await approveWhenAsked((await asked())!);
    await running;
    expect(refunds).toEqual([{ order_id: 'A-1', amount: 245, currency: 'USD' }]);
    // The same approval cannot be spent again.
    await expect(app(...Object.values(given))).rejects.toMatchObject({ status: 409 });
    expect(refunds).toHaveLength(1);
  });
});

const AsyncFunction = (async () => {}).constructor as new (...parameters: string[]) => (...given: unknown[]) => Promise<void>;
