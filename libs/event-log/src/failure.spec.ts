import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  TimeoutError,
  UnavailableError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { failureOf, unavailableError } from './failure.ts';
import { OutOfTime } from './out-of-time.ts';

const conflict = (current: bigint | 'no_stream') =>
  new WrongExpectedVersionError(undefined, { streamName: 's', expected: 3n, current } as ConstructorParameters<
    typeof WrongExpectedVersionError
  >[1]);

describe('what a failed call means', () => {
  it.each([
    ['a wrong revision', conflict(7n), { kind: 'conflict', actual: 7 }],
    ['a wrong revision of a missing stream', conflict('no_stream'), { kind: 'conflict', actual: -1 }],
    ['a deleted stream', StreamDeletedError.fromStreamName('s'), { kind: 'gone' }],
    ['too many bytes', MaxAppendSizeExceededError.fromMaxAppendSize(9), { kind: 'rejected' }],
    ['missing rights', new AccessDeniedError(), { kind: 'unavailable', reason: 'readOnly', settled: true }],
    ['a server timeout', new TimeoutError(), { kind: 'unavailable', reason: 'timeout', settled: false }],
    ['a passed deadline', new DeadlineExceededError(), { kind: 'unavailable', reason: 'timeout', settled: false }],
    ['our own clock', new OutOfTime('x'), { kind: 'unavailable', reason: 'timeout', settled: false }],
    ['no connection', new UnavailableError(), { kind: 'unavailable', reason: 'unreachable', settled: false }],
    ['a shutdown of the store', new CancelledError(), { kind: 'unavailable', reason: 'unreachable', settled: false }],
    [
      'a full disk',
      new UnknownError(undefined, 'Could not recognize disk nearly full: 1 MiB free'),
      { kind: 'unavailable', reason: 'disk', settled: true },
    ],
    [
      'a plain Error of a lost connection',
      new Error('14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED'),
      { kind: 'unavailable', reason: 'unreachable', settled: false },
    ],
    [
      'a failed discovery',
      new Error('Failed to discover candidate in 10 attempts.'),
      { kind: 'unavailable', reason: 'unreachable', settled: false },
    ],
    ['a server without batch appends', Object.assign(new Error('12 UNIMPLEMENTED'), { code: 12 }), { kind: 'unavailable', settled: true }],
    ['something thrown that is no Error', 'odd', { kind: 'unavailable', reason: 'unreachable', settled: false }],
    ['an error of ours', new TypeError('x is undefined'), { kind: 'bug' }],
  ])('%s', (_name, error, failure) => {
    expect(failureOf(error)).toMatchObject(failure);
  });
  it('tells when to try again', () => {
    expect(unavailableError({ reason: 'disk', message: '' })).toMatchObject({
      retryAfterSec: 30,
      message: expect.stringMatching(/free space/) as string,
    });
  });
});
