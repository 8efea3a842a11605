import { describe, expect, it } from 'vitest';
import { erasedWords, erasureOf } from './index.ts';

const AT = '2026-11-22T12:00:00.000Z';
const olga = { kind: 'operator', id: 'opr_olga', display: 'Olga', role: 'owner' } as const;
const asked = { type: 'ApprovalRequested', data: { private: 'hp2.sealed' } };
const ordered = { type: 'ErasureOrdered', data: { ground: 'request', reason: 'Request 4711.', by: olga, at: AT } };
const done = { type: 'ApprovalErased', data: { ground: 'request', keys: 1, at: '2026-11-22T12:00:01.000Z' } };

describe('whose order it was', () => {
  it('is told from what stands in the open', () => {
    const erasure = { ground: 'request', reason: 'Request 4711.', by: olga, erasedAt: AT };
    expect(erasureOf([asked, ordered])).toEqual({ ...erasure, keysDestroyedAt: null });
    expect(erasureOf([asked, ordered, done])).toEqual({ ...erasure, keysDestroyedAt: '2026-11-22T12:00:01.000Z' });
  });
  it('is nobody’s where nobody ordered it', () => {
    expect([erasureOf([]), erasureOf([asked]), erasureOf([asked, done])]).toEqual([null, null, null]);
  });
  it('is a sentence', () => {
    expect(erasedWords({ ground: 'request', by: olga, erasedAt: AT })).toBe(`What it said was erased at ${AT}, because Olga ordered it.`);
    expect(erasedWords({ ground: 'request', by: { kind: 'operator', id: 'opr_x' }, erasedAt: AT })).toContain('opr_x ordered it');
    expect(erasedWords({ ground: 'retention', by: { kind: 'rule', id: 'retention' }, erasedAt: AT })).toContain('its time was over');
  });
});
