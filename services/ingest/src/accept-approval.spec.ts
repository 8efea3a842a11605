import { LIMITS, type ApprovalRequest } from '@holdpoint/contracts';
import { EventErased, RevisionConflict } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import { acceptApproval, type AcceptDeps } from './accept-approval.ts';

const NOW = '2026-11-22T10:00:00.000Z';
const caller = { tenant: 'org_a', agentId: 'agt_a', keyId: 'key_a', mode: 'live' } as const;
const request: ApprovalRequest = {
  source: 'custom',
  arguments: { contextSummary: 'a', proposedAction: 'b', entityId: 'c', riskLevel: 'low' },
  context: { instructions: 'x'.repeat(LIMITS.contextInlineBytesMax) },
};
const order = {
  type: 'ErasureOrdered',
  data: { ground: 'retention', reason: 'Kept for 84 months.', by: { kind: 'rule', id: 'retention' }, at: NOW },
};

/**
 * A log that has an erased request under whatever is asked.
 * @param context what becomes of storing a large context beside it
 * @param knows whether this process knows that the key is destroyed, and so seals nothing with it
 */
const accepting = (context: 'stored' | 'refused', knows = false) => {
  const log: string[] = [];
  const gone = (stream: string) => Promise.reject(new EventErased(stream, 0, 'ApprovalRequested'));
  const eventLog = {
    append: (stream: string) => {
      if (stream.startsWith('approval-')) return knows ? gone(stream) : Promise.reject(new RevisionConflict(stream, -1, 3));
      log.push(`${context} ${stream.split('-')[0]}`);
      return context === 'stored' ? Promise.resolve({ revision: 0, position: '1' }) : gone(stream);
    },
    load: gone,
    loadRaw: () =>
      Promise.resolve({ events: [{ type: 'ApprovalRequested', data: {}, metadata: { tenant: 'org_a' } }, order], revision: 3 }),
    destroyKeys: () => Promise.resolve(log.push('keys destroyed')),
  };
  const accept = acceptApproval({
    eventLog,
    now: () => NOW,
    newCommandId: () => 'cmd',
    publicUrl: 'https://a.example',
    consoleUrl: 'https://c.example',
    deadline: { defaultSec: 900, minSec: 30 },
    wayBack: { settings: { agent: () => null }, addresses: [], httpAllowed: false },
  } as unknown as AcceptDeps);
  const envelope = { headerKey: 'k', traceparent: undefined, bodyBytes: LIMITS.contextInlineBytesMax * 2 };
  return { log, repeat: (asked: ApprovalRequest) => accept(asked, caller, envelope) };
};

describe('a repeat of an erased request', () => {
  it.each([
    ['stored', ['stored context', 'keys destroyed']],
    ['refused', ['refused context']],
  ] as const)('whose large context is %s is told so, and leaves nothing behind', async (context, done) => {
    const { log, repeat } = accepting(context);
    await expect(repeat(request)).rejects.toMatchObject({
      status: 410,
      code: 'erased',
      message: expect.stringMatching(`erased at ${NOW}, because its time was over`) as string,
      problem: { ground: 'retention', erasedAt: NOW, keysDestroyedAt: null },
    });
    expect(log).toEqual(done);
  });
  it.each([false, true])('without one destroys nothing (its key is known to be gone: %s)', async knows => {
    const { log, repeat } = accepting('stored', knows);
    await expect(repeat({ ...request, context: {} })).rejects.toMatchObject({ code: 'erased', problem: { erasedAt: NOW } });
    expect(log).toEqual([]);
  });
});
