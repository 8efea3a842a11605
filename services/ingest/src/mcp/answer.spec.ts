import { describe, expect, it } from 'vitest';
import { LIMITS, type ApprovalReply } from '@holdpoint/contracts';
import { answerOf } from './answer.ts';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const approval = (decision: object | null, more: object = {}) =>
  ({
    id: 'apr_a',
    status: decision === null ? 'pending' : (decision as { decision: string }).decision,
    expiresAt: '2026-11-23T10:00:00.000Z',
    consumedAt: null,
    decision,
    ...more,
  }) as unknown as ApprovalReply;
const decided = (decision: string, more: object = {}) => ({
  decision,
  approved: decision === 'approved' || decision === 'modified',
  approvalId: 'apr_a',
  note: null,
  approvedAction: { name: 'issue_refund', args: { amount: 245 } },
  approvedUntil: '2026-11-22T10:15:00.000Z',
  ...more,
});

describe('what a model is told of an approval', () => {
  it.each(['approved', 'modified'])('%s lets it act, while it lasts', status =>
    expect(answerOf(approval(decided(status)), NOW)).toMatchObject({ status, approved: true, approvedAction: { args: { amount: 245 } } }),
  );
  it.each([
    ['pending', approval(null)],
    ['pending', approval(null, { questions: [{ id: 'q', text: 'Which order?', askedAt: '' }] })],
    ['rejected', approval(decided('rejected', { approvedAction: null, approvedUntil: null }))],
    ['expired', approval(decided('expired', { approvedAction: null, approvedUntil: null }))],
    ['withdrawn', approval(decided('withdrawn', { approvedAction: null, approvedUntil: null }))],
    ['used', approval(decided('approved'), { consumedAt: '2026-11-22T09:59:00.000Z' })],
    ['lapsed', approval(decided('approved', { approvedUntil: '2026-11-22T10:00:00.000Z' }))],
    ['lapsed', approval(decided('modified', { approvedUntil: '2026-11-22T09:00:00.000Z' }))],
  ])('%s lets it do nothing, and says so first', (status, reply) => {
    const said = answerOf(reply, NOW);
    expect(said).toMatchObject({ status, approved: false, approvalId: 'apr_a' });
    expect(said['instruction']).toMatch(/^not approved/i);
  });
  it('has room for a long note, cut, and never more than a model reads', () => {
    const said = answerOf(approval(decided('rejected', { note: 'ä'.repeat(LIMITS.noteCharsMax) })), NOW);
    expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThanOrEqual(LIMITS.toolOutputBytesMax + 64);
    expect(said['note']).toMatch(/\[cut\]$/);
  });
});
