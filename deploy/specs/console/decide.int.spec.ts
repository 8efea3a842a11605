import { approvalDetail, streamOf, type ApprovalDetail, type HistoryEntry } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { hashOf, refund, routeStep } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMember } from './a-member.ts';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let world: RunningConsole;
beforeAll(async () => {
  world = await startConsole();
});
afterAll(() => world.close());

const detailOf = async (id: string) => approvalDetail.parse(await world.json('GET', `/api/approvals/${id}`));
const verb = (id: string, name: string, body: object = {}, headers?: Record<string, string>) =>
  world.call('POST', `/api/approvals/${id}/${name}`, body, headers);
const typesOf = async (id: string) => (await world.parts.eventLog.load(streamOf.approval(id))).events.map(event => event.type);
const asOwner = () => ({ authorization: `Bearer ${world.credentials.personalAccessToken}` });

describe('a verb', () => {
  it('decides, and the page, the inbox and the log say so', async () => {
    const id = await world.pending();
    const reply = await verb(id, 'approve', { note: 'The photo shows it.' });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ outcome: 'done', approvalId: id, status: 'approved', decision: { approved: true } });
    expect(await typesOf(id)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened', 'StepApproved', 'ApprovalGranted']);
    expect(await world.shown(id, 'decided')).toMatchObject({ status: 'approved', decidedBy: { kind: 'operator' } });
    const detail = await detailOf(id);
    expect(detail.decision).toMatchObject({ decision: 'approved', channel: 'api', note: 'The photo shows it.' });
    expect(detail.decision?.receipt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const left = detail.may.filter(({ allowed }) => allowed).map(({ verb: name }) => name);
    expect(left).toEqual(['placeHold', 'erase']);
  });

  it('that comes too late is refused with the name of who was faster and when', async () => {
    const id = await world.pending();
    await verb(id, 'reject', { note: 'No.' });
    const reply = await verb(id, 'approve');
    expect(reply.status).toBe(409);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(await reply.json()).toMatchObject({
      code: 'already_decided',
      status: 409,
      by: { kind: 'operator' },
      at: expect.stringMatching(/^\d{4}-/) as string,
    });
  });

  it('of somebody the step does not ask names the rule', async () => {
    const id = await world.pending({}, { steps: [routeStep({ name: 'finance', approvers: { roles: ['auditor'], operators: [] } })] });
    const reply = await verb(id, 'approve');
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ code: 'not_eligible', detail: expect.stringContaining('finance') as string });
  });

  it('with edited arguments approves the edit and shows both hashes', async () => {
    const id = await world.pending({ action: refund(245) });
    const reply = await verb(id, 'modify', { action: refund(45), note: 'Only the lamp.' });
    expect(await reply.json()).toMatchObject({ outcome: 'done', status: 'modified' });
    const detail = await detailOf(id);
    expect(detail.effectiveAction).toEqual(refund(45));
    expect(detail.action).toEqual(refund(245));
    expect(detail.binding).toMatchObject({ actionHash: hashOf(refund(245)), approvedActionHash: hashOf(refund(45)) });
  });

  it.each([
    ['unknown approval', () => verb(newId('apr'), 'approve'), 404, 'not_found'],
    ['malformed id', () => verb('apr_1', 'approve'), 404, 'not_found'],
    ['unknown verb', async () => verb(await world.pending(), 'destroy'), 404, 'unknown_verb'],
    ['unknown member', async () => verb(await world.pending(), 'approve', { operatorId: 'opr_boss' }), 422, 'invalid_body'],
    ['wrong type', async () => verb(await world.pending(), 'approve', { note: 7 }), 422, 'invalid_body'],
  ])('is refused: %s', async (_what, send, status, code) => {
    const reply = await send();
    expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it.each([
    ['{"note":"a","note":"b"}', 'duplicate_key'],
    ['{"note":', 'syntax'],
    ['{"__proto__":{}}', 'forbidden_key'],
  ])('is refused with the place named when its body is %s', async (body, reason) => {
    const id = await world.pending();
    const reply = await world.call('POST', `/api/approvals/${id}/approve`, body);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ code: 'invalid_json', errors: [{ detail: reason }] });
  });

  it('sent twice under one key is one decision', async () => {
    const id = await world.pending();
    const headers = { ...asOwner(), 'idempotency-key': 'click-1' };
    const [first, second] = [await verb(id, 'comment', { note: 'Once.' }, headers), await verb(id, 'comment', { note: 'Once.' }, headers)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await typesOf(id)).filter(type => type === 'CommentAdded')).toHaveLength(1);
    expect((await detailOf(id)).comments).toMatchObject([{ text: 'Once.' }]);
  });
});

describe('many at once', () => {
  it('each get an event and an outcome of their own', async () => {
    const [one, two, decided] = [await world.pending(), await world.pending(), await world.pending()];
    await verb(decided, 'approve');
    const reply = await world.call('POST', '/api/approvals:bulk', { verb: 'reject', ids: [one, decided, two], note: 'Not today.' });
    expect(reply.status).toBe(207);
    const { items } = (await reply.json()) as { items: { id: string; outcome: string; status: unknown; code?: string }[] };
    expect(items.map(({ id, outcome, status, code }) => [id, outcome, status, code])).toEqual([
      [one, 'done', 'rejected', undefined],
      [decided, 'refused', 409, 'already_decided'],
      [two, 'done', 'rejected', undefined],
    ]);
  });

  it('are at most a hundred', async () => {
    const ids = Array.from({ length: 101 }, () => newId('apr'));
    expect((await world.call('POST', '/api/approvals:bulk', { verb: 'approve', ids })).status).toBe(422);
  });
});

describe('the page of an approval', () => {
  it('shows everything the agent saw, in its order, and why a person was asked', async () => {
    const context = {
      instructions: 'Refund broken goods.',
      messages: [
        { role: 'user', content: 'It arrived broken.' },
        { role: 'assistant', content: 'I am sorry.' },
      ],
      reasoningTrace: ['The photo shows a crack.'],
      toolLog: [{ name: 'get_order', result: { total: 245 } }],
    };
    const id = await world.pending({ private: { context }, labels: { team: 'shop' } });
    const detail: ApprovalDetail = await detailOf(id);
    expect(detail.context).toEqual(context);
    expect(detail.item).toMatchObject({ id, phase: 'review', mayDecide: true });
    expect(detail.gate).toMatchObject({ verdict: 'HUMAN_REVIEW', policy: { id: 'default', version: 1 }, facts: { amount: 245 } });
    expect(detail.escalation).toMatchObject([
      { level: 0, reached: true },
      { level: 1, approvers: 'senior', reached: false },
      { level: 2, approvers: 'owner', at: null, reached: false },
    ]);
    expect(detail.escalation[1]?.at).not.toBeNull();
    expect(detail.may.find(({ verb: name }) => name === 'approve')).toEqual({ verb: 'approve', allowed: true, why: '' });
    expect(detail.may.find(({ verb: name }) => name === 'release')?.allowed).toBe(false);
    expect(detail.delivery).toMatchObject({ callback: { state: 'pending', attempts: 0 }, resume: { state: 'none' } });
    expect(detail.history.map(entry => entry.type)).toEqual(['ApprovalRequested', 'GateEvaluated', 'ReviewStepOpened']);
    expect(detail.history.every(entry => entry.summary.length > 10)).toBe(true);
  });

  it('does not tell where the waiting workflow of a request can be let go on', async () => {
    const resumeUrl = 'https://logic.example.test/workflows/w/runs/1?sig=CANARY';
    const id = await world.pending({ private: { resumeUrl } });
    await world.shown(id);
    for (const part of ['', '/events']) {
      const text = JSON.stringify(await world.json('GET', `/api/approvals/${id}${part}`));
      expect(text).toContain('"resumeUrl":"[withheld]"');
      expect(text).not.toContain('CANARY');
    }
  });

  it('puts a large context together from its own stream', async () => {
    const context = { instructions: 'x'.repeat(40_000), messages: [{ role: 'user', content: 'Ümlaut' }] };
    const json = JSON.stringify(context);
    const stream = 'context-spec_large';
    const sha256 = '0'.repeat(64);
    const parts = [json.slice(0, 20_001), json.slice(20_001)];
    await world.parts.eventLog.append(
      stream,
      parts.map((part, index) => ({ type: 'ContextStored', data: { sha256, part: index, parts: 2, private: { json: part } } })),
      {
        expectedRevision: 'none',
        commandId: newId('cmd'),
        tenant: world.credentials.organizationId,
        actor: 'service:spec',
        recordedAt: world.parts.now(),
      },
    );
    const id = await world.pending({ contextRef: { stream, sha256, bytes: json.length } });
    expect((await detailOf(id)).context).toEqual(context);
  });

  it('lists the raw events', async () => {
    const id = await world.pending();
    const { items } = await world.json<{ items: HistoryEntry[] }>('GET', `/api/approvals/${id}/events`);
    expect(items.map(entry => [entry.revision, entry.type])).toEqual([
      [0, 'ApprovalRequested'],
      [1, 'GateEvaluated'],
      [2, 'ReviewStepOpened'],
    ]);
    expect(items[0]?.data).toMatchObject({ private: { arguments: { entityId: 'A-1' } } });
  });
});

describe('what was written', () => {
  const decided = async (options: Parameters<RunningConsole['pending']>[0] = {}) => {
    const id = await world.pending(options);
    await verb(id, 'reject', { note: 'Her name is Kanarienvogel.' });
    return id;
  };
  const refused = async (reply: Response) => ({ ...((await reply.json()) as { code: string }), status: reply.status });
  /** Destroys the keys and says so, as the service that is told of the order does. */
  const destroyKeys = async (id: string) => {
    const { eventLog, now } = world.parts;
    const keys = await eventLog.destroyKeys(id);
    const { revision } = await eventLog.loadRaw(streamOf.approval(id));
    await eventLog.append(streamOf.approval(id), [{ type: 'ApprovalErased', data: { ground: 'request', keys, at: now() } }], {
      expectedRevision: revision,
      commandId: newId('cmd'),
      tenant: world.credentials.organizationId,
      actor: 'service:spec',
      recordedAt: now(),
    });
    return keys;
  };
  const ofList = async <T extends { approvalId: string }>(path: string, id: string, headers?: Record<string, string>) =>
    (await world.json<{ items: T[] }>('GET', path, undefined, headers)).items.find(item => item.approvalId === id);

  it('is kept by a legal hold, which takes a reason and an administrator, until somebody releases it', async () => {
    const id = await decided();
    const senior = await aMember(world, ['senior']);
    expect(await refused(await verb(id, 'placeHold', {}))).toMatchObject({ status: 422, code: 'reason_required' });
    expect(await refused(await verb(id, 'placeHold', { note: 'x' }, senior.headers))).toMatchObject({ status: 403, code: 'not_eligible' });
    expect((await detailOf(id)).legalHold).toBeNull();
    expect((await verb(id, 'placeHold', { note: 'Case 2026-117.' })).status).toBe(200);
    const { legalHold, history } = await detailOf(id);
    expect(legalHold).toMatchObject({ by: { kind: 'operator', role: 'owner' } });
    expect(history.at(-1)?.summary).toMatch(/put it on legal hold/);
    await expect.poll(() => ofList('/api/legal-holds', id)).toMatchObject({ status: 'rejected', at: legalHold?.at });
    expect(await refused(await verb(id, 'erase', { note: 'Asked for.' }))).toMatchObject({
      status: 409,
      code: 'legal_hold',
      at: legalHold?.at,
    });
    expect((await verb(id, 'releaseHold', { note: 'The case is closed.' })).status).toBe(200);
    expect((await detailOf(id)).legalHold).toBeNull();
    await expect.poll(() => ofList('/api/legal-holds', id)).toBeUndefined();
    expect(await refused(await verb(id, 'releaseHold', { note: 'Again.' }))).toMatchObject({ status: 409, code: 'not_on_hold' });
  });

  it('goes when an administrator gives a reason, and from then on nobody reads it', async () => {
    const waiting = await world.pending();
    expect(await refused(await verb(waiting, 'erase', { note: 'Asked for.' }))).toMatchObject({ status: 409, code: 'still_open' });
    const id = await decided();
    await world.shown(id, 'decided');
    expect(await refused(await verb(id, 'erase', {}))).toMatchObject({ status: 422, code: 'reason_required' });
    expect((await verb(id, 'erase', { note: 'Request 2026-14.' })).status).toBe(200);
    const auditor = await aMember(world, ['auditor']);
    const seen = async (path: string) => refused(await world.call('GET', `/api/approvals/${id}${path}`, undefined, auditor.headers));
    const said = {
      status: 410,
      code: 'erased',
      ground: 'request',
      by: { role: 'owner' },
      reason: 'Request 2026-14.',
      keysDestroyedAt: null,
    };
    expect(await seen('')).toMatchObject(said);
    expect(await destroyKeys(id)).toBe(1);
    await expect(world.parts.eventLog.load(streamOf.approval(id)), 'it cannot be opened').rejects.toThrow('erased');
    const instant = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    for (const path of ['', '/events']) expect(await seen(path)).toMatchObject({ ...said, erasedAt: instant, keysDestroyedAt: instant });
    await expect
      .poll(() => ofList('/api/erased', id, auditor.headers))
      .toMatchObject({ reason: 'Request 2026-14.', keysDestroyedAt: instant });
    const page = await world.json<{ items: { id: string }[] }>('GET', '/api/inbox?view=decided&limit=200');
    expect(page.items.map(item => item.id)).not.toContain(id);
    expect((await seen('/related')).status).toBe(404);
    const stranger = await aMember(world, ['owner'], 'org_other');
    expect((await world.call('GET', `/api/approvals/${id}`, undefined, stranger.headers)).status).toBe(404);
    expect(await world.json('GET', '/api/erased', undefined, stranger.headers)).toEqual({ items: [], nextCursor: null });
  });

  it('of another request, which this one asks in other words, is gone from this one’s page too', async () => {
    const first = newId('apr');
    const json = JSON.stringify({ instructions: 'x'.repeat(40_000) });
    const sha256 = '1'.repeat(64);
    const stream = streamOf.context(first);
    await world.parts.eventLog.append(stream, [{ type: 'ContextStored', data: { sha256, part: 0, parts: 1, private: { json } } }], {
      expectedRevision: 'none',
      commandId: newId('cmd'),
      tenant: world.credentials.organizationId,
      actor: 'service:spec',
      recordedAt: world.parts.now(),
    });
    const contextRef = { stream, sha256, bytes: json.length };
    await decided({ approvalId: first, contextRef });
    const again = await world.pending({ contextRef });
    expect((await detailOf(again)).context).toEqual(JSON.parse(json));
    await verb(first, 'erase', { note: 'Request 2026-15.' });
    await destroyKeys(first);
    expect(await detailOf(again)).toMatchObject({ context: {}, contextErased: true, item: { id: again } });
  });
});

describe("the agents' list", () => {
  it('is answered to whoever asks the read model', async () => {
    const id = await world.pending({ threadId: 'thread_listed' });
    await world.shown(id);
    const page = await world.parts.messaging.request<{ items: { id: string }[] }>(
      'hp.query.approvals',
      { tenant: world.credentials.organizationId, threadId: 'thread_listed', limit: 10 },
      { timeoutMs: 2_000 },
    );
    expect(page.items.map(item => item.id)).toEqual([id]);
  });
});
