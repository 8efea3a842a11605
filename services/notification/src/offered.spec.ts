import { describe, expect, it } from 'vitest';
import { openOffered } from './offered.ts';

const MESSAGE = { approvalId: 'apr_a', attemptId: 'ntf_1' };
const offer = (...hashes: string[]) => ({
  actions: [],
  replyCode: null,
  handles: hashes.map(hash => ({ verb: 'approve' as const, hash })),
});

describe('what was offered a moment ago', () => {
  it('is known by its hash, and forgotten once the round it went out in must be on record', () => {
    let nowMs = 0;
    const offered = openOffered(() => nowMs);
    offered.note(offer('a', 'b'), MESSAGE);
    expect(offered.in('a')).toMatchObject(MESSAGE);
    expect(offered.in('b')).toMatchObject(MESSAGE);
    expect(offered.in('c')).toBeNull();
    nowMs = 59_999;
    offered.note(offer('b'), { ...MESSAGE, attemptId: 'ntf_2' });
    nowMs = 60_000;
    expect(offered.in('a')).toBeNull();
    expect(offered.in('b')).toMatchObject({ attemptId: 'ntf_2' });
    nowMs = 120_000;
    expect(offered.in('b')).toBeNull();
  });
});
