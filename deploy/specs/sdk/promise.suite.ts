import { actionHash, assertApproved, parseArguments, verifyReceipt, type Decision } from '@holdpoint/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from './a-gate.ts';
import { APPROVED_HASH, aPromise, codeOf, type Promised } from './a-promise.ts';
import { APPROVED, PROMISED_CALLS, TOOL } from './promised-calls.ts';
import { receiptsSuite } from './receipts.suite.ts';

/** What is approved is what runs: every way to break it, against the package for JavaScript, the one for Python, and the instance. */
export const promiseSuite = (gate: () => Gate): void => {
  let promise: Promised;
  beforeAll(() => {
    promise = aPromise(gate());
  });
  afterAll(() => promise.close());

  describe('asked for one call and made another', () => {
    // What only looks is asked about one approval; nothing that is refused changes it.
    let shared: Decision;
    beforeAll(async () => {
      shared = await promise.approved();
    });

    it.each(PROMISED_CALLS.filter(({ then }) => then === 'other'))('$is: refused', async ({ text, tool = TOOL }) => {
      const { approvalId: id } = shared;
      const args = parseArguments(text);
      const hash = actionHash({ tool, args });
      await promise.inPython('hash', { tool, text }, hash);
      for (const approval of [shared, verifyReceipt(shared.receipt, await gate().holdpoint.jwks())]) {
        expect(codeOf(() => assertApproved(approval, tool, args, { approvalId: id }))).toBe('other_action');
        await promise.inPython('assert', { approval, tool, text, id }, 'other_action');
      }
      expect(await promise.consume(id, hash)).toMatchObject({ status: 403, code: 'action_mismatch' });
      await promise.inPython('consume', { id, tool, text }, 'action_mismatch');
      expect((await gate().holdpoint.get(id)).consumedAt).toBeNull();
    });
    it.each(PROMISED_CALLS.filter(({ then }) => then === 'same'))('$is: it may run, once', async ({ text }) => {
      const decision = await promise.approved();
      const { approvalId: id } = decision;
      const args = parseArguments(text);
      const hash = actionHash({ tool: TOOL, args });
      await promise.inPython('hash', { tool: TOOL, text }, hash);
      expect(codeOf(() => assertApproved(decision, TOOL, args, { approvalId: id }))).toBe('holds');
      await promise.inPython('assert', { approval: decision, tool: TOOL, text, id }, 'holds');
      expect(await promise.consume(id, hash)).toMatchObject({ status: 200 });
      expect(await promise.consume(id, hash)).toMatchObject({ status: 409, code: 'already_consumed' });
      await promise.inPython('consume', { id, tool: TOOL, text }, 'already_consumed');
    });
    it.each(PROMISED_CALLS.filter(({ then }) => then !== 'same' && then !== 'other'))('$is: read by nobody', async ({ text, then }) => {
      expect(codeOf(() => parseArguments(text))).toBe(then);
      // Python has no prototypes: there it is one more key, and so another call.
      if (then !== 'forbidden_key') await promise.inPython('hash', { tool: TOOL, text }, then);
      const { approvalId: id } = shared;
      await promise.inPython('assert', { approval: shared, tool: TOOL, text, id }, then === 'forbidden_key' ? 'other_action' : then);
      const words = '{"contextSummary":"a","proposedAction":"b","entityId":"c","riskLevel":"high"}';
      const body = `{"source":"custom","arguments":${words},"action":{"name":"${TOOL}","args":${text}}}`;
      const answer = await promise.post('/v1/approvals', body);
      expect([answer.status, answer.errors?.[0]?.pointer ?? '']).toEqual([400, expect.stringMatching(/^\/action\/args/)]);
    });
    it('and a report of another call is an alarm in the record', async () => {
      const { approvalId: id } = await promise.approved();
      await promise.consume(id, actionHash({ tool: TOOL, args: parseArguments(APPROVED) }));
      const text = APPROVED.replace('50', '500');
      expect(await promise.report(id, actionHash({ tool: TOOL, args: parseArguments(text) }))).toMatchObject({
        status: 202,
        matchesApproval: false,
      });
      await promise.inPython('report', { id, tool: TOOL, text }, 'False');
      const { events } = await gate().world.parts.eventLog.load(`approval-${id}`);
      expect(events.filter(({ type }) => type === 'ExecutionReported').map(({ data }) => data)).toContainEqual(
        expect.objectContaining({ matchesApproval: false }),
      );
    });
  });

  describe('an approval that is not this one, or not any more', () => {
    const hash = APPROVED_HASH;
    const refused = async (decision: Decision, id: string, local: string, status: number, remote: string): Promise<void> => {
      const args = parseArguments(APPROVED);
      expect(codeOf(() => assertApproved(decision, TOOL, args, { approvalId: id }))).toBe(local);
      await promise.inPython('assert', { approval: decision, tool: TOOL, text: APPROVED, id }, local);
      expect(await promise.consume(id, hash)).toMatchObject({ status, code: remote });
      await promise.inPython('consume', { id, tool: TOOL, text: APPROVED }, remote);
    };

    it('is refused while nobody has decided', async () => {
      const id = await promise.ask();
      expect(await promise.consume(id, hash)).toMatchObject({ status: 403, code: 'not_approved' });
      await promise.inPython('consume', { id, tool: TOOL, text: APPROVED }, 'not_approved');
    });
    it('is refused when it was rejected or taken back', async () => {
      const [rejected, withdrawn] = [await promise.ask(), await promise.ask()];
      await gate().ada.reject(rejected);
      await gate().holdpoint.withdraw(withdrawn);
      for (const id of [rejected, withdrawn]) await refused(await promise.decisionOf(id), id, 'not_approved', 403, 'not_approved');
    });
    it('is refused when its time is over', async () => {
      const id = await promise.ask();
      await gate().ada.approveFor(id, 1);
      const decision = await promise.decisionOf(id);
      expect(codeOf(() => assertApproved(decision, TOOL, parseArguments(APPROVED)))).toBe('holds');
      await new Promise(resolve => setTimeout(resolve, 1_050));
      await refused(decision, id, 'expired', 403, 'approval_expired');
    });
    it('is refused when it answers another request, even for the same call', async () => {
      const [mine, other] = [await promise.approved({ ...parseArguments(APPROVED), amount: 500 }), await promise.approved()];
      await refused(other, mine.approvalId, 'other_request', 403, 'action_mismatch');
    });
    it('lets run what a person changed, and not what was asked', async () => {
      const id = await promise.ask();
      await gate().ada.modify(id, TOOL, parseArguments(APPROVED.replace('50', '20')));
      const decision = await promise.decisionOf(id);
      await refused(decision, id, 'other_action', 403, 'action_mismatch');
      const less = APPROVED.replace('50', '20');
      await promise.inPython('assert', { approval: decision, tool: TOOL, text: less, id }, 'holds');
      expect(await promise.consume(id, actionHash({ tool: TOOL, args: parseArguments(less) }))).toMatchObject({ status: 200 });
    });
    it('is not there for another organisation, nor for a key that only tries things out', async () => {
      const { approvalId: id } = await promise.approved();
      const { foreign, test, readOnly } = gate().world.keys;
      for (const key of [foreign, test]) expect(await promise.consume(id, hash, key)).toMatchObject({ status: 404, code: 'not_found' });
      expect(await promise.consume(id, hash, readOnly)).toMatchObject({ status: 403, code: 'scope_missing' });
      expect((await gate().holdpoint.get(id)).consumedAt).toBeNull();
    });
  });

  receiptsSuite(gate, () => promise);
};
