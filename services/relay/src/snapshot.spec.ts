import { WORKERS } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lives, logged, mixed, NOON_MS } from './logged-life.fixture.ts';
import { openApprovals } from './open-approvals.ts';
import { PACE } from './pace.ts';
import { openRinger } from './ring.ts';
import { newestSnapshot, rowOf, waitOf } from './snapshot.ts';
import { waitNamed } from './wait.fixture.ts';

const unseen = { begun: () => undefined, ended: () => undefined };
const newApprovals = () => {
  const ringers = Object.fromEntries(WORKERS.map(worker => [worker, openRinger(worker, PACE)]));
  return openApprovals(ringers as never);
};
const waitsOf = (approvals: ReturnType<typeof newApprovals>): string[] =>
  Array.from(approvals.waits(), ({ wait }) => `${wait.approvalId} ${wait.kind} ${wait.key} ${wait.revision}`).toSorted();

describe('a snapshot', () => {
  it('gives back each wait as it was', () => {
    const wait = waitNamed('x', { eventId: 'b'.repeat(16), key: '0/1', kind: 'alert', rings: 4, revision: 7 });
    const row = JSON.parse(JSON.stringify(rowOf(wait, 123))) as never;
    expect(waitOf(row)).toEqual({ wait: { ...wait, dueMs: 123 }, atMs: 123 });
  });

  it('leads, with the events after its position, to what the whole log leads to, even when its rows are newer than its position', () => {
    const logs = fc.tuple(fc.array(lives, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(7), { minLength: 120, maxLength: 120 }));
    fc.assert(
      fc.property(logs, fc.nat(200), fc.nat(20), ([all, order], at, lag) => {
        const events = logged(mixed(all, order));
        const rowsAt = at % (events.length + 1);
        const positionAt = Math.max(0, rowsAt - lag);
        const [whole, before, after] = [newApprovals(), newApprovals(), newApprovals()];
        for (const event of events) whole.take(event, NOON_MS, unseen);
        for (const event of events.slice(0, rowsAt)) before.take(event, NOON_MS, unseen);
        for (const { wait, atMs } of before.waits()) {
          const restored = waitOf(rowOf(wait, atMs));
          expect(restored).not.toBeNull();
          after.restore(restored!.wait, restored!.atMs);
        }
        for (const event of events.slice(positionAt)) after.take(event, NOON_MS, unseen);
        expect(waitsOf(after)).toEqual(waitsOf(whole));
        expect(after.size()).toBe(whole.size());
      }),
      { numRuns: 400 },
    );
  });

  it('is read from its newest whole generation; a torn one and one that cannot be read are passed over', () => {
    const part = (generation: number, index: number, parts: number, open: unknown[][] = []): LoggedEvent => ({
      ...logged([])[0]!,
      type: 'RelaySnapshotTaken',
      data: { generation, part: index, parts, position: String(generation), at: '', open },
    });
    const row = rowOf(waitNamed('w'), 5);
    expect(newestSnapshot([])).toBeNull();
    expect(newestSnapshot([part(1, 0, 1), part(2, 0, 2), part(2, 1, 2, [row])])).toMatchObject({ position: '2', waits: [{ atMs: 5 }] });
    expect(newestSnapshot([part(1, 0, 1), part(2, 0, 2)])?.position).toBe('1');
    expect(newestSnapshot([part(1, 0, 1), part(2, 0, 1, [['nonsense']])])?.position).toBe('1');
    expect(newestSnapshot([part(2, 1, 2)])).toBeNull();
  });
});
