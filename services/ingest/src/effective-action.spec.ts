import type { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import { askedAction } from './effective-action.ts';

const words = { contextSummary: 's', proposedAction: 'p', entityId: 'e', riskLevel: 'low' } as const;
const refund = { name: 'issue_refund', args: { amount: 245, currency: 'USD' } };
const refused = (more: object, action?: typeof refund): ProblemError => {
  try {
    askedAction({ arguments: { ...words, ...more }, action });
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('it was not refused');
};

describe('the action a request asks for', () => {
  it('is the one it states', () => expect(askedAction({ arguments: words, action: refund })).toEqual(refund));
  it('is none when it names none', () => {
    expect(askedAction({ arguments: words })).toBeNull();
    expect(askedAction({ arguments: { ...words, actionName: null, actionArgsJson: null }, action: null })).toBeNull();
  });
  it('is read from the full tool variant', () => {
    expect(askedAction({ arguments: { ...words, actionName: 'issue_refund', actionArgsJson: '{"amount":245,"currency":"USD"}' } })).toEqual(
      refund,
    );
    expect(askedAction({ arguments: { ...words, actionName: 'restart' } })).toEqual({ name: 'restart', args: {} });
  });
  it('may be stated twice when both say the same, whatever the order of members', () => {
    expect(
      askedAction({
        arguments: { ...words, actionName: 'issue_refund', actionArgsJson: '{"currency":"USD","amount":245}' },
        action: refund,
      }),
    ).toEqual(refund);
  });
  it('is refused when what the model saw is not what would run', () => {
    expect(refused({ actionName: 'issue_refund', actionArgsJson: '{"amount":2,"currency":"USD"}' }, refund)).toMatchObject({
      status: 422,
      code: 'action_invalid',
      problem: { errors: [{ pointer: '/action' }] },
    });
  });
  it.each([
    ['a duplicate key', '{"amount":1,"amount":999}'],
    ['an unsafe integer', '{"amount":9007199254740993}'],
    ['a prototype key', '{"__proto__":{"admin":true}}'],
    ['an array', '[1]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['nothing', ''],
    ['half a document', '{"a":'],
    ['two documents', '{}{}'],
  ])('is refused when actionArgsJson holds %s', (_, actionArgsJson) => {
    const problem = refused({ actionName: 'x', actionArgsJson });
    expect(problem).toMatchObject({ status: 422, code: 'action_invalid' });
    expect(problem.problem.errors?.[0]?.pointer).toBe('/arguments/actionArgsJson');
  });
  it('is refused when arguments come without a name', () => {
    expect(refused({ actionArgsJson: '{}' }).problem.errors?.[0]?.pointer).toBe('/arguments/actionName');
  });
});
