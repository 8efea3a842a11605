import { describe, expect, it } from 'vitest';
import { treeRows } from './tree-rows.ts';

const none = new Set<string>();

describe('a value laid out in rows', () => {
  it('keeps order, types and depth', () => {
    const { rows, folds } = treeRows({ amount: 245.5, order: { id: 'A-1', lines: [true, null] } }, none);
    expect(rows.map(row => (row.kind === 'value' ? [row.depth, row.key, row.type, row.text] : row))).toEqual([
      [0, 'amount', 'number', '245.5'],
      [0, 'order', 'object', '2 members'],
      [1, 'id', 'string', 'A-1'],
      [1, 'lines', 'array', '2 items'],
      [2, '0', 'boolean', 'true'],
      [2, '1', 'null', 'null'],
    ]);
    expect(folds).toEqual([]);
  });

  it('folds a long string behind a count until it is opened', () => {
    const value = { script: `${'x'.repeat(1_200)}${'y'.repeat(34)}` };
    const { rows, folds } = treeRows(value, none);
    expect(folds).toEqual(['/script']);
    expect(rows[1]).toMatchObject({ kind: 'fold', hidden: '34 more of 1,234 characters' });
    const opened = treeRows(value, new Set(['/script']));
    expect(opened.folds).toEqual([]);
    expect(opened.rows[0]).toMatchObject({ text: value.script });
  });

  it('folds a string of many short lines', () => {
    expect(treeRows({ sql: 'a\n'.repeat(25) }, none).folds).toEqual(['/sql']);
  });

  it('folds the tail of a wide array, and what is folded inside it appears once opened', () => {
    const value = { ids: [...Array.from({ length: 60 }, (_, index) => index), 'z'.repeat(2_000)] };
    expect(treeRows(value, none).folds).toEqual(['/ids']);
    expect(treeRows(value, none).rows.at(-1)).toMatchObject({ kind: 'fold', hidden: '11 more items' });
    expect(treeRows(value, new Set(['/ids'])).folds).toEqual(['/ids/60']);
    expect(treeRows(value, 'all').folds).toEqual([]);
  });

  it('never cuts a character in half', () => {
    const [row] = treeRows({ text: `${'x'.repeat(1_199)}😀tail` }, none).rows;
    expect(row).toMatchObject({ text: 'x'.repeat(1_199) });
  });

  it('escapes names that look like paths', () => {
    expect(treeRows({ 'a/b': { '~': 1 } }, none).rows.map(row => row.pointer)).toEqual(['/a~1b', '/a~1b/~0']);
  });
});
