import { randomBytes } from 'node:crypto';
import { callback } from '@holdpoint/callback';
import { pausedCallKey, streamOf, type EventData, type HookReply, type Problem } from '@holdpoint/contracts';
import { relay } from '@holdpoint/relay';
import type { RunningService } from '@holdpoint/service-kit';
import {
  actionRequiredEvent,
  managedSessionEvent,
  responseEvent,
  startAgentsApiFake,
  startCallbackReceiver,
  startManagedAgentsFake,
  startResponsesFake,
  webhookSender,
  type AgentsApiFake,
  type CallbackReceiver,
  type ManagedAgentsFake,
  type ResponsesFake,
  type WebhookAnswer,
  type WebhookSender,
} from '@holdpoint/testing';
import { approvalIdOf, newWebhookKeys } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIngest, type RunningIngest } from './a-running-ingest.ts';

const ORG = 'org_a';
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const SECRETS = {
  openai: newSecret(),
  before: newSecret(),
  over: newSecret(),
  claude: newSecret(),
  second: newSecret(),
  responses: newSecret(),
};

let world: RunningIngest;
let openai: AgentsApiFake;
let claude: ManagedAgentsFake;
let responses: ResponsesFake;
let app: CallbackReceiver;
let further: RunningService[];
let fromOpenai: WebhookSender;
let fromClaude: WebhookSender;
let fromResponses: WebhookSender;

type Extra = Partial<Pick<EventData<'ConnectionAdded'>, 'agentId' | 'endpointId'>>;
const connect = async (
  tenant: string,
  connectionId: string,
  provider: 'openai.agentsApi' | 'openai.responses' | 'anthropic.managedAgents' | 'langgraph',
  secrets: EventData<'ConnectionAdded'>['private'],
  extra: Extra = { agentId: 'agt_assistant' },
) => {
  const at = world.parts.now();
  const { revision } = await world.parts.eventLog.load(streamOf.organization(tenant));
  const { position } = await world.parts.eventLog.append(
    streamOf.organization(tenant),
    [{ type: 'ConnectionAdded', data: { connectionId, provider, at, ...extra, private: secrets } }],
    {
      commandId: `connect-${tenant}-${connectionId}-${revision}`,
      tenant,
      actor: 'operator:opr_a',
      recordedAt: at,
      expectedRevision: revision,
    },
  );
  await world.parts.directory.atLeast(position);
};

beforeAll(async () => {
  [world, openai, claude, responses, app] = await Promise.all([
    startIngest({ INGEST_RATE_BURST: '200' }),
    startAgentsApiFake(),
    startManagedAgentsFake(),
    startResponsesFake(),
    startCallbackReceiver(),
  ]);
  const credentials = { baseUrl: openai.baseUrl, apiKey: openai.apiKey };
  const at = world.parts.now();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const { secret, signingKey, publicKey } = newWebhookKeys();
  const { revision } = await world.parts.eventLog.load(streamOf.organization(ORG));
  await world.parts.eventLog.append(
    streamOf.organization(ORG),
    [{ type: 'EndpointRegistered', data: { endpointId: 'app', publicKey, at, private: { url: app.url('/told'), secret, signingKey } } }],
    { commandId: 'endpoint', tenant: ORG, actor: 'operator:opr_a', recordedAt: at, expectedRevision: revision },
  );
  await connect(
    ORG,
    'agents',
    'openai.agentsApi',
    { ...credentials, webhookSecret: SECRETS.openai, previousWebhookSecret: { secret: SECRETS.before, until } },
    { agentId: 'agt_assistant', endpointId: 'app' },
  );
  await connect('org_b', 'agents', 'openai.agentsApi', { ...credentials, webhookSecret: SECRETS.second }, { agentId: 'agt_foreign' });
  await connect(ORG, 'claude', 'anthropic.managedAgents', {
    baseUrl: claude.baseUrl,
    apiKey: claude.apiKey,
    webhookSecret: SECRETS.claude,
    previousWebhookSecret: { secret: SECRETS.over, until: '2026-01-01T00:00:00.000Z' },
  });
  await connect(ORG, 'responses', 'openai.responses', {
    baseUrl: responses.baseUrl,
    apiKey: responses.apiKey,
    webhookSecret: SECRETS.responses,
    template: { model: 'gpt-5.4', instructions: 'Be brief.' },
  });
  await connect(ORG, 'silent', 'openai.agentsApi', credentials);
  await connect(ORG, 'wrong_key', 'openai.agentsApi', { ...credentials, apiKey: 'sk-wrong', webhookSecret: SECRETS.openai });
  await connect(ORG, 'graph', 'langgraph', { ...credentials, webhookSecret: SECRETS.openai });
  const env = { CALLBACK_PORT: '0', RELAY_PORT: '0', HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8', RESUME_SCHEDULE_SEC: '0,0.2,0.2,0.3' };
  further = [await callback.start(callback.readConfig(env), world.parts), await relay.start(relay.readConfig(env), world.parts)];
  fromOpenai = webhookSender(hookUrl('openai.agentsApi', 'agents'), SECRETS.openai);
  fromResponses = webhookSender(hookUrl('openai.responses', 'responses'), SECRETS.responses);
  fromClaude = webhookSender(hookUrl('anthropic.managedAgents', 'claude'), SECRETS.claude);
});
afterAll(async () => {
  for (const service of further.toReversed()) await service.close();
  await world.close();
  await Promise.all([openai.close(), claude.close(), responses.close(), app.close()]);
});

const hookUrl = (provider: string, connection: string) => `${world.url}/v1/hooks/${provider}/${connection}`;
let calls = 0;
const mcp = (args: object = { amount: 245 }) => ({
  type: 'mcp_approval_request',
  request_id: `req_${++calls}`,
  turn_id: 'turn_1',
  request: { type: 'mcp_tool_call', server_label: 'shop', name: 'issue_refund', arguments: args, message: 'May I refund it?' },
});
const gate = () => ({
  type: 'function_call',
  call_id: `call_${++calls}`,
  turn_id: 'turn_1',
  name: 'request_human_approval',
  arguments: { context_summary: 'Order A-1 broke', proposed_action: 'Refund $245', entity_id: 'A-1', risk_level: 'low' },
});
const lookup = () => ({ ...gate(), name: 'lookup_order', arguments: { order_id: 'A-1' } });
const bash = (id: string, command = 'rm -r /srv/old') => ({ id, type: 'agent.tool_use', name: 'bash', input: { command } });

const replyOf = ({ status, body }: WebhookAnswer): HookReply => {
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as HookReply;
};
const problemOf = ({ body }: WebhookAnswer) => body as Problem;
const requested = async (id: string) => {
  const { events } = await world.parts.eventLog.load(streamOf.approval(id));
  return events.filter(({ type }) => type === 'ApprovalRequested').map(({ data }) => data as EventData<'ApprovalRequested'>);
};
const until = async (id: string, ...types: string[]) => {
  for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 20) {
    const { events } = await world.parts.eventLog.load(streamOf.callback(id));
    if (types.every(type => events.some(event => event.type === type))) return events;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`no ${types.join(' and ')} within 8 s`);
};

describe('a webhook of the OpenAI Agents API', () => {
  it('becomes one request for each call that waits, asked as the connection’s agent, and answered through the connection', async () => {
    const [call, approval] = [gate(), mcp()];
    const said = [{ role: 'user', content: 'My lamp arrived broken.' }];
    const sessionId = openai.pausedSession([call, lookup(), approval, { type: 'environment_connection', environment_id: 'env_1' }], said);
    const reply = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)));
    expect(reply).toMatchObject({
      requested: [expect.stringMatching(/^apr_/), expect.stringMatching(/^apr_/)],
      known: [],
      left: 2,
      refused: 0,
    });
    const [[first], [second]] = [await requested(reply.requested[0]!), await requested(reply.requested[1]!)];
    expect(first).toMatchObject({
      source: 'openai.agentsApi',
      threadId: sessionId,
      runId: 'turn_1',
      toolCallId: call.call_id,
      agent: { id: 'agt_assistant' },
      keyId: 'hook:agents',
      batch: { index: 0, size: 2 },
      private: { context: { messages: said } },
      delivery: { callback: true, resume: { mode: 'openai.agentsApi', connectionId: 'agents' } },
    });
    expect(second).toMatchObject({ toolName: 'issue_refund', private: { action: { name: 'issue_refund', args: { amount: 245 } } } });

    await world.approve(reply.requested[1]!);
    await until(reply.requested[1]!, 'RunResumed', 'CallbackDelivered');
    expect(openai.applied.at(-1)).toMatchObject({ request_id: approval.request_id, response: { decision: 'approve' } });
  });

  it('finds what it asked before: twice, late, out of order, after the app asked itself, and after a session moved on', async () => {
    const [one, two] = [mcp(), mcp({ amount: 7 })];
    const sessionId = openai.pausedSession([one, two]);
    const events = [actionRequiredEvent(sessionId), actionRequiredEvent(sessionId, 'mcp_approval_request')];
    const answers = (await fromOpenai.deliverBadly(events)).map(replyOf);
    const ids = answers[0]!.requested;
    expect(ids).toHaveLength(2);
    for (const answer of answers.slice(1)) expect(answer).toMatchObject({ requested: [], known: ids });
    const together = await Promise.all(Array.from({ length: 5 }, () => fromOpenai.deliver(events[0]!)));
    for (const answer of together) expect(replyOf(answer).known).toEqual(ids);

    await world.approve(ids[0]!);
    await until(ids[0]!, 'RunResumed');
    // The session waits for one call now: the request for it would be worded otherwise, and is the same call.
    expect(replyOf(await fromOpenai.deliver(events[1]!))).toMatchObject({ requested: [], known: [ids[1]] });
    for (const id of ids) expect(await requested(id)).toHaveLength(1);

    const byTheApp = mcp();
    const later = openai.pausedSession([byTheApp]);
    const asked = await world.ask({
      source: 'openai.agentsApi',
      threadId: later,
      runId: 'turn_1',
      toolCallId: byTheApp.request_id,
      arguments: { contextSummary: 'c', proposedAction: 'p', entityId: 'A-1', riskLevel: 'low' },
      action: { name: 'issue_refund', args: { amount: 245 } },
    });
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(later)))).toMatchObject({ requested: [], known: [asked.id] });
  });

  it('asks again for a second round of the same session', async () => {
    const sessionId = openai.pausedSession([mcp()]);
    const [first] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
    await world.approve(first!);
    await until(first!, 'RunResumed');
    openai.askAgain(sessionId, [mcp({ amount: 1 })]);
    const reply = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)));
    expect(reply.requested).toHaveLength(1);
    expect(reply.requested).not.toContain(first);
  });

  it.each([false, true])(
    'leaves a call whose approval is erased, and is not delivered again for it (keys destroyed: %s)',
    async destroyed => {
      const [gone, other] = [mcp(), mcp({ amount: 7 })];
      const sessionId = openai.pausedSession([gone, other]);
      const [first, second] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
      await world.decideAs(first!, { type: 'Withdraw', by: { kind: 'agent', id: 'agt_assistant' }, now: world.parts.now() });
      await until(first!, 'RunResumed', 'CallbackDelivered');
      await world.orderErasure(first!);
      if (destroyed) await world.parts.eventLog.destroyKeys(first!);
      openai.askAgain(sessionId, [gone]);
      expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({ requested: [], known: [second], left: 1 });
    },
  );

  it('refuses a call whose arguments are others than those that were asked about under its id', async () => {
    const call = mcp();
    const sessionId = openai.pausedSession([call]);
    const [id] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
    call.request = { ...call.request, arguments: { amount: 500 } };
    openai.askAgain(sessionId, []);
    expect(problemOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({ status: 422, code: 'unknown_pause' });
    expect((await requested(id!))[0]!.private.action).toEqual({ name: 'issue_refund', args: { amount: 245 } });
  });

  it('is counted and left for other events, and for a session that is not there any more', async () => {
    const before = openai.requests.length;
    const other = { ...actionRequiredEvent('sess_1'), type: 'agent.session.idle' };
    expect(replyOf(await fromOpenai.deliver(other))).toEqual({ requested: [], known: [], refused: 0, left: 0 });
    expect(openai.requests).toHaveLength(before);
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent('sess_gone')))).toMatchObject({ requested: [] });
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/holdpoint_ingest_hooks_total\{provider="openai.agentsApi",outcome="ignored"\} \d/);
    expect(metrics).toMatch(/holdpoint_ingest_hooks_total\{provider="openai.agentsApi",outcome="gone"\} \d/);
  });

  it('asks about what it knows, and answers 422 for a kind of action it does not, until it does', async () => {
    const known = mcp();
    const sessionId = openai.pausedSession([{ type: 'payment_mandate', mandate_id: 'm_1' }, known]);
    const answer = await fromOpenai.deliver(actionRequiredEvent(sessionId));
    expect(problemOf(answer)).toMatchObject({
      status: 422,
      code: 'unknown_pause',
      detail: expect.stringContaining('we expected function_call'),
    });
    openai.askAgain(sessionId, []);
    const { body } = await fromOpenai.deliver(actionRequiredEvent(sessionId));
    expect((body as Problem).detail).toContain('required_actions.0.type');
    const response = await world.call('POST', '/v1/approvals', {
      source: 'openai.agentsApi',
      threadId: sessionId,
      runId: 'turn_1',
      toolCallId: known.request_id,
      arguments: { contextSummary: 'c', proposedAction: 'p', entityId: 'A-1', riskLevel: 'low' },
    });
    // Under the same call another question: so the known one was asked.
    expect(response.status).toBe(422);
  });

  it('answers a call "no" at once whose arguments do not mean exactly one thing', async () => {
    const call = { ...mcp(), request: { ...mcp().request, arguments: '{"amount":1,"amount":999}' } };
    const sessionId = openai.pausedSession([call]);
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({ requested: [], refused: 1 });
    // "Taken in" is not "applied": the same webhook may come before that, and the answer still has effect once.
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({ requested: [], refused: 0 });
    const answers = openai.applied.filter(({ request_id: id }) => id === call.request_id);
    expect(answers).toMatchObject([{ response: { decision: 'deny' } }]);
    const again = openai.pausedSession([{ ...call, request_id: 'req_unsent' }]);
    openai.fail({ on: 'send', kind: 'status', status: 503 });
    expect((await fromOpenai.deliver(actionRequiredEvent(again))).status).toBe(503);
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(again))).refused).toBe(1);
  });

  it('comes again when the provider cannot be read, or refuses our key', async () => {
    const sessionId = openai.pausedSession([mcp()]);
    for (const fault of [
      { on: 'read', kind: 'status', status: 500 },
      { on: 'read', kind: 'dropRequest' },
    ] as const) {
      openai.fail(fault);
      const answer = await fromOpenai.deliver(actionRequiredEvent(sessionId));
      expect(problemOf(answer)).toMatchObject({ status: 503, code: 'provider_unavailable' });
    }
    expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested).toHaveLength(1);
    const wrongKey = webhookSender(hookUrl('openai.agentsApi', 'wrong_key'), SECRETS.openai);
    const refused = problemOf(await wrongKey.deliver(actionRequiredEvent(sessionId)));
    expect(refused).toMatchObject({ status: 503, detail: expect.stringContaining('API key') });
    expect(JSON.stringify(refused)).not.toContain('sk-wrong');
  });
});

describe('a webhook of Claude Managed Agents', () => {
  it('asks once, whichever of its two events comes first, and page by page', async () => {
    const many = Array.from({ length: 30 }, (_, index) => bash(`use_${++calls}_${index}`));
    const sessionId = claude.pausedSession(many);
    const reply = replyOf(await fromClaude.deliver(managedSessionEvent('session.status_idled', sessionId)));
    expect(reply.requested).toHaveLength(30);
    expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).known).toEqual(reply.requested);
    expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.archived', sessionId)))).toMatchObject({ requested: [] });
  });

  it('resumes its session with what was decided, and asks again for what it waits for next', async () => {
    const sessionId = claude.pausedSession([bash(`use_${++calls}`)]);
    const [id] = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).requested;
    await world.approve(id!);
    await until(id!, 'RunResumed');
    expect(claude.applied.at(-1)).toMatchObject({ type: 'user.tool_confirmation', result: 'allow' });
    claude.askAgain(sessionId, [bash(`use_${++calls}`, 'rm -r /srv/older')]);
    const next = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId)));
    expect(next.requested).toHaveLength(1);
    expect(next.requested).not.toContain(id);
  });

  it('whose session ended meanwhile leaves a recorded impossibility', async () => {
    const sessionId = claude.pausedSession([bash(`use_${++calls}`)]);
    const [id] = replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId))).requested;
    claude.terminate(sessionId);
    await world.approve(id!);
    await until(id!, 'ResumeImpossible');
    expect(replyOf(await fromClaude.deliver(managedSessionEvent('session.requires_action', sessionId)))).toMatchObject({
      requested: [],
      known: [],
    });
  });
});

describe('a webhook of the OpenAI Responses API', () => {
  const call = (more: { name?: string; args?: object | string } = {}) => ({
    type: 'function_call' as const,
    call: `call_${++calls}`,
    name: 'request_human_approval',
    args: gate().arguments,
    ...more,
  });
  const refund = (args: object | string = { amount: 245 }) => ({
    type: 'mcp_approval_request' as const,
    call: `mcpr_${++calls}`,
    name: 'issue_refund',
    args,
  });

  it('asks for each call of a background response, which goes on once all are decided; so does the next one that asks', async () => {
    const [first, second] = [call(), refund()];
    const { id: responseId, conversationId } = responses.askingResponse([first, second], 'conversation', 'My lamp arrived broken.');
    const answers = (await fromResponses.deliverBadly([responseEvent(responseId), responseEvent(responseId)])).map(replyOf);
    const ids = answers[0]!.requested;
    expect(ids).toHaveLength(2);
    for (const answer of answers.slice(1)) expect(answer).toMatchObject({ requested: [], known: ids });
    expect((await requested(ids[0]!))[0]).toMatchObject({
      source: 'openai.responses',
      threadId: conversationId,
      runId: responseId,
      toolCallId: first.call,
      agent: { id: 'agt_assistant' },
      keyId: 'hook:responses',
      private: { context: { messages: [{ role: 'user' }] } },
      delivery: { callback: false, resume: { mode: 'openai.responses', connectionId: 'responses' } },
    });
    responses.askNext([refund({ amount: 7 })]);
    await world.approve(ids[0]!);
    await world.approve(ids[1]!);
    await until(ids[0]!, 'RunResumed');
    await until(ids[1]!, 'RunResumed');
    const continued = responses.created.filter(body => body['conversation'] === conversationId);
    expect(continued).toMatchObject([
      { background: true, input: [{ call_id: first.call }, { approval_request_id: second.call, approve: true }] },
    ]);

    // What was continued runs in the background as well, so its end comes by the same door.
    const next = replyOf(await fromResponses.deliver(responseEvent(responses.createdIds.at(-1)!)));
    expect(next.requested).toHaveLength(1);
    expect((await requested(next.requested[0]!))[0]).toMatchObject({
      threadId: conversationId,
      private: { action: { args: { amount: 7 } } },
    });
    expect(replyOf(await fromResponses.deliver(responseEvent(responseId)))).toMatchObject({ requested: [], known: [] });
  });

  it('asks nothing where nothing is asked: another event, a response that is gone, or one with calls of the app alone', async () => {
    const { id } = responses.askingResponse([call({ name: 'lookup_order', args: {} })]);
    expect(replyOf(await fromResponses.deliver(responseEvent(id)))).toEqual({ requested: [], known: [], refused: 0, left: 1 });
    for (const event of [responseEvent(id, 'response.failed'), responseEvent('resp_gone')])
      expect(replyOf(await fromResponses.deliver(event))).toEqual({ requested: [], known: [], refused: 0, left: 0 });
  });

  it('asks for the other call where one does not mean one thing, which is answered "no" with it, and once', async () => {
    const [clear, ambiguous] = [refund(), refund('{"amount":1,"amount":999}')];
    const { id: responseId } = responses.askingResponse([clear, ambiguous], 'alone');
    const answer = problemOf(await fromResponses.deliver(responseEvent(responseId)));
    expect(answer).toMatchObject({ status: 422, code: 'unknown_pause', detail: expect.stringContaining(ambiguous.call) });
    expect(answer.detail).not.toContain('999');
    const begun = () => responses.created.filter(body => body['previous_response_id'] === responseId);
    expect(begun()).toEqual([]);
    const paused = { source: 'openai.responses', threadId: responseId, runId: responseId, toolCallId: clear.call } as const;
    const asked = approvalIdOf(ORG, pausedCallKey('live', paused));
    await world.approve(asked);
    await until(asked, 'RunResumed');
    await fromResponses.deliver(responseEvent(responseId));
    expect(begun()).toMatchObject([{ input: [{ approve: true }, { approval_request_id: ambiguous.call, approve: false }] }]);
  });
});

describe('a webhook that is not believed', () => {
  const answerTo = async (how: Parameters<WebhookSender['deliver']>[1], to = fromOpenai) =>
    (await to.deliver(actionRequiredEvent('sess_1'), how)).status;
  const nowSec = () => Math.floor(Date.now() / 1_000);

  it('was signed with another secret, long ago, in the future, for other bytes, or not at all', async () => {
    const before = openai.requests.length;
    expect(await answerTo({ secret: newSecret() })).toBe(401);
    expect(await answerTo({ secret: SECRETS.claude })).toBe(401);
    expect(await answerTo({ atSec: nowSec() - 301 })).toBe(401);
    expect(await answerTo({ atSec: nowSec() + 302 })).toBe(401);
    expect(await answerTo({ body: JSON.stringify(actionRequiredEvent('sess_2')) })).toBe(401);
    for (const without of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) expect(await answerTo({ without })).toBe(401);
    expect(openai.requests).toHaveLength(before);
  });

  it('counts while secrets change over, and not a moment longer', async () => {
    expect(await answerTo({ secret: SECRETS.before })).toBe(200);
    const late = await fromClaude.deliver(managedSessionEvent('session.created', 'sesn_1'), { secret: SECRETS.over });
    expect(late.status).toBe(401);
  });

  it('belongs to the organisation whose secret signed it, where two use one name', async () => {
    const sessionId = openai.pausedSession([mcp()]);
    const second = webhookSender(hookUrl('openai.agentsApi', 'agents'), SECRETS.second);
    const [id] = replyOf(await second.deliver(actionRequiredEvent(sessionId))).requested;
    expect((await requested(id!))[0]!.agent.id).toBe('agt_foreign');
    const { events } = await world.parts.eventLog.load(streamOf.approval(id!));
    expect(events[0]!.metadata.tenant).toBe('org_b');
  });

  it('goes to no connection that takes webhooks', async () => {
    for (const [provider, connection] of [
      ['openai.agentsApi', 'nobody'],
      ['openai.agentsApi', 'silent'],
      ['openai.agentsApi', 'claude'],
      ['langgraph', 'graph'],
      ['made.up', 'agents'],
    ] as const)
      expect((await webhookSender(hookUrl(provider, connection), SECRETS.openai).deliver(actionRequiredEvent('sess_1'))).status).toBe(404);
  });

  it('is too large, or no JSON although it is signed', async () => {
    const large = { ...actionRequiredEvent('sess_1'), padding: 'x'.repeat(70_000) };
    expect((await fromOpenai.deliver(large)).status).toBe(413);
    const { headers } = fromOpenai.webhook(actionRequiredEvent('sess_1'));
    const got = await fetch(hookUrl('openai.agentsApi', 'agents'), { method: 'GET', headers });
    expect(got.status).not.toBe(200);
  });

  it('cannot be used to reach anything else under /v1/', async () => {
    const { headers, body } = fromOpenai.webhook(actionRequiredEvent('sess_1'));
    for (const path of ['/v1/approvals', '/v1/hooks/../approvals', '/v1//hooks/openai.agentsApi/agents'])
      expect((await fetch(`${world.url}${path}`, { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(400);
  });
});

describe('while the log cannot be written', () => {
  it('a webhook is answered 503, and asks when it comes again', async () => {
    const sessionId = openai.pausedSession([mcp()]);
    const event = actionRequiredEvent(sessionId);
    await world.stopStore();
    const answer = await fromOpenai.deliver(event);
    await world.startStore();
    expect(answer.status).toBe(503);
    for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 100) {
      const again = await fromOpenai.deliver(event);
      if (again.status === 200) return void expect([...replyOf(again).requested, ...replyOf(again).known]).toHaveLength(1);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error('it was never taken');
  });
});
