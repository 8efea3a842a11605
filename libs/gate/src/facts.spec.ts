import { describe, expect, it } from 'vitest';
import type { Json } from '@holdpoint/contracts';
import { refundRequested } from '@holdpoint/testing';
import { factsOf } from './facts.ts';

const of = (args: Record<string, Json>, paths: string[] = ['action.args.amount'], edited = false) => {
  const { facts, problems } = factsOf({ requested: refundRequested(), action: { name: 'pay', args }, edited }, paths);
  return { amount: facts.amount, currency: facts.currency, problems };
};

describe('the amount of a call', () => {
  it.each<[string, Record<string, Json>, string[], number | null]>([
    ['is the number a path leads to', { total: { due: 12.5 } }, ['action.args.total.due'], 12.5],
    ['is zero where zero is asked for', { amount: 0 }, ['action.args.amount'], 0],
    ['is what the second path leads to when the first leads nowhere', { sum: 7 }, ['action.args.amount', 'action.args.sum'], 7],
    [
      'is what the second path leads to when the first leads to null',
      { amount: null, sum: 7 },
      ['action.args.amount', 'action.args.sum'],
      7,
    ],
    ['is absent behind null', { total: null }, ['action.args.total.due'], null],
    ['is absent inside a number', { total: 5 }, ['action.args.total.due'], null],
    ['is not the length of a text', { note: 'abc' }, ['action.args.note.length'], null],
    ['is not the length of a list, nor an entry of it', { list: [4, 5] }, ['action.args.list.length', 'action.args.list.0'], null],
    ['is no member that objects inherit', {}, ['action.args.constructor.length'], null],
  ])('%s', (_, args, paths, amount) => expect(of(args, paths)).toMatchObject({ amount, problems: [] }));

  it('is contradicted by another number, unless a person wrote it', () => {
    const paths = ['action.args.amount', 'action.args.sum'];
    expect(of({ amount: 5, sum: 5 }, paths)).toMatchObject({ amount: 5, problems: [] });
    expect(of({ amount: 5, sum: 9 }, paths)).toMatchObject({ amount: 5, problems: ['action.args.amount is 5 but action.args.sum is 9'] });
    expect(of({ amount: 5, sum: 9 }, paths, true)).toMatchObject({ amount: 5, problems: [] });
  });
});

describe('the currency of a call', () => {
  it('is what the call names, and only a text', () => {
    expect(of({ currency: 'EUR' }).currency).toBe('EUR');
    expect(of({ currency: 978 }).currency).toBeNull();
    expect(of({ currency: null }).currency).toBeNull();
  });
});
