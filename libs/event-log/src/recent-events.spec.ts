import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './log-types.ts';
import { recentEvents, type WrittenEvent } from './recent-events.ts';

const written = (data: string): WrittenEvent => ({
  stream: 'approval-a',
  type: 'CommentAdded',
  data,
  stored: {},
  metadata: '{}',
  storedMetadata: delivered('a').metadata,
  opened: {} as never,
});
const delivered = (id: string): LoggedEvent => ({
  stream: 'approval-a',
  revision: 0,
  id,
  type: 'CommentAdded',
  data: {},
  metadata: { tenant: 'org_a', actor: 'operator:a', schemaVersion: 1, recordedAt: '2026-11-22T10:00:00.000Z' },
  position: '0',
  createdMs: 0,
});

describe('what is remembered of recent events', () => {
  it('is bounded in number: the oldest go first', () => {
    const recent = recentEvents({ eventsMax: 4 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) recent.written(id, written('{}'));
    expect(['a', 'b', 'c', 'd', 'e'].filter(id => recent.get(id))).toEqual(['c', 'd', 'e']);
  });
  it('is bounded in bytes, written here or delivered', () => {
    const recent = recentEvents({ bytesMax: 200 });
    recent.written('a', written('x'.repeat(60)));
    recent.delivered(delivered('b'), Buffer.alloc(60));
    expect(recent.get('a')?.written?.data).toHaveLength(60);
    recent.delivered(delivered('c'), Buffer.alloc(60));
    expect(['a', 'b', 'c'].filter(id => recent.get(id))).toEqual(['b', 'c']);
  });
  it('lets go of what was written when the log has delivered it', () => {
    const recent = recentEvents();
    recent.written('a', written('{}'));
    recent.delivered(delivered('a'), Buffer.from('1'));
    expect(recent.get('a')).toMatchObject({ written: null, delivered: { bytes: Buffer.from('1') } });
  });
  it('weighs what was written and then delivered once', () => {
    const recent = recentEvents({ bytesMax: 200 });
    recent.written('a', written('x'.repeat(60)));
    recent.delivered(delivered('a'), Buffer.alloc(70));
    recent.delivered(delivered('b'), Buffer.alloc(30));
    recent.delivered(delivered('c'), Buffer.alloc(70));
    expect(['a', 'b', 'c'].filter(id => recent.get(id))).toEqual(['a', 'b', 'c']);
    recent.delivered(delivered('d'), Buffer.alloc(70));
    expect(['a', 'b', 'c', 'd'].filter(id => recent.get(id))).toEqual(['c', 'd']);
  });
  it('forgets what was opened when other bytes come under the same id', () => {
    const recent = recentEvents();
    recent.delivered(delivered('a'), Buffer.from('1'));
    recent.get('a')!.opened = {} as never;
    recent.delivered(delivered('a'), Buffer.from('2'));
    expect(recent.get('a')?.opened).toBeNull();
  });
});
