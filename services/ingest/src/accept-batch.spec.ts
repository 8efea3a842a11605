import type { Json } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import type { Acceptance, Envelope } from './accept-approval.ts';
import { acceptBatch } from './accept-batch.ts';

const logger = { error: () => undefined } as unknown as Parameters<typeof acceptBatch>[0]['logger'];
const caller = { tenant: 'org', agentId: 'agt', keyId: 'key', mode: 'live' as const };
const envelope: Envelope = { headerKey: undefined, traceparent: undefined, bodyBytes: 1_000 };
const END_SEC = 1_800_000_000;
const inSec = (sec: number) => new Date((END_SEC + sec) * 1_000).toISOString();
const call = (runId: string | undefined, more: Record<string, Json> = {}): Json => ({
  source: 'custom',
  ...(runId === undefined ? {} : { threadId: 'thread', runId }),
  toolCallId: 'call',
  arguments: { contextSummary: 'why', proposedAction: 'what', entityId: 'A-1', riskLevel: 'low' },
  ...more,
});
/** The ends of their runs that the entries of a batch are accepted under. */
const endsOf = async (...requests: Json[]): Promise<(string | undefined)[]> => {
  const ends: (string | undefined)[] = [];
  const accept = (_request: unknown, _caller: unknown, { runEndsAt }: Envelope): Promise<Acceptance> => {
    ends.push(runEndsAt);
    return Promise.resolve({ outcome: 'accepted', reply: {} as Acceptance['reply'] });
  };
  await acceptBatch({ accept, logger })(requests, caller, envelope);
  return ends;
};

describe('calls of one paused run in a batch', () => {
  it('all end with the earliest end that is named for the run, however it is written', async () => {
    expect(await endsOf(call('one', { upstreamExpiresAt: inSec(60) }), call('one'), call('one', { upstreamExpiresAt: END_SEC }))).toEqual([
      inSec(0),
      inSec(0),
      inSec(0),
    ]);
  });
  it('take nothing from another run, a request without one, or an entry that is refused', async () => {
    const bad = { ...(call('one', { upstreamExpiresAt: END_SEC - 60 }) as object), riskLevel: 'none' } as Json;
    expect(
      await endsOf(call('one', { upstreamExpiresAt: END_SEC }), call('two'), call(undefined, { upstreamExpiresAt: END_SEC }), bad),
    ).toEqual([inSec(0), undefined, undefined]);
  });
});
