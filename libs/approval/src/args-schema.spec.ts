import { describe, expect, it } from 'vitest';
import { argsProblem, diffOf } from './index.ts';

const args = { amount: 200, currency: 'USD' };

describe('a schema for edited arguments', () => {
  it('names what is wrong and where', () => {
    const schema = { type: 'object', properties: { amount: { type: 'number', maximum: 100 } }, additionalProperties: false };
    expect(argsProblem(schema, { amount: 200 })).toBe('args/amount must be <= 100');
    expect(argsProblem(schema, args)).toBe('args must NOT have additional properties');
    expect(argsProblem(schema, { amount: 100 })).toBeNull();
  });

  it('may be a plain true or false', () => {
    expect(argsProblem(true, args)).toBeNull();
    expect(argsProblem(false, args)).toContain('boolean schema is false');
  });

  it('is read as draft-07 or 2020-12, by its $schema', () => {
    const tuple = { type: 'array', items: [{ type: 'number' }], additionalItems: false };
    const draft07 = { $schema: 'http://json-schema.org/draft-07/schema#', properties: { list: tuple } };
    expect(argsProblem(draft07, { list: [1, 2] })).toContain('must NOT have more than 1 items');
    const draft2020 = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { list: { type: 'array', prefixItems: [{ type: 'number' }], items: false } },
    };
    expect(argsProblem(draft2020, { list: [1, 2] })).toContain('must NOT have more than 1 items');
  });

  it.each([
    ['refers to the outside', { $ref: 'https://example.test/schema.json' }],
    ['does not compile', { type: 'objekt' }],
    ['is asynchronous', { $async: true, type: 'object' }],
    ['is asynchronous inside', { properties: { amount: { $async: true } } }],
    ['has an invalid pattern', { properties: { currency: { pattern: '(' } } }],
    ['is endless', { $ref: '#' }],
    ['is an unknown draft', { $schema: 'https://example.test/my-draft' }],
    ['is too long', { description: 'x'.repeat(40_000) }],
  ])('that %s refuses every edit and says why', (_, schema) => {
    expect(argsProblem(schema, args)).toMatch(/^argsSchema (cannot be used|is longer)/);
  });

  it('is checked without a trace of the schemas before it', () => {
    expect(argsProblem({ $id: 'https://example.test/a', properties: { amount: { maximum: 1 } } }, args)).toContain('must be <= 1');
    expect(argsProblem({ $id: 'https://example.test/a', properties: { amount: { maximum: 1_000 } } }, args)).toBeNull();
    expect(argsProblem({ $id: 'https://json-schema.org/draft/2020-12/schema', type: 'array' }, args)).toBe('args must be array');
    expect(argsProblem({ type: 'object' }, args)).toBeNull();
    expect(argsProblem({ type: 'objekt' }, args)).toContain('must be equal to one of the allowed values');
    expect(argsProblem({ $ref: 'https://example.test/a' }, args)).toContain("can't resolve reference");
  });
});

describe('a diff', () => {
  it('leads from one action to the other', () => {
    expect(diffOf({ name: 'pay', args: { amount: 1, to: 'a' } }, { name: 'pay', args: { amount: 2, note: 'n' } })).toEqual([
      { op: 'remove', path: '/args/to' },
      { op: 'add', path: '/args/note', value: 'n' },
      { op: 'replace', path: '/args/amount', value: 2 },
    ]);
  });

  it('replaces long lists whole, in little time', () => {
    const list = Array.from({ length: 5_000 }, (_, index) => index);
    const other = list.map(entry => entry + 1);
    const before = performance.now();
    expect(diffOf({ name: 'pay', args: { list } }, { name: 'pay', args: { list: other } })).toEqual([
      { op: 'replace', path: '/args/list', value: other },
    ]);
    expect(performance.now() - before).toBeLessThan(500);
  });
});
