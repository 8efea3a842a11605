import { LIMITS, type WorkItem } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { batchesOf } from './batches.ts';
import { workItemOf, ringIdOf } from './work-item.ts';
import { lifeOf, requested } from './logged-life.fixture.ts';
import { packUuid, unpackUuid } from './packed-uuid.ts';
import { waitNamed } from './wait.fixture.ts';
import { liveMessagesOf } from './live-changes.ts';

const ringOf = (id: number, sealed = 0): { item: WorkItem } => ({
  item: {
    kind: 'event',
    stream: `approval-${id}`,
    revision: 0,
    id: String(id),
    type: 'ApprovalRequested',
    data: { private: 'x'.repeat(sealed) },
    metadata: { tenant: 'acme', actor: 'a', schemaVersion: 1, recordedAt: '' },
    fresh: true,
  },
});
const many = (count: number, sealed = 0) => Array.from({ length: count }, (_, index) => ringOf(index, sealed));

describe('batches', () => {
  it('are one message when idle, full messages under load, and keep the order', () => {
    expect(batchesOf([])).toEqual([]);
    expect(batchesOf(many(1)).map(batch => batch.length)).toEqual([1]);
    expect(batchesOf(many(300)).map(batch => batch.length)).toEqual([128, 128, 44]);
    expect(
      batchesOf(many(300))
        .flat()
        .map(({ item }) => item.id),
    ).toEqual(many(300).map(({ item }) => item.id));
  });

  it('stay within the bytes of a message', () => {
    for (const batch of batchesOf(many(64, 32_768))) {
      expect(JSON.stringify({ items: batch.map(({ item }) => item) }).length).toBeLessThanOrEqual(LIMITS.workBytesMax);
    }
    expect(batchesOf(many(3, LIMITS.workBytesMax)).map(batch => batch.length)).toEqual([1, 1, 1]);
  });
});

describe('an item', () => {
  const [event] = lifeOf('apr_aaaaaaaaaaaaaaaaaaaaaaaaaa', requested());
  const wait = waitNamed('w', { approvalId: 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa', eventId: packUuid(event!.id), rings: 1 });

  it('carries its event on the first ring, and is fresh', () => {
    expect(workItemOf(wait, event, 'now')).toEqual({
      kind: 'event',
      stream: event!.stream,
      revision: 0,
      id: event!.id,
      type: 'ApprovalRequested',
      data: event!.data,
      metadata: event!.metadata,
      fresh: true,
    });
  });

  it('only points to its event when it is rung again, and names no person', () => {
    expect(workItemOf(wait, undefined, 'now')).toEqual({
      kind: 'event',
      stream: event!.stream,
      revision: 0,
      id: event!.id,
      type: 'ApprovalRequested',
      metadata: { tenant: 'acme', actor: 'service:relay', schemaVersion: 1, recordedAt: 'now' },
      fresh: false,
    });
  });

  it('says what came due when it is a timer', () => {
    expect(workItemOf({ ...wait, kind: 'nextCallback' }, undefined, 'now')).toMatchObject({
      kind: 'timer',
      timer: 'nextCallback',
      stream: 'callback-apr_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      fresh: false,
    });
  });

  it('is dropped by the broker as a repeat on its first ring only', () => {
    const ids = [1, 2, 3].map(rings => ringIdOf({ ...wait, rings }, workItemOf(wait, undefined, ''), 'relay-1'));
    expect(ringIdOf(wait, workItemOf(wait, event, ''), 'relay-1')).toBe(event!.id);
    expect(new Set(ids).size).toBe(3);
    expect(ringIdOf(wait, workItemOf(wait, undefined, ''), 'relay-2')).not.toBe(ids[0]);
  });

  it('has the id back that was packed', () => {
    expect(unpackUuid(packUuid('0f8fad5b-d9cb-469f-a165-70867728950e'))).toBe('0f8fad5b-d9cb-469f-a165-70867728950e');
    expect(packUuid('0f8fad5b-d9cb-469f-a165-70867728950e')).toHaveLength(16);
  });
});

describe('live messages', () => {
  it('tell each tenant its own changes in log order, without their data', () => {
    const ours = lifeOf('apr_a', requested(), requested());
    const theirs = lifeOf('apr_b', requested()).map(event => ({ ...event, metadata: { ...event.metadata, tenant: 'other' } }));
    const messages = liveMessagesOf([ours[0]!, theirs[0]!, ours[1]!]);
    expect(messages).toEqual([
      {
        tenant: 'acme',
        message: {
          changes: [0, 1].map(index => ({
            approvalId: 'apr_a',
            stream: 'approval-apr_a',
            revision: index,
            type: 'ApprovalRequested',
            position: ours[index]!.position,
          })),
        },
      },
      { tenant: 'other', message: { changes: [expect.objectContaining({ approvalId: 'apr_b' })] } },
    ]);
  });

  it('are cut when a catch-up brings very many', () => {
    const events = Array.from({ length: 1_200 }, () => lifeOf('apr_a', requested())[0]!);
    expect(liveMessagesOf(events).map(({ message }) => message.changes.length)).toEqual([512, 512, 176]);
  });
});
