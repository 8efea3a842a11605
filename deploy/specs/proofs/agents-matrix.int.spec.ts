import type { ApiKeyScope } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';
import { setGateway } from '../mcp/a-gateway.ts';
import { nameOf, withRoutes, type Route } from './route-table.ts';

/** What an API key must hold for a call, and what of the first organisation's is in it. */
type AgentsRoute = { scope: ApiKeyScope | null; body?: () => object };

const CANARY = 'kanarienvogel';
let ingest: RunningIngest;
let table: Route[];
let id: string;

const ARGUMENTS = { contextSummary: CANARY, proposedAction: CANARY, entityId: CANARY, riskLevel: 'high' };
const asked = (extra: object = {}) => ({
  ...aRequest(extra),
  arguments: ARGUMENTS,
});
const HASH = 'a'.repeat(64);
const check = () => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'check_approval', arguments: { approval_id: id, wait_seconds: 0 } },
});

const ROUTES: Record<string, AgentsRoute> = {
  'POST /v1/approvals': { scope: 'requests:write', body: asked },
  'POST /v1/approvals:batch': { scope: 'requests:write', body: () => ({ items: [asked()] }) },
  'GET /v1/approvals': { scope: 'requests:read' },
  'GET /v1/approvals/:id': { scope: 'requests:read' },
  'GET /v1/approvals/:id/wait': { scope: 'requests:read' },
  'POST /v1/approvals/:id/withdraw': { scope: 'requests:write', body: () => ({}) },
  'POST /v1/approvals/:id/revise': { scope: 'requests:write', body: () => ({ arguments: ARGUMENTS }) },
  'POST /v1/approvals/:id/answers': { scope: 'requests:write', body: () => ({ questionId: 'qst_1', text: 'x' }) },
  'POST /v1/approvals/:id/consume': { scope: 'requests:write', body: () => ({ actionHash: HASH }) },
  'POST /v1/approvals/:id/executions': { scope: 'requests:write', body: () => ({ actionHash: HASH, outcome: 'succeeded' }) },
  'POST /mcp': { scope: 'requests:read', body: check },
  'POST /mcp/gateway/:id': { scope: 'requests:read', body: check },
};
/** Descriptions and keys that everybody may have, and what the machine asks. */
const PUBLIC = [
  'GET /.well-known/jwks.json',
  'GET /.well-known/oauth-protected-resource',
  'GET /.well-known/oauth-protected-resource/mcp',
  'GET /.well-known/oauth-protected-resource/mcp/gateway/:id',
  'GET /openapi.json',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  // Brings no key: the signature over its body says who it is.
  'POST /v1/hooks/:provider/:connection',
];

beforeAll(async () => {
  const { world, routesOf } = await withRoutes(() => startIngest());
  ingest = world;
  table = routesOf(world.url);
  ({ id } = await ingest.ask(asked()));
  // A gateway of the same name: an approval's id can be one.
  await setGateway(ingest, id, { url: `https://${CANARY}.example.test/mcp` });
});
afterAll(() => ingest.close());

const call = async (name: string, key: string) => {
  const [method, path] = name.split(' ') as ['GET' | 'POST', string];
  const query = path.endsWith('/wait') ? '?timeout=0' : '';
  const headers = path.startsWith('/mcp') ? { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' } : {};
  const reply = await ingest.call(method, path.replace(':id', id) + query, ROUTES[name]?.body?.(), { key, headers });
  return { status: reply.status, text: await reply.text() };
};
const eventsOf = async (tenant: string) => {
  let count = 0;
  await ingest.parts.eventLog.replay({
    from: 'start',
    prefixes: [''],
    onEvents: events => void (count += events.filter(({ metadata }) => metadata.tenant === tenant).length),
  });
  return count;
};

describe("the agents' API", () => {
  it('has every route of the running service in this matrix, and none that is not there', () => {
    expect([...Object.keys(ROUTES), ...PUBLIC].toSorted()).toEqual(table.map(nameOf).toSorted());
  });

  it('answers nobody without a key that is known, and no person’s token', async () => {
    for (const name of Object.keys(ROUTES))
      for (const key of ['', 'hp_live_unknown', 'hpo_unknown', `${ingest.keys.live}x`])
        expect((await call(name, key)).status, `${name} ${key}`).toBe(401);
  });

  it('shows and changes nothing of another organisation’s', async () => {
    const before = await eventsOf('org_a');
    for (const name of Object.keys(ROUTES)) {
      const { status, text } = await call(name, ingest.keys.foreign);
      if (name.includes(':id')) expect(status, `${name}: ${text}`).toBe(404);
      if (name === 'POST /mcp') expect(text).toMatch(/not_found|no approval/);
      if (name.startsWith('GET')) expect(text, name).not.toContain(CANARY);
    }
    expect(await eventsOf('org_a')).toBe(before);
  });

  it('shows nothing of live requests to a test key', async () => {
    for (const name of Object.keys(ROUTES).filter(route => route.includes(':id'))) {
      const { status, text } = await call(name, ingest.keys.test);
      if (name.startsWith('POST /mcp')) expect(text, name).toContain('key_mode_mismatch');
      else expect(status, name).toBe(404);
    }
  });

  it('asks each key for the scope the route needs', async () => {
    for (const [name, { scope }] of Object.entries(ROUTES)) {
      if (name === 'POST /mcp') continue;
      const without = scope === 'requests:read' ? ingest.keys.writeOnly : ingest.keys.readOnly;
      const { status, text } = await call(name, without);
      expect([name, status, (JSON.parse(text) as { code: string }).code]).toEqual([name, 403, 'scope_missing']);
    }
  });

  it('was there to be found: its own organisation reaches it on every route', async () => {
    for (const name of Object.keys(ROUTES)) {
      const { status, text } = await call(name, ingest.keys.live);
      // Nothing was asked back, so an answer finds no question; the approval itself was found.
      if (!name.endsWith('/answers')) expect([401, 404], `${name}: ${text}`).not.toContain(status);
      if (name === 'POST /mcp') expect(text).toContain('withdrawn');
    }
  });
});
