import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './log-types.ts';
import { recentEvents } from './recent-events.ts';

const sealed = (box: string) => ({ stream: 'approval-a', type: 'CommentAdded', box, text: '{}' });
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
  it('is bounded in number: the oldest goes first', () => {
    const recent = recentEvents({ eventsMax: 2 });
    for (const id of ['a', 'b', 'c']) recent.sealed(id, sealed('box'));
    expect(recent.get('a')).toBeUndefined();
    expect(recent.get('c')?.sealed?.box).toBe('box');
  });
  it('is bounded in bytes, whether sealed here, delivered, or both', () => {
    const recent = recentEvents({ bytesMax: 100 });
    recent.sealed('a', sealed('x'.repeat(40)));
    recent.delivered(delivered('a'), Buffer.alloc(40));
    expect(recent.get('a')).toBeDefined();
    recent.delivered(delivered('b'), Buffer.alloc(30));
    expect(recent.get('a')).toBeUndefined();
    expect(recent.get('b')).toBeDefined();
    recent.delivered(delivered('c'), Buffer.alloc(101));
    expect(recent.get('b')).toBeUndefined();
    expect(recent.get('c')).toBeUndefined();
  });
  it('does not count twice what is delivered again', () => {
    const recent = recentEvents({ bytesMax: 100 });
    for (let times = 0; times < 10; times++) recent.delivered(delivered('a'), Buffer.alloc(60));
    expect(recent.get('a')?.delivered?.bytes).toHaveLength(60);
  });
  it('forgets what was opened when other bytes come under the same id', () => {
    const recent = recentEvents();
    recent.delivered(delivered('a'), Buffer.from('1'));
    recent.get('a')!.opened = {} as never;
    recent.delivered(delivered('a'), Buffer.from('2'));
    expect(recent.get('a')?.opened).toBeNull();
  });
});
