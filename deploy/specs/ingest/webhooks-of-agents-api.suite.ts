import { actionRequiredEvent, webhookSender } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { callId, GATE_ARGUMENTS, mcp, problemOf, replyOf, SECRETS, type HookedGate } from './a-hooked-gate.ts';

const gate = () => ({
  type: 'function_call',
  call_id: callId('call'),
  turn_id: 'turn_1',
  name: 'request_human_approval',
  arguments: GATE_ARGUMENTS,
});
const lookup = () => ({ ...gate(), name: 'lookup_order', arguments: { order_id: 'A-1' } });

/** Sessions of the OpenAI Agents API that wait for an answer: each call of them is one request, however often the webhook comes. */
export const webhooksOfAgentsApiSuite = (world: () => HookedGate): void => {
  describe('a webhook of the OpenAI Agents API', () => {
    it('becomes one request for each call that waits, asked as the connection’s agent, and answered through the connection', async () => {
      const { openai, fromOpenai, requested, until, approve } = world();
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

      await approve(reply.requested[1]!);
      await until(reply.requested[1]!, 'RunResumed', 'CallbackDelivered');
      expect(openai.applied.at(-1)).toMatchObject({ request_id: approval.request_id, response: { decision: 'approve' } });
    });

    it('finds what it asked before: twice, late, out of order, after the app asked itself, and after a session moved on', async () => {
      const { openai, fromOpenai, requested, until, approve, ask } = world();
      const [one, two] = [mcp(), mcp({ amount: 7 })];
      const sessionId = openai.pausedSession([one, two]);
      const events = [actionRequiredEvent(sessionId), actionRequiredEvent(sessionId, 'mcp_approval_request')];
      const answers = (await fromOpenai.deliverBadly(events)).map(replyOf);
      const ids = answers[0]!.requested;
      expect(ids).toHaveLength(2);
      for (const answer of answers.slice(1)) expect(answer).toMatchObject({ requested: [], known: ids });
      const together = await Promise.all(Array.from({ length: 5 }, () => fromOpenai.deliver(events[0]!)));
      for (const answer of together) expect(replyOf(answer).known).toEqual(ids);

      await approve(ids[0]!);
      await until(ids[0]!, 'RunResumed');
      // The session waits for one call now: the request for it would be worded otherwise, and is the same call.
      expect(replyOf(await fromOpenai.deliver(events[1]!))).toMatchObject({ requested: [], known: [ids[1]] });
      for (const id of ids) expect(await requested(id)).toHaveLength(1);

      const byTheApp = mcp();
      const later = openai.pausedSession([byTheApp]);
      const asked = await ask({
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
      const { openai, fromOpenai, until, approve } = world();
      const sessionId = openai.pausedSession([mcp()]);
      const [first] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
      await approve(first!);
      await until(first!, 'RunResumed');
      openai.askAgain(sessionId, [mcp({ amount: 1 })]);
      const reply = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)));
      expect(reply.requested).toHaveLength(1);
      expect(reply.requested).not.toContain(first);
    });

    it.each([false, true])(
      'leaves a call whose approval is erased, and is not delivered again for it (keys destroyed: %s)',
      async destroyed => {
        const { openai, fromOpenai, until, decideAs, parts, orderErasure } = world();
        const [gone, other] = [mcp(), mcp({ amount: 7 })];
        const sessionId = openai.pausedSession([gone, other]);
        const [first, second] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
        await decideAs(first!, { type: 'Withdraw', by: { kind: 'agent', id: 'agt_assistant' }, now: parts.now() });
        await until(first!, 'RunResumed', 'CallbackDelivered');
        await orderErasure(first!);
        if (destroyed) await parts.eventLog.destroyKeys(first!);
        openai.askAgain(sessionId, [gone]);
        expect(replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({
          requested: [],
          known: [second],
          left: 1,
        });
      },
    );

    it('refuses a call whose arguments are others than those that were asked about under its id', async () => {
      const { openai, fromOpenai, requested } = world();
      const call = mcp();
      const sessionId = openai.pausedSession([call]);
      const [id] = replyOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).requested;
      call.request = { ...call.request, arguments: { amount: 500 } };
      openai.askAgain(sessionId, []);
      expect(problemOf(await fromOpenai.deliver(actionRequiredEvent(sessionId)))).toMatchObject({ status: 422, code: 'unknown_pause' });
      expect((await requested(id!))[0]!.private.action).toEqual({ name: 'issue_refund', args: { amount: 245 } });
    });

    it('is counted and left for other events, and for a session that is not there any more', async () => {
      const { openai, fromOpenai, url } = world();
      const before = openai.requests.length;
      const other = { ...actionRequiredEvent('sess_1'), type: 'agent.session.idle' };
      expect(replyOf(await fromOpenai.deliver(other))).toEqual({ requested: [], known: [], refused: 0, left: 0 });
      expect(openai.requests).toHaveLength(before);
      expect(replyOf(await fromOpenai.deliver(actionRequiredEvent('sess_gone')))).toMatchObject({ requested: [] });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/holdpoint_ingest_hooks_total\{provider="openai.agentsApi",outcome="ignored"\} \d/);
      expect(metrics).toMatch(/holdpoint_ingest_hooks_total\{provider="openai.agentsApi",outcome="gone"\} \d/);
    });

    it('asks about what it knows, and answers 422 for a kind of action it does not, until it does', async () => {
      const { openai, fromOpenai, call } = world();
      const known = mcp();
      const sessionId = openai.pausedSession([{ type: 'payment_mandate', mandate_id: 'm_1' }, known]);
      const answer = await fromOpenai.deliver(actionRequiredEvent(sessionId));
      expect(problemOf(answer)).toMatchObject({
        status: 422,
        code: 'unknown_pause',
        detail: expect.stringContaining('we expected function_call'),
      });
      openai.askAgain(sessionId, []);
      expect(problemOf(await fromOpenai.deliver(actionRequiredEvent(sessionId))).detail).toContain('required_actions.0.type');
      const response = await call('POST', '/v1/approvals', {
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
      const { openai, fromOpenai } = world();
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
      const { openai, fromOpenai, hookUrl } = world();
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
};
