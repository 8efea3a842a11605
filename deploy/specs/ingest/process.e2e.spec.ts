import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEventStore, type RunningEventStore } from '@holdpoint/event-store';
import { processEnvironment } from '@holdpoint/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll } from '../../build/build-all.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let dataDir: string;
let store: RunningEventStore;
beforeAll(async () => {
  buildAll();
  dataDir = await mkdtemp(join(tmpdir(), 'ingest-process-'));
  store = await startEventStore({ dataDir: join(dataDir, 'events'), port: 0, limits: { diskFreeBytesMin: 0, diskFreePercentMin: 0 } });
});
afterAll(async () => {
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Ingest as its own process, as it is deployed, with its lines of output as they come. */
const startProcess = (env: Record<string, string>) => {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'services/ingest/dist/main.js')],
    {
      cwd: root,
      env: {
        PATH: processEnvironment()['PATH'],
        HOLDPOINT_DATA: dataDir,
        HOLDPOINT_TRANSPORT: 'inProcess',
        EVENTSTORE_CONNECTION_STRING: `esdb://127.0.0.1:${store.port}?tls=false`,
        INGEST_PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) createInterface(stream).on('line', line => void lines.push(line));
  const exited = new Promise<number | null>(resolve => void child.on('exit', resolve));
  return { child, lines, exited };
};

describe('ingest as a process', () => {
  it('says when it is ready, answers, and on SIGTERM stops with status 0', async () => {
    const { child, lines, exited } = startProcess({});
    await expect.poll(() => lines.find(line => line.includes('ingest is ready')), { timeout: 20_000 }).toBeDefined();
    const { port } = JSON.parse(lines.find(line => line.includes('ingest is ready'))!) as { port: number };
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/v1/approvals`, { method: 'POST' })).status).toBe(401);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(lines.at(-1)).toContain('stopped');
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
  it('does not start on a configuration it cannot use, and names every variable', async () => {
    const { lines, exited } = startProcess({
      INGEST_PORT: '99999',
      INGEST_RATE_BURST: 'many',
      EVENTSTORE_CONNECTION_STRING: 'db',
      LOG_LEVEL: 'loud',
    });
    expect(await exited).toBe(1);
    const text = lines.join('\n');
    for (const name of ['INGEST_PORT', 'INGEST_RATE_BURST', 'EVENTSTORE_CONNECTION_STRING', 'LOG_LEVEL'])
      expect(text).toContain(`${name}:`);
    expect(text).not.toContain('    at ');
  });
  it('says on one line why it could not start', async () => {
    const file = join(dataDir, 'open.key');
    await writeFile(file, Buffer.alloc(32).toString('base64'), { mode: 0o644 });
    const { lines, exited } = startProcess({ HOLDPOINT_MASTER_KEY_FILE: file });
    expect(await exited).toBe(1);
    expect(lines.filter(line => line.includes('ingest could not start'))).toHaveLength(1);
    expect(lines.join()).toContain('chmod 600');
  });
});
