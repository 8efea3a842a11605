import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { connectClient, GENERATIONS } from './a-client.ts';

const guide = readFileSync(fileURLToPath(new URL('../../../docs/guides/mcp.md', import.meta.url)), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!);

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

describe('the MCP guide', () => {
  it.each(blocks('json'))('configures a host that gets in: %s', async text => {
    const { holdpoint } = (JSON.parse(text) as { mcpServers: Record<string, { url: string; headers: { Authorization: string } }> })
      .mcpServers;
    const { pathname, port } = new URL(holdpoint!.url);
    expect([pathname, port]).toEqual(['/mcp', '7070']);
    const key = holdpoint!.headers.Authorization.replace(/\$\{(env:)?HOLDPOINT_API_KEY\}/, world.keys.live).replace(/^Bearer /, '');
    for (const generation of GENERATIONS) await (await connectClient(generation, world.url, key)).close();
  });
  it('describes a connector for Copilot Studio at the address that is served', () => {
    const [connector] = blocks('yaml').map(
      text => parse(text) as { swagger: string; paths: Record<string, { post: Record<string, unknown> }> },
    );
    expect(connector!.swagger).toBe('2.0');
    expect(connector!.paths['/mcp']!.post['x-ms-agentic-protocol']).toBe('mcp-streamable-1.0');
  });
  it('names every tool and no other', async () => {
    const client = await connectClient('2026-07-28', world.url, world.keys.live);
    const served = (await client.tools()).map(({ name }) => name);
    await client.close();
    expect([...guide.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(served);
  });
});
