import { streamOf, type RecordedEvent } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { describe, expect, it } from 'vitest';
import { ID, life, NOON, noonPlus, opened, type Said } from './an-approvals-life.fixture.ts';
import type { Deps } from './deps.ts';
import { openDigests, type Waiting } from './digests.ts';
import { heldUntil } from './hold.ts';
import { roundOf } from './round.ts';

const ERASED = `apr_${'b'.repeat(26)}`;
const ORDERED = `apr_${'c'.repeat(26)}`;
const round = roundOf(life(opened())[0]!)!;
const waiting = (approvalId: string): Waiting => {
  const to = { operatorId: 'opr_ada', operatorName: 'Ada', channel: 'email', address: 'ada@example.test', route: null } as const;
  const recipient = { ...to, verifiedAt: NOON, afterSec: 0, attemptId: `ntf_${approvalId}` };
  return { tenant: 'org_x', approvalId, round, to: recipient, dueMs: Date.parse(NOON) };
};
const held = ({ approvalId, to }: Waiting): RecordedEvent[] => life(heldUntil(round, approvalId, to, NOON, 'digest', noonPlus(60)));
const order = { type: 'ErasureOrdered', data: { ground: 'retention', by: { kind: 'rule', id: 'retention' }, at: NOON } } as unknown as Said;

describe('what waits for a digest', () => {
  it('is told although something else that waited was erased, and what was erased is told to nobody', async () => {
    const streams = new Map([
      [streamOf.approval(ID), life(opened())],
      [streamOf.approval(ORDERED), life(opened(), order)],
      ...[ID, ORDERED].map(id => [streamOf.notification(id), held(waiting(id))] as const),
    ]);
    const load = (stream: string) => {
      const events = streams.get(stream);
      return events === undefined ? Promise.reject(new EventErased(stream, 0, 'ReviewStepOpened')) : Promise.resolve({ events });
    };
    // Nothing else is needed: what is left over waits alone, so no digest is sent.
    const digests = openDigests(() => ({ eventLog: { load }, now: () => NOON }) as unknown as Deps);
    expect(await digests.settle([ERASED, ORDERED, ID].map(waiting))).toEqual(new Map([[`ntf_${ID}`, 'alone']]));
  });
});
