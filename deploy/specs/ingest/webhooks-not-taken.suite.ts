import { streamOf } from '@holdpoint/contracts';
import { actionRequiredEvent, managedSessionEvent, webhookSender, type WebhookSender } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { mcp, newSecret, replyOf, SECRETS, type HookedGate } from './a-hooked-gate.ts';

/** What is not from the provider it names, and what cannot be recorded now. The last of it stops the event store for a while. */
export const webhooksNotTakenSuite = (world: () => HookedGate): void => {
  describe('a webhook that is not believed', () => {
    const answerTo = async (how: Parameters<WebhookSender['deliver']>[1]) =>
      (await world().fromOpenai.deliver(actionRequiredEvent('sess_1'), how)).status;
    const nowSec = () => Math.floor(Date.now() / 1_000);

    it('was signed with another secret, long ago, in the future, for other bytes, or not at all', async () => {
      const { openai } = world();
      const before = openai.requests.length;
      expect(await answerTo({ secret: newSecret() })).toBe(401);
      expect(await answerTo({ secret: SECRETS.claude })).toBe(401);
      expect(await answerTo({ atSec: nowSec() - 301 })).toBe(401);
      expect(await answerTo({ atSec: nowSec() + 302 })).toBe(401);
      expect(await answerTo({ body: JSON.stringify(actionRequiredEvent('sess_2')) })).toBe(401);
      for (const without of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const)
        expect(await answerTo({ without })).toBe(401);
      expect(openai.requests).toHaveLength(before);
    });

    it('counts while secrets change over, and not a moment longer', async () => {
      const { fromClaude } = world();
      expect(await answerTo({ secret: SECRETS.before })).toBe(200);
      const late = await fromClaude.deliver(managedSessionEvent('session.created', 'sesn_1'), { secret: SECRETS.over });
      expect(late.status).toBe(401);
    });

    it('belongs to the organisation whose secret signed it, where two use one name', async () => {
      const { openai, hookUrl, requested, parts } = world();
      const sessionId = openai.pausedSession([mcp()]);
      const second = webhookSender(hookUrl('openai.agentsApi', 'agents'), SECRETS.second);
      const [id] = replyOf(await second.deliver(actionRequiredEvent(sessionId))).requested;
      expect((await requested(id!))[0]!.agent.id).toBe('agt_foreign');
      const { events } = await parts.eventLog.load(streamOf.approval(id!));
      expect(events[0]!.metadata.tenant).toBe('org_b');
    });

    it('goes to no connection that takes webhooks', async () => {
      const { hookUrl } = world();
      for (const [provider, connection] of [
        ['openai.agentsApi', 'nobody'],
        ['openai.agentsApi', 'silent'],
        ['openai.agentsApi', 'claude'],
        ['langgraph', 'graph'],
        ['made.up', 'agents'],
      ] as const)
        expect((await webhookSender(hookUrl(provider, connection), SECRETS.openai).deliver(actionRequiredEvent('sess_1'))).status).toBe(
          404,
        );
    });

    it('is too large, does not come by POST, or is nothing an event could be although it is signed', async () => {
      const { fromOpenai, hookUrl } = world();
      const large = { ...actionRequiredEvent('sess_1'), padding: 'x'.repeat(70_000) };
      expect((await fromOpenai.deliver(large)).status).toBe(413);
      const { headers } = fromOpenai.webhook(actionRequiredEvent('sess_1'));
      expect((await fetch(hookUrl('openai.agentsApi', 'agents'), { method: 'GET', headers })).status).toBe(405);
      const said = async (signs: string) => (await fromOpenai.deliver(actionRequiredEvent('sess_1'), { signs })).status;
      for (const signs of ['{"id":', '', '\u0000', '{"id":"evt_1","id":"evt_2"}']) expect(await said(signs), signs).toBe(400);
      for (const signs of ['null', '[]', '"evt_1"', '{}', '{"type":7}']) expect(await said(signs), signs).toBe(422);
    });

    it('cannot be used to reach anything else under /v1/', async () => {
      const { fromOpenai, url } = world();
      const { headers, body } = fromOpenai.webhook(actionRequiredEvent('sess_1'));
      for (const path of ['/v1/approvals', '/v1/hooks/../approvals', '/v1//hooks/openai.agentsApi/agents'])
        expect((await fetch(`${url}${path}`, { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(400);
    });
  });

  describe('while the log cannot be written', () => {
    it('a webhook is answered 503, and asks when it comes again', async () => {
      const { openai, fromOpenai, stopStore, startStore } = world();
      const sessionId = openai.pausedSession([mcp()]);
      const event = actionRequiredEvent(sessionId);
      await stopStore();
      const answer = await fromOpenai.deliver(event);
      await startStore();
      expect(answer.status).toBe(503);
      for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 100) {
        const again = await fromOpenai.deliver(event);
        if (again.status === 200) return void expect([...replyOf(again).requested, ...replyOf(again).known]).toHaveLength(1);
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      throw new Error('it was never taken');
    });
  });
};
