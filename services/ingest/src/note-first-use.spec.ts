import { describe, expect, it } from 'vitest';
import { noteFirstUse } from './note-first-use.ts';

const caller = { tenant: 'org', agentId: 'billing', keyId: 'key1', mode: 'live' as const };
const world = ({ usedAt = null, fails = 0 }: { usedAt?: string | null; fails?: number } = {}) => {
  const recorded: unknown[] = [];
  let failing = fails;
  const authenticate = noteFirstUse(() => caller, {
    eventLog: {
      handle: async (decider: { decide(command: null, state: never): unknown[]; initial: unknown }) => {
        if (failing-- > 0) throw new Error('the log is full');
        recorded.push(...decider.decide(null, decider.initial as never));
        return { position: null } as never;
      },
    } as never,
    directory: { list: () => [{ keyId: 'key1', usedAt }] as never },
    logger: { warn: () => undefined },
    now: () => '2026-11-22T12:00:00.000Z',
    newCommandId: () => 'cmd_1',
  });
  const use = async () => {
    expect(authenticate('Bearer x', null)).toBe(caller);
    await Promise.resolve();
    await new Promise(resolve => setImmediate(resolve));
  };
  return { recorded, use };
};

describe('the first use of an API key', () => {
  it('is recorded once, however often it is used', async () => {
    const { recorded, use } = world();
    await use();
    await use();
    expect(recorded).toEqual([{ type: 'ApiKeyUsed', data: { agentId: 'billing', keyId: 'key1', at: '2026-11-22T12:00:00.000Z' } }]);
  });

  it('is not recorded again after a restart, and again after a failure', async () => {
    const known = world({ usedAt: '2026-11-01T00:00:00.000Z' });
    await known.use();
    expect(known.recorded).toEqual([]);
    const failing = world({ fails: 1 });
    await failing.use();
    expect(failing.recorded).toEqual([]);
    await failing.use();
    expect(failing.recorded).toHaveLength(1);
  });
});
