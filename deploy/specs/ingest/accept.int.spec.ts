import { acceptedReply, batchReply, type AcceptedReply } from '@holdpoint/contracts';
import { actionHash, approvalIdOf, bindingHash, sha256Hex } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRequest, problemOf, startIngest, type RunningIngest } from './a-running-ingest.ts';

let world: RunningIngest;
beforeAll(async () => {
  world = await startIngest();
});
afterAll(() => world.close());

const eventsOf = async (id: string) => (await world.parts.eventLog.load(`approval-${id}`)).events;

describe('a request', () => {
  it('is recorded before it is answered, with what is asked bound to its hash', async () => {
    const request = aRequest();
    const response = await world.call('POST', '/v1/approvals', request);
    expect(response.status).toBe(202);
    const reply = acceptedReply.parse(await response.json());
    const [event] = await eventsOf(reply.id);
    expect(event).toMatchObject({
      type: 'ApprovalRequested',
      revision: 0,
      metadata: { tenant: 'org_a', actor: 'agent:agt_assistant', $correlationId: 'run_1' },
      data: {
        toolName: 'issue_refund',
        agent: { id: 'agt_assistant' },
        expiresAt: reply.expiresAt,
        delivery: { callback: false, resume: { mode: 'none' } },
        private: { action: request.action, arguments: request.arguments },
      },
    });
    const hash = actionHash({ tool: 'issue_refund', args: { currency: 'USD', order_id: 'A-1', amount: 245 } });
    expect(reply.binding).toEqual({
      alg: 'sha256-jcs',
      actionHash: hash,
      bindingHash: bindingHash({
        source: 'openai.assistants',
        tenant: 'org_a',
        threadId: 'thread_1',
        runId: 'run_1',
        toolCallId: request.toolCallId as string,
        actionHash: hash,
      }),
      approvedActionHash: null,
    });
    expect(reply.links).toEqual({
      self: `http://127.0.0.1:7070/v1/approvals/${reply.id}`,
      wait: `http://127.0.0.1:7070/v1/approvals/${reply.id}/wait`,
      console: `http://127.0.0.1:7071/approvals/${reply.id}`,
    });
  });
  it('without an action is bound to the gate tool’s own call', async () => {
    const request = aRequest({ action: null });
    const { id, binding } = await world.ask(request);
    expect(binding.actionHash).toBe(actionHash({ tool: 'request_human_approval', args: request.arguments }));
    expect((await eventsOf(id))[0]?.data).toMatchObject({ toolName: 'request_human_approval', private: { action: null } });
  });
  it('of the full tool variant is bound to the call it names', async () => {
    const words = {
      ...(aRequest().arguments as object),
      actionName: 'issue_refund',
      actionArgsJson: '{"amount":245,"order_id":"A-1","currency":"USD"}',
    };
    const { binding } = await world.ask(aRequest({ action: null, arguments: words }));
    expect(binding.actionHash).toBe(actionHash({ tool: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } }));
  });
  it.each([
    ['of many languages', '🙂äöü'.repeat(300), 250],
    ['that doubles when it is quoted', '"\\'.repeat(90), 1_000],
  ])('keeps a large context %s in parts beside it, readable whole', async (_, word, entries) => {
    const context = {
      instructions: 'be kind',
      messages: Array.from({ length: entries / 5 }, (_entry, i) => ({ role: 'user', content: `${i} ${word.repeat(5)}` })),
    };
    const { id } = await world.ask(aRequest({ context }));
    const data = (await eventsOf(id))[0]?.data as { contextRef: { stream: string; bytes: number }; private: { context?: unknown } };
    expect(data.private.context).toBeUndefined();
    const { events } = await world.parts.eventLog.load(data.contextRef.stream);
    expect(events.length).toBeGreaterThan(1);
    const json = events.map(event => (event.type === 'ContextStored' ? event.data.private.json : '')).join('');
    expect(JSON.parse(json)).toEqual(context);
    expect(Buffer.byteLength(json)).toBe(data.contextRef.bytes);
  });
  it('carries the caller’s trace and records that a test key asked', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const response = await world.call('POST', '/v1/approvals', aRequest(), { key: world.keys.test, headers: { traceparent } });
    const { id } = (await response.json()) as AcceptedReply;
    expect((await eventsOf(id))[0]).toMatchObject({ metadata: { traceparent }, data: { test: true } });
  });
});

describe('the same request again', () => {
  it('gets the same answer, and nothing more is recorded', async () => {
    const request = aRequest();
    const first = await world.call('POST', '/v1/approvals', request);
    const again = await world.call('POST', '/v1/approvals', request);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    const reply = (await first.json()) as AcceptedReply;
    expect(await again.json()).toEqual(reply);
    expect(await eventsOf(reply.id)).toHaveLength(1);
  });
  it('is recognised whatever the order and spelling of its members', async () => {
    const { arguments: words, action, ...rest } = aRequest() as { arguments: object; action: object; toolCallId: string };
    const first = await world.ask({ ...rest, arguments: words, action });
    const again = await world.call('POST', '/v1/approvals', JSON.stringify({ action, arguments: words, ...rest }, null, 2));
    expect(again.status).toBe(200);
    expect(((await again.json()) as AcceptedReply).id).toBe(first.id);
  });
  it('sent five times at once is accepted once', async () => {
    const request = aRequest();
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.call('POST', '/v1/approvals', request)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    expect(new Set(await Promise.all(answers.map(async answer => ((await answer.json()) as AcceptedReply).id))).size).toBe(1);
  });
  it('with another body under one key is refused', async () => {
    const headers = { 'idempotency-key': '"order-77"' };
    expect((await world.call('POST', '/v1/approvals', aRequest(), { headers })).status).toBe(202);
    const other = await world.call('POST', '/v1/approvals', aRequest(), { headers: { 'idempotency-key': 'order-77' } });
    expect(await problemOf(other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });
  it('of another agent, another organisation or a test key never meets it', async () => {
    const request = aRequest();
    const { id } = await world.ask(request);
    expect((await world.call('POST', '/v1/approvals', request, { key: world.keys.second })).status).toBe(422);
    for (const key of [world.keys.foreign, world.keys.test]) {
      const response = await world.call('POST', '/v1/approvals', request, { key });
      expect(response.status).toBe(202);
      expect(((await response.json()) as AcceptedReply).id).not.toBe(id);
    }
  });
  it('with a large context stores it once', async () => {
    const request = aRequest({ context: { messages: [{ role: 'user', content: 'ab'.repeat(200_000) }] } });
    const { id } = await world.ask(request);
    const parts = (await world.parts.eventLog.load(`context-${id}`)).events.length;
    expect((await world.call('POST', '/v1/approvals', request)).status).toBe(200);
    expect((await world.parts.eventLog.load(`context-${id}`)).events).toHaveLength(parts);
  });
  it('finishes a large context that an earlier attempt, with another one, left half done', async () => {
    const key = 'half done';
    const context = { messages: [{ role: 'user', content: 'x'.repeat(300_000) }] };
    const approvalId = approvalIdOf('org_a', `live key ${key}`);
    const { eventLog, now } = world.parts;
    const options = { tenant: 'org_a', actor: 'agent:agt_assistant', recordedAt: now() };
    const half = (json: string, part: number) => ({
      type: 'ContextStored' as const,
      data: { sha256: sha256Hex(json), part, parts: 2, private: { json: json.slice(0, 262_144) } },
    });
    await eventLog.append(`context-${approvalId}`, [half('{"another":1}', 0), half(JSON.stringify(context), 0)], {
      ...options,
      commandId: 'half',
      expectedRevision: 'none',
    });
    const response = await world.call('POST', '/v1/approvals', aRequest({ context }), { headers: { 'idempotency-key': key } });
    expect(response.status).toBe(202);
    const { events } = await eventLog.load(`context-${approvalId}`);
    expect(events).toHaveLength(3);
    const own = events.flatMap(event =>
      event.type === 'ContextStored' && event.data.sha256 === sha256Hex(JSON.stringify(context)) ? [event.data] : [],
    );
    expect(own.map(({ part }) => part)).toEqual([0, 1]);
    expect(JSON.parse(own.map(data => data.private.json).join(''))).toEqual(context);
  });
});

describe('a batch', () => {
  it('has one outcome for each request, in order, and can be repeated whole', async () => {
    const same = aRequest();
    const requests = [aRequest(), { source: 'nowhere' }, same, aRequest({ deadlineSec: 1 }), 'text'];
    const response = await world.call('POST', '/v1/approvals:batch', { requests });
    expect(response.status).toBe(207);
    const { results } = batchReply.parse(await response.json());
    expect(results.map(({ status }) => status)).toEqual([202, 422, 202, 422, 422]);
    const again = batchReply.parse(await (await world.call('POST', '/v1/approvals:batch', { requests })).json());
    expect(again.results.map(({ status, replayed }) => [status, replayed])).toEqual([
      [200, true],
      [422, false],
      [200, true],
      [422, false],
      [422, false],
    ]);
  });
  it('under one key gives each entry its own', async () => {
    const { toolCallId: _, ...keyless } = aRequest();
    const response = await world.call(
      'POST',
      '/v1/approvals:batch',
      { requests: [keyless, keyless] },
      { headers: { 'idempotency-key': 'b-1' } },
    );
    const { results } = batchReply.parse(await response.json());
    expect(results.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(results.map(({ body }) => (body as AcceptedReply).id)).size).toBe(2);
  });
  it('is refused when it is empty or over a hundred', async () => {
    for (const count of [0, 101]) {
      const response = await world.call('POST', '/v1/approvals:batch', { requests: Array.from({ length: count }, () => ({})) });
      expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ pointer: '/requests' }] });
    }
  });
});

describe('an API key', () => {
  it('is needed, and must be one that exists', async () => {
    const bare = await fetch(`${world.url}/v1/approvals`, { method: 'POST', body: '{}' });
    expect(bare.headers.get('www-authenticate')).toContain('Bearer');
    expect(await problemOf(bare)).toMatchObject({ status: 401, code: 'unauthorized' });
    const typo = world.keys.live.replace(/.$/, last => (last === 'a' ? 'b' : 'a'));
    expect(await problemOf(await world.call('POST', '/v1/approvals', aRequest(), { key: typo }))).toMatchObject({ status: 401 });
  });
  it('only does what its scopes say', async () => {
    expect(await problemOf(await world.call('POST', '/v1/approvals', aRequest(), { key: world.keys.readOnly }))).toMatchObject({
      status: 403,
      code: 'scope_missing',
    });
    const { id } = await world.ask();
    expect((await world.call('GET', `/v1/approvals/${id}`, undefined, { key: world.keys.readOnly })).status).toBe(200);
    expect((await world.call('GET', `/v1/approvals/${id}`, undefined, { key: world.keys.writeOnly })).status).toBe(403);
  });
  it('is refused at once when it is revoked', async () => {
    const { id } = await world.ask();
    const { revision } = await world.parts.eventLog.load('agent-agt_second');
    expect((await world.call('GET', `/v1/approvals/${id}`, undefined, { key: world.keys.second })).status).toBe(200);
    const keyId = world.keys.second.split('_')[2]!;
    const { position } = await world.parts.eventLog.append(
      'agent-agt_second',
      [{ type: 'ApiKeyRevoked', data: { agentId: 'agt_second', keyId, at: world.parts.now() } }],
      { expectedRevision: revision, commandId: 'revoke', tenant: 'org_a', actor: 'service:spec', recordedAt: world.parts.now() },
    );
    await world.parts.directory.atLeast(position);
    expect((await world.call('GET', `/v1/approvals/${id}`, undefined, { key: world.keys.second })).status).toBe(401);
  });
});
