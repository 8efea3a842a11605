import { pausedCallKey } from '@holdpoint/contracts';
import { approvalIdOf } from '@holdpoint/sealing';
import { responseEvent } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { callId, GATE_ARGUMENTS, ORG, problemOf, replyOf, type HookedGate } from './a-hooked-gate.ts';

const call = (more: { name?: string; args?: object | string } = {}) => ({
  type: 'function_call' as const,
  call: callId('call'),
  name: 'request_human_approval',
  args: GATE_ARGUMENTS,
  ...more,
});
const refund = (args: object | string = { amount: 245 }) => ({
  type: 'mcp_approval_request' as const,
  call: callId('mcpr'),
  name: 'issue_refund',
  args,
});

/** Background responses of the OpenAI Responses API that end with calls. */
export const webhooksOfResponsesSuite = (world: () => HookedGate): void => {
  describe('a webhook of the OpenAI Responses API', () => {
    it('asks for each call of a background response, which goes on once all are decided; so does the next one that asks', async () => {
      const { responses, fromResponses, requested, until, approve } = world();
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
      await approve(ids[0]!);
      await approve(ids[1]!);
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
      const { responses, fromResponses } = world();
      const { id } = responses.askingResponse([call({ name: 'lookup_order', args: {} })]);
      expect(replyOf(await fromResponses.deliver(responseEvent(id)))).toEqual({ requested: [], known: [], refused: 0, left: 1 });
      for (const event of [responseEvent(id, 'response.failed'), responseEvent('resp_gone')])
        expect(replyOf(await fromResponses.deliver(event))).toEqual({ requested: [], known: [], refused: 0, left: 0 });
    });

    it('asks for the other call where one does not mean one thing, which is answered "no" with it, and once', async () => {
      const { responses, fromResponses, until, approve } = world();
      const [clear, ambiguous] = [refund(), refund('{"amount":1,"amount":999}')];
      const { id: responseId } = responses.askingResponse([clear, ambiguous], 'alone');
      const answer = problemOf(await fromResponses.deliver(responseEvent(responseId)));
      expect(answer).toMatchObject({ status: 422, code: 'unknown_pause', detail: expect.stringContaining(ambiguous.call) });
      expect(answer.detail).not.toContain('999');
      const begun = () => responses.created.filter(body => body['previous_response_id'] === responseId);
      expect(begun()).toEqual([]);
      const paused = { source: 'openai.responses', threadId: responseId, runId: responseId, toolCallId: clear.call } as const;
      const asked = approvalIdOf(ORG, pausedCallKey('live', paused));
      await approve(asked);
      await until(asked, 'RunResumed');
      await fromResponses.deliver(responseEvent(responseId));
      expect(begun()).toMatchObject([{ input: [{ approve: true }, { approval_request_id: ambiguous.call, approve: false }] }]);
    });
  });
};
