import { describe, expect, it } from 'vitest';
import { diffFields } from './diff-fields.ts';

describe('the difference between the asked and the edited action', () => {
  it('is empty for equal values, whatever the order of members', () => {
    expect(diffFields({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toEqual([]);
  });

  it('names what changed, appeared and went', () => {
    expect(diffFields({ amount: 245, note: 'x', to: { iban: 'DE1' } }, { amount: 200, to: { iban: 'DE2', bic: 'B' } })).toEqual([
      { kind: 'changed', pointer: '/amount', before: 245, after: 200 },
      { kind: 'changed', pointer: '/to/iban', before: 'DE1', after: 'DE2' },
      { kind: 'added', pointer: '/to/bic', after: 'B' },
      { kind: 'removed', pointer: '/note', before: 'x' },
    ]);
  });

  it('tells null, absent and other types apart', () => {
    expect(diffFields({ a: null }, {})).toEqual([{ kind: 'removed', pointer: '/a', before: null }]);
    expect(diffFields({ a: '1' }, { a: 1 })).toEqual([{ kind: 'changed', pointer: '/a', before: '1', after: 1 }]);
    expect(diffFields({ a: [1] }, { a: { 0: 1 } })).toEqual([{ kind: 'changed', pointer: '/a', before: [1], after: { 0: 1 } }]);
  });

  it('follows arrays item by item', () => {
    expect(diffFields({ ids: [1, 2, 3] }, { ids: [1, 5] })).toEqual([
      { kind: 'changed', pointer: '/ids/1', before: 2, after: 5 },
      { kind: 'removed', pointer: '/ids/2', before: 3 },
    ]);
  });
});
