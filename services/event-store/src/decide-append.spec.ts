import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANY, NO_STREAM, STREAM_EXISTS } from './append-request.ts';
import { decideAppend, decideDelete, type History, type StreamState } from './decide-append.ts';
import { SOFT_DELETED } from './stream-metadata.ts';

const fresh: StreamState = { lastRevision: -1, metadata: {}, tombstoned: false, hasMetadata: false };
const withEvents = (ids: readonly string[], more: Partial<StreamState> = {}): StreamState => ({
  ...fresh,
  lastRevision: ids.length - 1,
  hasMetadata: true,
  ...more,
});
const historyOf = (ids: readonly string[]): History => ({
  idAt: revision => ids[revision],
  recentRevisionOf: id => (ids.includes(id) ? ids.indexOf(id) : undefined),
});
const written = ['a', 'b', 'c'];
const decide = (expected: number, ids: readonly string[], state = withEvents(written)) =>
  decideAppend(state, expected, ids, historyOf(written));

describe('an append', () => {
  it('is written when the stream stands where the writer thinks', () => {
    expect(decide(2, ['x'])).toEqual({ outcome: 'write', undelete: false });
    expect(decideAppend(fresh, NO_STREAM, ['x'], historyOf([]))).toEqual({ outcome: 'write', undelete: false });
  });

  it('conflicts when the stream stands elsewhere', () => {
    expect(decide(1, ['x'])).toEqual({ outcome: 'wrongRevision' });
    expect(decide(3, ['x'])).toEqual({ outcome: 'wrongRevision' });
    expect(decide(NO_STREAM, ['x'])).toEqual({ outcome: 'wrongRevision' });
  });

  it('was already written when exactly its events stand there', () => {
    expect(decide(0, ['b', 'c'])).toEqual({ outcome: 'alreadyWritten', lastRevision: 2 });
    expect(decide(NO_STREAM, ['a'])).toEqual({ outcome: 'alreadyWritten', lastRevision: 0 });
  });

  it('conflicts when only some of its events stand there', () => {
    expect(decide(0, ['b', 'x'])).toEqual({ outcome: 'wrongRevision' });
    expect(decide(1, ['c', 'd'])).toEqual({ outcome: 'wrongRevision' });
    expect(decide(ANY, ['b', 'x'])).toEqual({ outcome: 'wrongRevision' });
  });

  it('with any revision is a retry only of events still remembered', () => {
    expect(decide(ANY, ['b', 'c'])).toEqual({ outcome: 'alreadyWritten', lastRevision: 2 });
    expect(decide(ANY, ['x', 'b'])).toEqual({ outcome: 'write', undelete: false });
  });

  it('expecting an existing stream is content with metadata alone', () => {
    expect(decideAppend(fresh, STREAM_EXISTS, ['x'], historyOf([]))).toEqual({ outcome: 'wrongRevision' });
    expect(decideAppend({ ...fresh, hasMetadata: true }, STREAM_EXISTS, ['x'], historyOf([]))).toEqual({
      outcome: 'write',
      undelete: false,
    });
  });

  it('revives a soft-deleted stream, except when it must exist', () => {
    const deleted = withEvents(written, { metadata: { truncateBefore: SOFT_DELETED } });
    for (const expected of [NO_STREAM, ANY, 2]) expect(decide(expected, ['x'], deleted)).toEqual({ outcome: 'write', undelete: true });
    expect(decide(STREAM_EXISTS, ['x'], deleted)).toEqual({ outcome: 'streamDeleted' });
    expect(decide(1, ['x'], deleted)).toEqual({ outcome: 'wrongRevision' });
  });

  it('to a tombstoned stream is refused whatever is expected', () => {
    const ended = withEvents(written, { tombstoned: true });
    for (const expected of [NO_STREAM, ANY, STREAM_EXISTS, 0, 2])
      expect(decide(expected, ['x'], ended)).toEqual({ outcome: 'streamDeleted' });
  });

  it('repeated at its own revision never writes twice, whatever came after it', () => {
    const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, fc.nat(), fc.nat(), (all, a, b) => {
        const from = a % all.length;
        const upTo = from + 1 + (b % (all.length - from));
        const decision = decideAppend(withEvents(all), from - 1, all.slice(from, upTo), historyOf(all));
        expect(decision).toEqual({ outcome: 'alreadyWritten', lastRevision: upTo - 1 });
      }),
    );
  });
});

describe('a delete', () => {
  const deleted = withEvents(written, { metadata: { truncateBefore: SOFT_DELETED } });
  it.each([
    { what: 'an existing stream, any revision', state: withEvents(written), expected: ANY, outcome: 'delete' },
    { what: 'an existing stream, its revision', state: withEvents(written), expected: 2, outcome: 'delete' },
    { what: 'an existing stream, another revision', state: withEvents(written), expected: 1, outcome: 'wrongRevision' },
    { what: 'an existing stream, expecting none', state: withEvents(written), expected: NO_STREAM, outcome: 'wrongRevision' },
    { what: 'a missing stream, any revision', state: fresh, expected: ANY, outcome: 'wrongRevision' },
    { what: 'a missing stream, expecting none', state: fresh, expected: NO_STREAM, outcome: 'delete' },
    { what: 'a missing stream, expecting one', state: fresh, expected: STREAM_EXISTS, outcome: 'wrongRevision' },
    { what: 'a deleted stream, expecting one', state: deleted, expected: STREAM_EXISTS, outcome: 'wrongRevision' },
    { what: 'a tombstoned stream', state: { ...fresh, tombstoned: true }, expected: ANY, outcome: 'streamDeleted' },
  ])('of $what → $outcome', ({ state, expected, outcome }) => {
    expect(decideDelete(state, expected, false)).toBe(outcome);
  });

  it('for ever also ends a stream that never was', () => {
    expect(decideDelete(fresh, ANY, true)).toBe('delete');
  });
});
