import { describe, expect, it } from 'vitest';
import { formOf, memberAt, readInput, withMember } from './form-of-schema.ts';

const refund = {
  type: 'object',
  required: ['amount'],
  properties: {
    amount: { type: 'number', minimum: 0, maximum: 500, description: 'In the order’s currency' },
    currency: { enum: ['USD', 'EUR'] },
    notify: { type: 'boolean' },
    to: { type: 'object', properties: { iban: { type: 'string', maxLength: 34 } } },
  },
};
const args = { amount: 245, currency: 'USD', to: { iban: 'DE89' } };

describe('the edit form', () => {
  it('follows the schema: kinds, limits, help, optional members that are not there yet', () => {
    const fields = formOf(refund, args);
    expect(fields?.map(field => [field.label, field.control.kind, field.required])).toEqual([
      ['amount', 'number', true],
      ['currency', 'choice', false],
      ['to', 'group', false],
      ['notify', 'boolean', false],
    ]);
    expect(fields?.[0]).toMatchObject({ help: 'In the order’s currency', control: { min: 0, max: 500, integer: false } });
    expect(fields?.[2]?.control).toMatchObject({ fields: [{ path: ['to', 'iban'], control: { kind: 'text', maxLength: 34 } }] });
  });

  it('follows the arguments themselves when there is no schema', () => {
    expect(formOf(null, { a: 'x', n: 1, b: true, list: [1], none: null })?.map(field => field.control.kind)).toEqual([
      'text',
      'number',
      'boolean',
      'json',
      'json',
    ]);
  });

  it('gives a JSON input to a member whose value is not of the type the schema names', () => {
    expect(formOf(refund, { amount: '245' })?.[0]?.control.kind).toBe('json');
  });

  it('leaves combined schemas to the JSON editor', () => {
    expect(formOf({ oneOf: [refund] }, args)).toBeNull();
    expect(formOf({ type: 'object', properties: { a: { $ref: '#/x' } } }, { a: 1 })?.[0]?.control.kind).toBe('json');
  });

  it('leaves a very long list of members to the JSON editor', () => {
    expect(formOf(null, Object.fromEntries(Array.from({ length: 61 }, (_, index) => [`m${index}`, 1])))).toBeNull();
  });
});

describe('an edited member', () => {
  it('replaces its value in place and leaves the original alone', () => {
    const edited = withMember(args, ['to', 'iban'], 'FR76');
    expect(edited).toEqual({ amount: 245, currency: 'USD', to: { iban: 'FR76' } });
    expect(Object.keys(edited)).toEqual(['amount', 'currency', 'to']);
    expect(args.to.iban).toBe('DE89');
  });

  it('can be added, also below a member that was not there, and taken out', () => {
    expect(withMember({}, ['to', 'iban'], 'X')).toEqual({ to: { iban: 'X' } });
    expect(withMember(args, ['currency'], undefined)).toEqual({ amount: 245, to: { iban: 'DE89' } });
  });

  it('never reaches the prototype', () => {
    const edited = withMember({}, ['__proto__'], { polluted: true });
    expect(Object.getPrototypeOf(edited)).toBe(Object.prototype);
    expect(memberAt({}, ['constructor', 'name'])).toBeUndefined();
  });
});

describe('what a person types', () => {
  const amount = { kind: 'number', integer: false, min: 0, max: 500 } as const;
  it.each([
    ['99.50', 99.5],
    ['0', 0],
    [' 500 ', 500],
  ])('takes %s as a number', (typed, value) => {
    expect(readInput(amount, typed)).toEqual({ ok: true, value });
  });

  it.each(['', '1,5', '0x10', '1e400', '501', '-1', 'NaN', '9007199254740993'])('refuses %s', typed => {
    expect(readInput({ ...amount, max: typed.startsWith('9') ? null : 500 }, typed).ok).toBe(false);
  });

  it('refuses a fraction where a whole number is asked, broken JSON and a text over its limit', () => {
    expect(readInput({ ...amount, integer: true }, '1.5').ok).toBe(false);
    expect(readInput({ kind: 'json' }, '{"a":').ok).toBe(false);
    expect(readInput({ kind: 'text', long: false, minLength: null, maxLength: 2 }, 'abc').ok).toBe(false);
  });
});
