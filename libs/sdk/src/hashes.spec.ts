import { describe, expect, it } from 'vitest';
import { actionHash, bindingHash } from './hashes.ts';

const action = actionHash({ tool: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } });
const place = { source: 'openai.assistants', tenant: 't1', threadId: 'thread_1', runId: 'run_1', toolCallId: 'call_1', actionHash: action };

describe('the hash of an action', () => {
  it('is the published one, whatever the order of its arguments', () => {
    expect(action).toBe('c329d70531c5f1f8ee70408a627f79d2481a6d1dd6936ac8b7b4ccf477b0c70d');
  });
  it('changes with the tool and with any argument', () => {
    const others = [
      actionHash({ tool: 'issue_refunds', args: { order_id: 'A-1', amount: 245, currency: 'USD' } }),
      actionHash({ tool: 'issue_refund', args: { order_id: 'A-1', amount: 245.01, currency: 'USD' } }),
      actionHash({ tool: 'issue_refund', args: { order_id: 'A-1', amount: '245', currency: 'USD' } }),
      actionHash({ tool: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD', note: null } }),
    ];
    expect(new Set([action, ...others]).size).toBe(5);
  });
});

describe('the hash of an action in its place', () => {
  it('is the published one', () => {
    expect(bindingHash(place)).toBe('c3e3ef0f22911f977b3f10862af79c8b239e5c04e1bf6597ca5be81cb70c9fb1');
  });
  it.each(['source', 'tenant', 'threadId', 'runId', 'toolCallId', 'actionHash'] as const)('changes with its %s', member => {
    expect(bindingHash({ ...place, [member]: 'other' })).not.toBe(bindingHash(place));
  });
  it('tells a missing id from an empty one', () => {
    expect(bindingHash({ ...place, runId: null })).not.toBe(bindingHash({ ...place, runId: '' }));
  });
});
