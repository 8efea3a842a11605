import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newMcpGateway } from '@holdpoint/contracts';
import { startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { connectClient, GENERATIONS } from './a-client.ts';
import { setGateway } from './a-gateway.ts';

const guide = readFileSync(fileURLToPath(new URL('../../../docs/guides/mcp.md', import.meta.url)), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!);

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
  await setGateway(world, 'billing', { url: 'https://billing.example.com/mcp' });
});
afterAll(() => world.close());

describe('the MCP guide', () => {
  it.each(blocks('json'))('configures a host that gets in: %s', async text => {
    const { mcpServers } = JSON.parse(text) as { mcpServers: Record<string, { url: string; headers: { Authorization: string } }> };
    const [[name, server]] = Object.entries(mcpServers) as [[string, (typeof mcpServers)[string]]];
    const { pathname, port } = new URL(server.url);
    expect([pathname, port]).toEqual([name === 'holdpoint' ? '/mcp' : '/mcp/gateway/billing', '7070']);
    const key = server.headers.Authorization.replace(/\$\{(env:)?HOLDPOINT_API_KEY\}/, world.keys.live).replace(/^Bearer /, '');
    for (const generation of GENERATIONS) await (await connectClient(generation, world.url, key, fetch, pathname)).close();
  });
  it('sets a gateway with a body that is taken', () => {
    const [, body] = /mcp-gateways -d '([^']+)'/.exec(blocks('sh').join('\n'))!;
    const gateway = newMcpGateway.parse(JSON.parse(body!));
    expect(gateway).toMatchObject({ id: 'billing', timeoutSec: 30, resultKeptSec: 900, mode: 'live' });
    expect(Object.keys(gateway.tools)).toEqual(['issue_refund']);
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
