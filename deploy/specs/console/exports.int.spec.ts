import { ordinarily, person } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember, type AMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

type Item = Record<string, unknown> & { cursor: string };

let world: RunningConsole;
let auditor: AMember;
let stranger: AMember;
const ids: string[] = [];

beforeAll(async () => {
  world = await startConsole();
  auditor = await aMember(world, ['auditor']);
  stranger = await aMember(world, ['owner'], 'org_other');
  for (let number = 0; number < 6; number += 1) {
    const asked = { contextSummary: `=SUM(A${number})`, proposedAction: 'Refund, "now"', entityId: '@A-1', riskLevel: 'medium' as const };
    const context = { messages: [{ role: 'user', content: `Broken lamp ${number}` }] };
    ids.push(await world.pending({ private: { arguments: asked, context } }));
  }
  const by = { ...ordinarily, by: person('ada', 'owner'), channel: 'console' as const, now: world.parts.now() };
  await world.record(ids[0]!, { type: 'Approve', ...by, note: 'Photographs checked' });
  await world.record(ids[1]!, { type: 'Reject', ...by, note: '-Not ours' });
  await world.record(ids[2]!, { type: 'ExpireApproval', now: new Date(Date.now() + 7_200_000).toISOString() });
  await world.shown(ids[2]!, 'decided');
});
afterAll(() => world.close());

const text = async (path: string, headers = auditor.headers) => {
  const reply = await world.call('GET', path, undefined, headers);
  return {
    status: reply.status,
    type: reply.headers.get('content-type'),
    file: reply.headers.get('content-disposition'),
    body: await reply.text(),
  };
};
const items = async (path: string, headers = auditor.headers) =>
  (JSON.parse((await text(path, headers)).body) as { items: Item[]; cursor: string | null }).items;

describe('a download', () => {
  it('of requests is a CSV file that calculates nothing', async () => {
    const { status, type, file, body } = await text('/api/exports/approvals');
    expect([status, type, file]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
      'attachment; filename="holdpoint-approvals.csv"',
    ]);
    const [head, ...lines] = body.trimEnd().split('\r\n');
    expect(head).toMatch(/^id,status,requestedAt,/);
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).toContain(`'@A-1`);
    expect(body).toContain(`,'=SUM(A0),"Refund, ""now""",`);
    expect(body).not.toMatch(/(^|,|")[=@]/m);
  });

  it('of decisions says who decided what, as JSON', async () => {
    const decisions = await items('/api/exports/decisions?format=json');
    const said = new Map(decisions.map(({ id, decision, byKind, byId }) => [id, { decision, byKind, byId }]));
    expect(decisions).toHaveLength(3);
    expect(said.get(ids[0])).toEqual({ decision: 'approved', byKind: 'operator', byId: 'opr_ada' });
    expect(said.get(ids[1])).toEqual({ decision: 'rejected', byKind: 'operator', byId: 'opr_ada' });
    expect(said.get(ids[2])).toMatchObject({ decision: 'expired', byKind: 'timeout' });
  });

  it('for tuning has what was proposed, the context, and what a person decided and why, line by line', async () => {
    const { type, body } = await text('/api/exports/training');
    expect(type).toBe('application/x-ndjson; charset=utf-8');
    const lines = body
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Item);
    expect(lines.map(({ approvalId }) => approvalId).toSorted()).toEqual([ids[0], ids[1]].toSorted());
    expect(lines.find(({ approvalId }) => approvalId === ids[0])).toMatchObject({
      proposed: { contextSummary: '=SUM(A0)', action: { name: 'issue_refund' } },
      context: { messages: [{ content: 'Broken lamp 0' }] },
      decided: { decision: 'approved', note: 'Photographs checked', by: { id: 'opr_ada' } },
    });
    expect(body).not.toContain('Ada');
  });

  it('of the history has every event with its actor and a sentence, and nothing that is sealed', async () => {
    const history = await items('/api/exports/audit?format=json');
    expect(history.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['OrganizationCreated', 'ApprovalRequested', 'StepApproved', 'ApprovalExpired']),
    );
    expect(history.every(({ actor, summary }) => typeof actor === 'string' && summary !== '')).toBe(true);
    const whole = JSON.stringify(history);
    for (const sealed of ['Photographs', 'Broken lamp', world.credentials.email, '"hash"', '"private"'])
      expect(whole).not.toContain(sealed);
    const raw = (await text('/api/exports/audit?format=csv')).body;
    expect(raw.split('\r\n').length).toBe(history.length + 2);
  });

  it('of the history still has what happened to an erased request, the others have it no more', async () => {
    const id = await world.pending({
      private: { arguments: { contextSummary: 'A', proposedAction: 'B', entityId: 'C', riskLevel: 'low' } },
    });
    await world.call('POST', `/api/approvals/${id}/reject`, { note: 'No.' });
    await world.shown(id, 'decided');
    await world.call('POST', `/api/approvals/${id}/erase`, { note: 'Request 2026-14.' });
    await world.parts.eventLog.destroyKeys(id);
    for (const name of ['approvals', 'decisions', 'training'])
      await expect.poll(async () => JSON.stringify(await items(`/api/exports/${name}?format=json`))).not.toContain(id);
    const history = (await items('/api/exports/audit?format=json')).filter(({ stream }) => stream === `approval-${id}`);
    expect(history.map(({ type }) => type)).toEqual([
      'ApprovalRequested',
      'GateEvaluated',
      'ReviewStepOpened',
      'StepRejected',
      'ApprovalRejected',
      'ErasureOrdered',
    ]);
    expect(history.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/asked to run issue_refund/),
      expect.stringMatching(/^Rule default/),
      expect.stringMatching(/^Step "review" opened/),
      expect.stringMatching(/rejected by api/),
      expect.stringMatching(/^Rejected by/),
      expect.stringMatching(/had what was written erased: Request 2026-14\./),
    ]);
    expect(history[0]).toMatchObject({ data: { toolName: 'issue_refund', riskLevel: 'medium' } });
  });

  it.each(['approvals', 'decisions', 'audit', 'training'])('of %s goes on behind any record that arrived', async name => {
    const whole = await items(`/api/exports/${name}?format=json`);
    for (const at of [0, Math.floor(whole.length / 2), whole.length - 1])
      expect(await items(`/api/exports/${name}?format=json&cursor=${whole[at]!.cursor}`)).toEqual(whole.slice(at + 1));
    const bad = await text(`/api/exports/${name}?format=json&cursor=k1.zzz`);
    expect([bad.status, (JSON.parse(bad.body) as { code: string }).code]).toEqual([400, 'cursor_unreadable']);
  });

  it('keeps to its period and agent', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const today = new Date().toISOString().slice(0, 10);
    expect(await items(`/api/exports/approvals?format=json&from=${tomorrow}`)).toEqual([]);
    expect(await items(`/api/exports/decisions?format=json&to=${today}`)).toEqual([]);
    expect(await items(`/api/exports/approvals?format=json&from=${today}`)).toHaveLength(6);
    expect(await items('/api/exports/approvals?format=json&agent=another')).toEqual([]);
    const { status, body } = await text('/api/exports/approvals?from=yesterday&format=xlsx');
    expect([status, (JSON.parse(body) as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).toSorted()]).toEqual([
      400,
      ['/format', '/from'],
    ]);
  });

  it('has nothing of another organisation', async () => {
    for (const name of ['approvals', 'decisions', 'training'])
      expect(await items(`/api/exports/${name}?format=json`, stranger.headers)).toEqual([]);
    expect((await items('/api/exports/audit?format=json', stranger.headers)).map(({ type }) => type)).toEqual([
      'MemberJoined',
      'RoleGranted',
      'PersonalAccessTokenIssued',
    ]);
  });
});
