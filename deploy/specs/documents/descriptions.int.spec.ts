import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const check = async (document: Record<string, unknown>) => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  return { ...result, version: validator.version };
};

describe('the description of the agents’ API', () => {
  let world: RunningIngest;
  let document: Record<string, unknown>;
  let folder: string;
  beforeAll(async () => {
    world = await startIngest();
    document = (await (await world.call('GET', '/openapi.json')).json()) as Record<string, unknown>;
    folder = await mkdtemp(join(tmpdir(), 'descriptions-spec-'));
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is OpenAPI 3.1, and a broken one would not be', async () => {
    expect(await check(document)).toEqual({ valid: true, version: '3.1' });
    expect(await check({ ...document, paths: { '/v1/approvals': { post: { responses: 'none' } } } })).toMatchObject({ valid: false });
  });

  it('makes types against which an app compiles, and a wrong call does not', async () => {
    await writeFile(join(folder, 'api.ts'), astToString(await openapiTypescript(JSON.stringify(document))));
    await writeFile(join(folder, 'app.ts'), APP);
    expect(await compile(folder, 'app.ts')).toBe('');
    await writeFile(join(folder, 'wrong.ts'), APP.replace("riskLevel: 'medium'", "riskLevel: 'enormous'"));
    expect(await compile(folder, 'wrong.ts')).toMatch(/wrong\.ts\(\d+,\d+\): error TS2322/);
  }, 60_000);
});

describe('the description for Copilot Studio', () => {
  it('is Swagger 2.0', async () => {
    const text = await readFile(join(root, 'libs/agents/src/copilot-studio/holdpoint.swagger.json'), 'utf8');
    const document = JSON.parse(text) as Record<string, unknown>;
    expect(await check(document)).toEqual({ valid: true, version: '2.0' });
    expect(await check({ ...document, paths: { '/v1/approvals': { post: {} } } })).toMatchObject({ valid: false });
  });
});

/** What the compiler has to say; nothing where all is well. */
const compile = async (folder: string, file: string): Promise<string> => {
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2024',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--allowImportingTsExtensions',
  ];
  const tsc = join(root, 'node_modules/ts7/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, ...options, '--lib', 'es2024,dom', '--types', '', join(folder, file)], {
      cwd: folder,
    });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  }
};

/** An app that knows nothing of Holdpoint but the generated types. */
const APP = `import type { operations } from './api.ts';

type Ask = operations['requestApproval'];
type Asked = Ask['requestBody'] extends infer Body ? (NonNullable<Body> extends { content: infer Content } ? Content : never) : never;
type Body = Asked extends { 'application/json': infer Json } ? Json : never;
type Accepted = Ask['responses'][202]['content']['application/json'];
type Approval = operations['waitForDecision']['responses'][200]['content']['application/json'];

const body: Body = {
  source: 'custom',
  arguments: { contextSummary: 'It arrived broken', proposedAction: 'Refund $245', entityId: 'A-1', riskLevel: 'medium' },
  action: { name: 'issue_refund', args: { order_id: 'A-1' } },
};
export const ask = async (baseUrl: string, key: string): Promise<boolean> => {
  const headers = { authorization: \`Bearer \${key}\`, 'content-type': 'application/json' };
  const reply = await fetch(\`\${baseUrl}/v1/approvals\`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { id } = (await reply.json()) as Accepted;
  const waited = await fetch(\`\${baseUrl}/v1/approvals/\${id}/wait\`, { headers });
  return ((await waited.json()) as Approval).decision?.approved === true;
};
`;
