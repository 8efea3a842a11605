import type { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import { idempotencyKeyOf, keyFromHeader } from './idempotency-key.ts';

const refusal = (run: () => unknown): ProblemError => {
  try {
    run();
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('it was not refused');
};

describe('the Idempotency-Key header', () => {
  it.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['  "a b"  ', 'a b'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['550e8400-e29b-41d4-a716-446655440000', '550e8400-e29b-41d4-a716-446655440000'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('is the same key quoted and bare: %s', (header, key) => expect(keyFromHeader(header)).toBe(key));

  it('may be absent', () => expect(keyFromHeader(undefined)).toBeUndefined());

  it.each([
    ['empty', ''],
    ['empty quoted', '""'],
    ['only spaces', '   '],
    ['too long', 'x'.repeat(256)],
    ['an open quote', '"abc'],
    ['a quote inside quotes', '"a"b"'],
    ['a bad escape', '"a\\n"'],
    ['not ASCII', 'käse'],
    ['a control character', 'a\u0001b'],
    ['given twice', ['a', 'b']],
  ])('is refused when it is %s', (_, header) => {
    expect(refusal(() => keyFromHeader(header))).toMatchObject({ status: 400, code: 'idempotency_key_invalid' });
  });
});

describe('the name of a request', () => {
  const call = { source: 'openai.assistants', threadId: 't', runId: 'r', toolCallId: 'c' } as const;

  it('comes from the header when there is one', () => {
    expect(idempotencyKeyOf(call, 'k', 'live')).toBe(idempotencyKeyOf({ source: 'custom' }, 'k', 'live'));
  });
  it('otherwise from the paused call, each part counting', () => {
    const names = [
      call,
      { ...call, threadId: 'x' },
      { ...call, runId: 'x' },
      { ...call, toolCallId: 'x' },
      { ...call, source: 'mcp' as const },
    ].map(each => idempotencyKeyOf(each, undefined, 'live'));
    expect(new Set(names).size).toBe(5);
  });
  it('never mixes a header with a call, nor a test with a live request', () => {
    const derived = idempotencyKeyOf(call, undefined, 'live');
    expect(idempotencyKeyOf(call, derived.replace('live call ', ''), 'live')).not.toBe(derived);
    expect(idempotencyKeyOf(call, undefined, 'test')).not.toBe(derived);
    expect(idempotencyKeyOf(call, 'k', 'test')).not.toBe(idempotencyKeyOf(call, 'k', 'live'));
  });
  it('needs the tool call, and its run or thread, and says which is missing', () => {
    expect(idempotencyKeyOf({ source: 'anthropic.messages', threadId: 't', toolCallId: 'c' }, undefined, 'live')).toContain('"t"');
    const problem = refusal(() => idempotencyKeyOf({ source: 'custom' }, undefined, 'live'));
    expect(problem).toMatchObject({ status: 400, code: 'idempotency_key_required' });
    expect(problem.problem.errors?.map(({ pointer }) => pointer)).toEqual(['/toolCallId', '/runId']);
    expect(refusal(() => idempotencyKeyOf({ source: 'custom', runId: 'r' }, undefined, 'live')).problem.errors).toHaveLength(1);
  });
});
