import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '@holdpoint/sdk';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { aPerson } from '../sdk/a-person.ts';

const python = spawnSync('python3', ['--version'], { encoding: 'utf8' }).status === 0;
const project = fileURLToPath(new URL('../../../libs/sdk-python', import.meta.url));
/** Documents whose canonical form both languages are asked for. */
const DOCUMENTS = 2_000;

let world: RunningIngest;
let decisions: Server;
let folder: string;

/** `POST /approve/{id}`, `/reject/{id}` and `/erase/{id}`: people, for tests in another process. */
const serveDecisions = async (): Promise<Server> => {
  const ada = aPerson(world);
  const server = createServer((request, response) => {
    const [, verb, id = ''] = (request.url ?? '').split('/');
    const done = verb === 'erase' ? world.orderErasure(id) : verb === 'approve' ? ada.approve(id) : ada.reject(id);
    void done.then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
};

const runTests = (pattern: string, env: Record<string, string> = {}) =>
  new Promise<{ code: number | null; output: string }>(resolve => {
    const variables = Object.entries({ PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1', PYTHONUTF8: '1', ...env });
    const command = ['python3', '-W', 'error', '-m', 'unittest', 'discover', '-v', '-s', 'tests', '-p', pattern];
    const child = spawn('env', [...variables.map(([name, value]) => `${name}=${value}`), ...command], { cwd: project });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', code => resolve({ code, output }));
  });

describe.skipIf(!python)('the Python client (needs python3)', () => {
  beforeAll(async () => {
    world = await startIngest();
    decisions = await serveDecisions();
    folder = await mkdtemp(join(tmpdir(), 'python-spec-'));
  });
  afterAll(async () => {
    decisions.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('hashes, verifies and refuses as the TypeScript package does', async () => {
    const documents = fc.sample(fc.jsonValue({ maxDepth: 4 }), DOCUMENTS).map(value => ({ json: JSON.stringify(value), value }));
    // Numbers in every magnitude, where the two languages write shortest digits differently.
    const numbers = fc
      .sample(fc.double({ noNaN: true, noDefaultInfinity: true }), DOCUMENTS)
      .map(value => ({ json: JSON.stringify(value), value }));
    const file = join(folder, 'documents.json');
    const readable = [...documents, ...numbers].filter(({ value }) => JSON.stringify(value).isWellFormed());
    await writeFile(file, JSON.stringify(readable.map(({ json }) => ({ json, canonical: canonicalJson(JSON.parse(json)) }))));
    const { code, output } = await runTests('test_[va]*.py', { HOLDPOINT_DOCUMENTS: file });
    expect(output).toMatch(/test_is_what_the_typescript_package_writes_for_any_document .*\n?.*ok/);
    expect(code, output).toBe(0);
  });

  it('asks, waits, spends once, and refuses what was not approved, on a running instance', async () => {
    const { port } = decisions.address() as { port: number };
    const { code, output } = await runTests('test_client.py', {
      HOLDPOINT_URL: world.url,
      HOLDPOINT_API_KEY: world.keys.live,
      HOLDPOINT_DECIDE_URL: `http://127.0.0.1:${port}`,
    });
    expect(output).not.toContain('skipped');
    expect(output).not.toContain(world.keys.live);
    expect(code, output).toBe(0);
  });
});
