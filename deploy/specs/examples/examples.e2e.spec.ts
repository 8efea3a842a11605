import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aGate, type Answer, type Gate } from '../sdk/a-gate.ts';
import { startProvider } from './a-provider.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const python = spawnSync('python3', ['--version']).status === 0;
const NODE = ['--conditions=@holdpoint/source', '--import', 'tsx'];
/** The programs that end by themselves; the MCP server is driven by a client. */
const PROGRAMS = ['plain-http', 'openai', 'openai-agents', 'anthropic', 'claude-agent', 'langchain', 'ai-sdk'].map(
  name => `${name}/refund.mjs`,
);
const EVERY = [...PROGRAMS, 'python/refund.py'];
const needsPython = (path: string) => path.endsWith('.py') && !python;

let gate: Gate;
let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  [gate, provider] = await Promise.all([aGate(), startProvider()]);
});
afterAll(async () => {
  provider.close();
  await gate.close();
});

let calls = 0;
const environment = (): Record<string, string> => ({
  TSX_TSCONFIG_PATH: `${root}/tsconfig.base.json`,
  PYTHONPATH: `${root}/libs/sdk-python/src`,
  PYTHONDONTWRITEBYTECODE: '1',
  HOLDPOINT_URL: gate.world.url,
  HOLDPOINT_API_KEY: gate.world.keys.live,
  OPENAI_API_KEY: 'sk-example',
  OPENAI_BASE_URL: `${provider.url}/v1`,
  ANTHROPIC_API_KEY: 'sk-example',
  ANTHROPIC_BASE_URL: provider.url,
  CLAUDE_CODE_PATH: `${root}/deploy/specs/examples/a-claude-code.mjs`,
  CLAUDE_CODE: JSON.stringify({
    call: { id: `toolu_${process.pid}_${++calls}`, name: 'mcp__shop__issue_refund', input: { order_id: 'A-1', amount: 50 } },
  }),
});

const runExample = (path: string, answer: Answer) =>
  new Promise<{ code: number | null; said: string; errors: string }>(resolve => {
    const file = `${root}/docs/examples/${path}`;
    const command = path.endsWith('.py') ? ['python3', file] : [process.execPath, ...NODE, file];
    const variables = Object.entries(environment()).map(([name, value]) => `${name}=${value}`);
    // A call of its own for each run.
    const child = spawn('env', [...variables, ...command, `${process.pid}-${answer}-${path}`], { cwd: root });
    let [said, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.on('close', code => resolve({ code, said, errors }));
  });

describe('the examples', () => {
  it('are all run here', () => {
    const folders = readdirSync(`${root}/docs/examples`, { withFileTypes: true }).filter(entry => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...PROGRAMS.map(path => path.split('/')[0]), 'python', 'mcp'].sort());
  });
  it.for(EVERY)('%s refunds when it was approved', async (path, { skip }) => {
    skip(needsPython(path), 'needs python3');
    gate.from('approve');
    const { code, said, errors } = await runExample(path, 'approve');
    expect(said, errors).toContain('refunded 50');
    expect([code, gate.asked.length]).toEqual([0, 1]);
    expect((await gate.holdpoint.get(gate.asked[0]!)).consumedAt).not.toBeNull();
  });
  it.for(EVERY)('%s does not refund when it was rejected', async (path, { skip }) => {
    skip(needsPython(path), 'needs python3');
    gate.from('reject');
    const { code, said, errors } = await runExample(path, 'reject');
    expect(said, errors).toMatch(/not refunded|Not approved|not_approved|execution-denied/);
    expect(said).not.toContain('refunded 50');
    expect([code, gate.asked.length]).toEqual([0, 1]);
    expect((await gate.holdpoint.get(gate.asked[0]!)).consumedAt).toBeNull();
  });
  it('mcp/server.mjs answers a client of the SDK', async () => {
    const client = new Client({ name: 'agent', version: '1.0.0' });
    const args = [...NODE, `${root}/docs/examples/mcp/server.mjs`];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: root, env: environment() }));
    const call = async () => JSON.stringify(await client.callTool({ name: 'issue_refund', arguments: { order_id: 'A-1', amount: 50 } }));
    gate.from('approve');
    expect(await call()).toContain('refunded 50');
    gate.from('reject');
    expect(await call()).toContain('Not approved. Do not carry out the action.');
    await client.close();
  });
});
