import { streamOf, type EventData } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { ordinarily, person } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

const tenant = () => world.credentials.organizationId;
const ada = person('ada', 'owner');
const decided = async (count: number, type: 'Approve' | 'Reject', options: Parameters<RunningConsole['pending']>[0] = {}) => {
  let last = '';
  for (let index = 0; index < count; index += 1) {
    last = await world.pending(options);
    await world.record(last, { type, ...ordinarily, by: ada, channel: 'console', now: world.parts.now(), note: 'looked at' });
  }
  await world.shown(last, 'decided');
};

describe('what is to be looked at afterwards', () => {
  type Task = { approvalId: string; kind: string; agreed: boolean | null; agentId: string };
  const tasks = async (query = '') => (await world.json<{ items: Task[] }>('GET', `/api/reviews${query}`)).items;

  it('are samples of what passed by itself, until somebody has looked', async () => {
    const sampled = await world.pending({}, { verdict: 'APPROVE_AUTOMATICALLY', sampled: true });
    await world.pending({}, { verdict: 'APPROVE_AUTOMATICALLY' });
    await world.shown(sampled, 'decided');
    expect(await tasks()).toMatchObject([{ approvalId: sampled, kind: 'sample', agreed: null, agentId: 'agt_assistant' }]);
    expect(await tasks('?kind=breakGlass')).toEqual([]);
    await world.record(sampled, { type: 'Review', ...ordinarily, by: ada, channel: 'console', now: world.parts.now(), agreed: false });
    await expect.poll(() => tasks()).toEqual([]);
    expect(await tasks('?state=done')).toMatchObject([{ approvalId: sampled, agreed: false, reviewedBy: { id: ada.id } }]);
  });
  it('are judged by auditors too, though they decide nothing else, and not by viewers', async () => {
    const sampled = await world.pending({}, { verdict: 'APPROVE_AUTOMATICALLY', sampled: true });
    await world.shown(sampled, 'decided');
    const judge = async (role: 'viewer' | 'auditor') =>
      (await world.call('POST', `/api/approvals/${sampled}/review`, { agreed: true }, (await aMember(world, [role])).headers)).status;
    expect(await judge('viewer')).toBe(403);
    expect(await judge('auditor')).toBe(200);
    await expect.poll(() => tasks()).toEqual([]);
  });
  it('come in pages, oldest first', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) ids.push(await world.pending({}, { verdict: 'APPROVE_AUTOMATICALLY', sampled: true }));
    await world.shown(ids[2]!, 'decided');
    const first = await world.json<{ items: Task[]; nextCursor: string }>('GET', '/api/reviews?limit=2');
    const second = await world.json<{ items: Task[]; nextCursor: null }>('GET', `/api/reviews?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(task => task.approvalId)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await world.call('GET', '/api/reviews?cursor=nonsense')).status).toBe(400);
  });
});

describe('calibration', () => {
  type Band = {
    agentId: string;
    tool: string;
    band: { from: number; to: number };
    currency: string;
    decided: number;
    agreed: number;
    low: number;
  };
  const about = { agentId: 'agt_assistant', tool: 'issue_refund', currency: 'USD', band: { from: 100, to: 250 } };

  it('counts what people decided about live requests, with the interval of their agreement', async () => {
    await decided(80, 'Approve');
    await decided(1, 'Approve', { test: true });
    const { items } = await world.json<{ items: Band[] }>('GET', '/api/calibration?days=1');
    expect(items).toMatchObject([{ ...about, decided: 80, agreed: 80 }]);
    expect(items[0]?.low).toBeGreaterThan(0.95);
    expect(await world.json('GET', '/api/calibration?tool=another')).toEqual({ items: [] });
  });

  it('proposes a narrow rule as a draft, which decides nothing before a person publishes it', async () => {
    const draft = await world.json<{ id: string; rule: { when: string } }>('POST', '/api/calibration/propose', about);
    expect(draft.rule.when).toContain('tool == "issue_refund"');
    const { items } = await world.json<{ items: object[] }>('GET', '/api/policy-drafts');
    expect(items).toMatchObject([{ id: draft.id, source: 'calibration' }]);
    expect(world.parts.directory.activePolicy(tenant())).toMatchObject({ version: 1 });
    expect(await world.json('POST', `/api/policy-drafts/${draft.id}/publish`, { activate: false })).toMatchObject({
      version: 2,
      active: false,
    });
  });

  it('proposes nothing where people disagree, or where they decided nothing', async () => {
    await decided(5, 'Reject');
    const propose = (body: object) => world.call('POST', '/api/calibration/propose', body);
    expect(((await (await propose(about)).json()) as { code: string }).code).toBe('nothing_to_propose');
    expect((await propose({ ...about, band: { from: 0, to: 10 } })).status).toBe(404);
  });
});

describe('a band that went back to people', () => {
  const band = { agentId: 'assistant', tool: 'issue_refund', band: { from: 0, to: 50 } };
  it('is listed until an administrator releases it', async () => {
    const returned: EventData<'BandReturnedToReview'> = { ...band, sampled: 20, rejected: 6, at: world.parts.now() };
    const { revision } = await world.parts.eventLog.load(streamOf.gatePolicy(tenant()));
    const { position } = await world.parts.eventLog.append(
      streamOf.gatePolicy(tenant()),
      [{ type: 'BandReturnedToReview', data: returned }],
      {
        expectedRevision: revision,
        commandId: newId('cmd'),
        tenant: tenant(),
        actor: 'service:routing',
        recordedAt: world.parts.now(),
      },
    );
    await world.parts.directory.atLeast(position);
    expect(await world.json('GET', '/api/bands')).toMatchObject({ items: [{ ...band, sampled: 20, rejected: 6 }] });
    expect((await world.call('POST', '/api/bands/release', band)).status).toBe(204);
    expect(await world.json('GET', '/api/bands')).toEqual({ items: [] });
    expect((await world.call('POST', '/api/bands/release', band)).status).toBe(404);
  });
});
