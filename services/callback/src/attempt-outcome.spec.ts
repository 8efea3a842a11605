import { EgressError } from '@holdpoint/egress';
import { describe, expect, it } from 'vitest';
import { outcomeOfAnswer, outcomeOfError } from './attempt-outcome.ts';

const answer = (status: number, headers: Record<string, string> = {}, body = '') =>
  outcomeOfAnswer({ status, headers, body: Buffer.from(body), truncated: false, resolvedAddress: '203.0.113.1', durationMs: 1 });

describe('an answer to a callback', () => {
  it.each([200, 201, 202, 204, 299])('%i is a delivery', status => {
    expect(answer(status)).toEqual({ delivered: true, status, resolvedAddress: '203.0.113.1' });
  });

  it.each([
    [301, 'redirect'],
    [302, 'redirect'],
    [304, 'redirect'],
    [400, 'http_400'],
    [404, 'http_404'],
    [408, 'http_408'],
    [429, 'throttled'],
    [500, 'http_500'],
    [503, 'http_503'],
  ])('%i is tried again', (status, errorClass) => {
    expect(answer(status)).toMatchObject({ delivered: false, errorClass, ends: false });
  });

  it('410 ends it, and so does a receiver that says so', () => {
    expect(answer(410)).toMatchObject({ errorClass: 'gone', ends: true });
    expect(answer(500, { 'webhook-delivery': 'abort-message' })).toMatchObject({ errorClass: 'aborted_by_receiver', ends: true });
  });

  it('keeps what the receiver asked for and the first 4 KiB of what it said', () => {
    expect(answer(503, { 'retry-after': '7' }, 'x'.repeat(10_000))).toMatchObject({ retryAfter: '7', responseExcerpt: 'x'.repeat(4_096) });
  });
});

describe('a callback without an answer', () => {
  it('is tried again under the class of its failure', () => {
    expect(outcomeOfError(new EgressError('timeout', 'late'))).toMatchObject({
      delivered: false,
      status: null,
      errorClass: 'timeout',
      ends: false,
    });
  });

  it('is not blamed on the receiver when the fault is ours', () => {
    expect(() => outcomeOfError(new TypeError('bug'))).toThrow('bug');
  });
});
