import { describe, expect, it } from 'vitest';
import { approvalRequest, type ApprovalReply } from '@holdpoint/contracts';
import { keyFromHeader } from '../idempotency-key.ts';
import { firstUnspent, isSpent, questionKey } from './same-question.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const request = (more: object = {}) =>
  approvalRequest.parse({
    source: 'mcp',
    arguments: { contextSummary: 'a', proposedAction: 'b', entityId: 'c', riskLevel: 'low' },
    ...more,
  });

describe('a question', () => {
  it('is the same one from the same agent in the same words, and another one otherwise', () => {
    const key = questionKey(request(), 'agt_a', undefined, 0);
    expect(questionKey(request(), 'agt_a', undefined, 0)).toBe(key);
    const others = [
      questionKey(request(), 'agt_b', undefined, 0),
      questionKey(request({ threadId: 't' }), 'agt_a', undefined, 0),
      questionKey(request({ arguments: { ...request().arguments, amount: 1 } }), 'agt_a', undefined, 0),
      questionKey(request(), 'agt_a', undefined, 1),
      questionKey(request(), 'agt_a', 'mine', 0),
    ];
    expect(new Set([key, ...others]).size).toBe(6);
  });
  it('under a key of the agent’s own is named by that, whatever it says', () => {
    expect(questionKey(request(), 'agt_a', 'mine', 0)).toBe(questionKey(request({ threadId: 't' }), 'agt_a', 'mine', 3));
  });
  it('never shares a name with what an Idempotency-Key header can hold', () => {
    expect(() => keyFromHeader(questionKey(request(), 'agt_a', 'mine', 0))).toThrow('printable');
    expect(() => keyFromHeader(questionKey(request(), 'agt_a', undefined, 0))).toThrow('printable');
  });
});

describe('an answer to the same question', () => {
  const reply = (decision: object | null, consumedAt: string | null = null) =>
    ({ decision, consumedAt }) as unknown as Pick<ApprovalReply, 'decision' | 'consumedAt'>;
  const decided = (decision: string, minutes: number, until: number | null = null) => ({
    decision,
    approved: decision === 'approved' || decision === 'modified',
    decidedAt: at(minutes),
    approvedUntil: until === null ? null : at(until),
  });
  it.each([
    ['nobody has decided', reply(null)],
    ['it was approved and may still be used', reply(decided('approved', -5, 10))],
    ['it was approved with changes and may still be used', reply(decided('modified', -5, 10))],
    ['it was rejected a moment ago', reply(decided('rejected', -14))],
  ])('holds while %s', (_, answer) => expect(isSpent(answer, NOW)).toBe(false));
  it.each([
    ['it was used', reply(decided('approved', -5, 10), at(-1))],
    ['its time is over', reply(decided('approved', -20, -5))],
    ['its time ends this moment', reply(decided('approved', -20, 0))],
    ['it was rejected a while ago', reply(decided('rejected', -15))],
    ['nobody decided in time', reply(decided('expired', 0))],
    ['it was withdrawn', reply(decided('withdrawn', 0))],
  ])('is of no use when %s', (_, answer) => expect(isSpent(answer, NOW)).toBe(true));
});

describe('the first round that is not spent', () => {
  it.each([0, 1, 2, 3, 4, 7, 8, 100, 1_000])('is found after %i spent ones, looking at few', async count => {
    let looks = 0;
    const spent = (round: number) => {
      looks += 1;
      return Promise.resolve(round < count);
    };
    expect(await firstUnspent(spent)).toBe(count);
    expect(looks).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(count + 2)) + 1);
  });
});
