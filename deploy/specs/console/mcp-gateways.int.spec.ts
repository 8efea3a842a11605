import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
  await world.json('POST', '/api/agents', { id: 'bookkeeper', name: 'Bookkeeper' });
});
afterAll(() => world?.close());

const tenant = () => world.parts.directory.organizations()[0]!.organizationId;
const known = (id = 'billing') => world.parts.directory.mcpGateway(tenant(), id);
const billing = (more: object = {}) => ({
  id: 'billing',
  name: 'Billing',
  url: 'https://billing.example.test/mcp',
  credential: { bearer: 'upstream-secret' },
  agents: ['bookkeeper'],
  passThrough: ['get_invoice'],
  tools: { issue_refund: { amount: '/amount', riskLevel: 'high' } },
  ...more,
});
const refused = async (body: object) => {
  const response = await world.call('POST', '/api/mcp-gateways', body);
  const problem = (await response.json()) as { errors?: { pointer: string }[] };
  return [response.status, problem.errors?.map(({ pointer }) => pointer)];
};

describe('an MCP gateway', () => {
  it('is set whole, with its secret sealed and never shown again', async () => {
    const set = await world.json<object>('POST', '/api/mcp-gateways', billing());
    const shown = {
      id: 'billing',
      name: 'Billing',
      url: 'https://billing.example.test/mcp',
      mode: 'live',
      agents: ['bookkeeper'],
      passThrough: ['get_invoice'],
      tools: { issue_refund: { amount: '/amount', riskLevel: 'high' } },
      timeoutSec: 30,
      resultKeptSec: 900,
      credential: { header: 'authorization' },
    };
    expect(set).toEqual(shown);
    expect(await world.json('GET', '/api/mcp-gateways')).toEqual({ items: [shown] });
    expect(known()).toMatchObject({ credential: { header: 'authorization', value: 'Bearer upstream-secret' } });
    const history = JSON.stringify(await world.json('GET', '/api/organization/history'));
    expect(history).toContain(
      'The MCP gateway billing was set: https://billing.example.test/mcp, for bookkeeper; get_invoice pass without asking.',
    );
    expect(history).not.toContain('upstream-secret');
  });

  it('keeps its secret when other things change, but takes it to no other origin', async () => {
    const { credential: _left, ...rest } = billing({ url: 'https://billing.example.test/v2/mcp' });
    await world.json('POST', '/api/mcp-gateways', rest);
    expect(known()?.credential?.value).toBe('Bearer upstream-secret');
    expect(await refused({ ...rest, url: 'https://evil.example.test/mcp' })).toEqual([422, ['/credential']]);
    expect(known()?.url).toBe('https://billing.example.test/v2/mcp');
    await world.json('POST', '/api/mcp-gateways', { ...rest, credential: { header: 'X-Api-Key', value: 'other' } });
    expect(known()?.credential).toEqual({ header: 'x-api-key', value: 'other' });
    await world.json('POST', '/api/mcp-gateways', { ...rest, url: 'https://elsewhere.example.test/mcp', credential: null });
    expect(known()?.credential).toBeNull();
  });

  it.each([
    ['/url', { url: 'https://user:secret@billing.example.test/mcp' }],
    ['/url', { url: 'ftp://billing.example.test/mcp' }],
    ['/url', { url: 'https://2130706433/mcp' }],
    ['/credential', { credential: { header: 'content-length', value: '1' } }],
    ['/credential', { credential: { bearer: 'line\nbreak' } }],
    ['/agents/0', { agents: ['nobody'] }],
    ['/passThrough/0', { passThrough: ['issue_refund'] }],
    ['/tools/issue_refund/amount', { tools: { issue_refund: { amount: 'amount' } } }],
    ['/tools/issue_refund/riskLevel', { tools: { issue_refund: { riskLevel: 'none' } } }],
    ['/timeoutSec', { timeoutSec: 600 }],
    ['/mode', { mode: 'both' }],
  ])('is refused naming %s for %j', async (pointer, wrong) => {
    const [status, pointers] = await refused(billing({ id: 'wrong', ...wrong }));
    expect(status).toBe(422);
    expect((pointers as string[]).some(at => at.startsWith(pointer))).toBe(true);
    expect(known('wrong')).toBeNull();
  });

  it('is removed, once', async () => {
    expect((await world.call('DELETE', '/api/mcp-gateways/billing')).status).toBe(204);
    expect(known()).toBeNull();
    expect((await world.call('DELETE', '/api/mcp-gateways/billing')).status).toBe(404);
  });
});
