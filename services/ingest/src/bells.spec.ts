import { isTerminal, type LiveMessage } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { hangBells } from './bells.ts';

/** A broker's live side, driven by hand. */
const liveSide = () => {
  let hear: (message: LiveMessage, tenant: string) => void = () => {};
  let reset: () => void = () => {};
  return {
    messaging: {
      subscribeLive: (_tenant: string, handler: typeof hear) => {
        hear = handler;
        return { close: () => (hear = () => {}) };
      },
      onReset: (listener: () => void) => {
        reset = listener;
        return () => {};
      },
    },
    say: (approvalId: string, type: string) =>
      hear({ changes: [{ approvalId, stream: `approval-${approvalId}`, revision: 2, type, position: '1' }] }, 'org'),
    reset: () => reset(),
  };
};
const stays = new AbortController().signal;
const msUntil = async (rung: Promise<void>): Promise<number> => {
  const from = performance.now();
  await rung;
  return performance.now() - from;
};

describe('a bell', () => {
  it('rings when the decision of its approval is announced, and for no other', async () => {
    const { messaging, say } = liveSide();
    const bell = hangBells(messaging, 10).hang('apr_a', isTerminal);
    const rung = bell.rung(5_000, stays);
    say('apr_b', 'ApprovalGranted');
    say('apr_a', 'ApprovalClaimed');
    setTimeout(() => say('apr_a', 'ApprovalGranted'), 20);
    expect(await msUntil(rung)).toBeLessThan(1_000);
  });
  it('remembers a ring that came before somebody listened', async () => {
    const { messaging, say } = liveSide();
    const bell = hangBells(messaging, 10).hang('apr_a', isTerminal);
    say('apr_a', 'ApprovalRejected');
    expect(await msUntil(bell.rung(5_000, stays))).toBeLessThan(50);
    expect(await msUntil(bell.rung(30, stays))).toBeGreaterThan(20);
  });
  it('stops waiting when its client is gone', async () => {
    const client = new AbortController();
    const bell = hangBells(liveSide().messaging, 10).hang('apr_a', isTerminal);
    setTimeout(() => client.abort(), 10);
    expect(await msUntil(bell.rung(5_000, client.signal))).toBeLessThan(1_000);
  });
  it('rings soon after the broker was away, since messages may be lost', async () => {
    const { messaging, reset } = liveSide();
    const bell = hangBells(messaging, 10).hang('apr_a', isTerminal);
    const rung = bell.rung(10_000, stays);
    reset();
    expect(await msUntil(rung)).toBeLessThan(1_500);
  });
});

describe('the bells', () => {
  it('are limited in number, and a place is free again when one is taken down', () => {
    const bells = hangBells(liveSide().messaging, 2);
    const first = bells.hang('apr_a', isTerminal);
    bells.hang('apr_a', isTerminal);
    expect(() => bells.hang('apr_b', isTerminal)).toThrow(expect.objectContaining({ status: 503, code: 'too_many_waiters' }));
    first.takeDown();
    first.takeDown();
    bells.hang('apr_b', isTerminal);
    expect(() => bells.hang('apr_c', isTerminal)).toThrow();
  });
  it('all ring when the process stops', async () => {
    const bells = hangBells(liveSide().messaging, 10);
    const rung = ['apr_a', 'apr_b'].map(id => bells.hang(id, isTerminal).rung(60_000, stays));
    bells.close();
    await Promise.all(rung);
    expect(bells.closed).toBe(true);
  });
});
