import { streamOf, type RecordedEvent } from '@holdpoint/contracts';
import type { EventLog, LoggedEvent } from '@holdpoint/event-log';
import { NOON, refundRequested, TENANT } from '@holdpoint/testing';
import { describe, expect, it } from 'vitest';
import { openApprovals } from './open-approvals.ts';

const request = refundRequested();
const stream = streamOf.approval(request.approvalId);
const requested: LoggedEvent = {
  stream,
  revision: 0,
  id: 'a3bb189e-8bf9-5888-9912-ace4e6543002',
  type: 'ApprovalRequested',
  data: request,
  metadata: { tenant: TENANT, actor: 'agent:agt_1', schemaVersion: 1, recordedAt: NOON },
  position: '1',
  createdMs: Date.parse(NOON),
};

/** A log that tells when it is told to, and counts what is read of it. */
const open = () => {
  const reads: string[] = [];
  const fetched = new Set<string>();
  let tell: (events: LoggedEvent[]) => unknown = () => undefined;
  const log = {
    load: async (asked: string) => {
      reads.push(asked);
      return { events: [], revision: -1 };
    },
    fetchKeys: async (events: readonly LoggedEvent[]) => events.forEach(({ id }) => fetched.add(id)),
    open: (event: LoggedEvent) => {
      if (!fetched.has(event.id)) throw new Error('its key is not in memory');
      return event as unknown as RecordedEvent;
    },
    subscribe: (options: Parameters<EventLog['subscribe']>[0]) => {
      tell = options.onEvents;
      return { close: async () => undefined, position: () => '1' };
    },
  };
  const approvals = openApprovals(log as unknown as EventLog, { entriesMax: 16, now: () => NOON });
  return { approvals, reads, tell: (event: LoggedEvent) => tell([event]) };
};

describe('an approval that is decided sooner than the log has told of it', () => {
  it('is awaited for a moment instead of being read', async () => {
    const { approvals, reads, tell } = open();
    const asked = approvals.get(stream);
    tell(requested);
    const { known, read } = await asked;
    expect(known).toMatchObject({ tenant: TENANT, revision: 0, state: { status: 'gating' } });
    expect(read).toBe(false);
    expect(reads).toEqual([]);
  });

  it('is read when the log does not tell of it soon', async () => {
    const { approvals, reads } = open();
    expect(await approvals.get(stream)).toEqual({ known: null, read: true });
    expect(reads).toEqual([stream]);
  });
});

describe('open approvals at hand', () => {
  const sealed = (n: number, revision: number): LoggedEvent => ({
    ...requested,
    stream: `approval-${n}`,
    revision,
    type: revision === 0 ? 'ApprovalRequested' : 'GateEvaluated',
    data: { ...request, private: `hp1.${'x'.repeat(1_000_000)}` },
  });
  it('are let go by what they weigh together, the least recently used first', async () => {
    const { approvals, reads, tell } = open();
    for (let n = 1; n <= 9; n++) tell(sealed(n, 0));
    expect(approvals.size()).toBe(8);
    await approvals.get('approval-1');
    expect(reads).toEqual(['approval-1']);
  });
  it('weigh as much as all their events', () => {
    const { approvals, tell } = open();
    for (let n = 1; n <= 8; n++) tell(sealed(n, 0));
    tell(sealed(8, 1));
    tell(sealed(8, 2));
    expect(approvals.size()).toBe(6);
  });
});
