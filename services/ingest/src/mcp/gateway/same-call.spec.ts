import { describe, expect, it } from 'vitest';
import { keyFromHeader } from '../../idempotency-key.ts';
import { callKey, isOver, mayFollowErased } from './same-call.ts';
import type { Standing } from './standing.ts';

const NOW = Date.parse('2026-11-30T10:00:00.000Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
const call = { agentId: 'agt_a', gatewayId: 'shop', tool: 'pay', args: { amount: 50, order: 'A-1' }, key: undefined };

describe('a call', () => {
  const name = callKey(call, 0);
  it('is the same in whatever order its arguments come', () => {
    expect(callKey({ ...call, args: { order: 'A-1', amount: 50 } }, 0)).toBe(name);
  });
  it('is another one for another agent, gateway, tool, argument, key or round', () => {
    const others = [
      callKey({ ...call, agentId: 'agt_b' }, 0),
      callKey({ ...call, gatewayId: 'other' }, 0),
      callKey({ ...call, tool: 'pay_back' }, 0),
      callKey({ ...call, args: { amount: 500, order: 'A-1' } }, 0),
      callKey({ ...call, key: 'again' }, 0),
      callKey({ ...call, key: '' }, 0),
      callKey(call, 1),
    ];
    expect(new Set([name, ...others]).size).toBe(8);
  });
  it('never shares a name with what an Idempotency-Key header can hold', () => expect(() => keyFromHeader(name)).toThrow('printable'));
});

describe('an approval of the same call', () => {
  const done = (seconds: number): Standing => ({
    kind: 'done',
    action: { name: 'pay', args: {} },
    report: { actionHash: 'a', outcome: 'succeeded', matchesApproval: true, reportedAt: ago(seconds), private: { detail: null } },
  });
  const ended = (decision: string, seconds: number, fell = false): Standing =>
    ({
      kind: 'ended',
      fell,
      decision: { decision, approved: decision === 'approved', decidedAt: ago(seconds), approvedUntil: null },
    }) as Standing;
  const keeps = { resultKeptSec: 900 };
  it.each<[string, Standing]>([
    ['nobody has decided', { kind: 'pending' }],
    ['it may run', { kind: 'ready', action: { name: 'pay', args: {} }, hash: 'a' }],
    ['it is under way', { kind: 'running' }],
    ['nobody knows what became of it, however long ago', { kind: 'unknown', since: ago(9e6) }],
    ['its result is remembered', done(899)],
    ['it was rejected a moment ago', ended('rejected', 899)],
    ['its time was over a moment ago', ended('expired', 899)],
  ])('holds while %s', (_, standing) => expect(isOver(standing, keeps, false, NOW)).toBe(false));
  it.each<[string, Standing]>([
    ['its result is forgotten', done(900)],
    ['it was rejected a while ago', ended('rejected', 900)],
    ['nobody decided in time, a while ago', ended('expired', 900)],
    ['it was withdrawn', ended('withdrawn', 0)],
    ['it lapsed', ended('approved', 1_000, true)],
  ])('is over when %s', (_, standing) => expect(isOver(standing, keeps, false, NOW)).toBe(true));
  it('under a key of its own remembers its result for ever, and under a setting of 0 not at all', () => {
    expect(isOver(done(9e6), keeps, true, NOW)).toBe(false);
    expect(isOver(done(0), { resultKeptSec: 0 }, false, NOW)).toBe(true);
  });
});

describe('a call whose approval is erased', () => {
  const keeps = { resultKeptSec: 900 };
  const consumed = { type: 'ApprovalConsumed' };
  const reported = (outcome: string, seconds: number, matchesApproval = true) => ({
    type: 'ExecutionReported',
    data: { outcome, matchesApproval, reportedAt: ago(seconds), private: 'sealed' },
  });
  it.each([
    ['it was never begun', [], true],
    ['its result would be forgotten', [consumed, reported('succeeded', 900)], true],
    ['it failed a while ago', [consumed, reported('failed', 900)], true],
    ['its result would be remembered', [consumed, reported('succeeded', 899)], false],
    ['it was begun and nobody said what became of it', [consumed], false],
    ['nobody knows what became of it', [consumed, reported('unknown', 9e6)], false],
    ['only another call was reported', [consumed, reported('succeeded', 9e6, false)], false],
  ])('where %s, may be asked about anew or not', (_, events, may) => {
    expect(mayFollowErased([{ type: 'ApprovalRequested' }, ...events, { type: 'ErasureOrdered' }], keeps, NOW)).toBe(may);
  });
});
