import { describe, expect, it } from 'vitest';
import { EgressError } from '@holdpoint/egress';
import { AnswerTooLarge, failureOf } from './upstream-failed.ts';

const http = (status: number) => Object.assign(new Error('Error POSTing to endpoint'), { data: { status } });
const never = () => false;

describe('what became of a request', () => {
  it.each([
    ['notSent', new EgressError('refused', '10.0.0.7 refused')],
    ['notSent', new EgressError('blocked', '10.0.0.7 is private')],
    ['unknown', new EgressError('timeout', 'no answer', { requestMayHaveArrived: true })],
    ['unknown', new EgressError('reset', 'cut off', { requestMayHaveArrived: true })],
    ['unknown', new AnswerTooLarge(10)],
  ])('is %s after %s', (fate, underneath) => {
    const failure = failureOf(new Error('fetch failed'), underneath, never);
    expect(failure.fate).toBe(fate);
    expect(failure.message).not.toMatch(/10\.0\.0\.7/);
  });
  it.each([
    ['refused', 301],
    ['refused', 401],
    ['refused', 404],
    ['unknown', 500],
    ['unknown', 503],
  ] as const)('is %s after HTTP %i', (fate, status) => {
    expect(failureOf(http(status), undefined, never)).toMatchObject({ fate, message: `The MCP server answered HTTP ${status}.` });
  });
  it('is refused where the server says so in the protocol, in its words, cut', () => {
    const failure = failureOf(new Error('No such order. '.repeat(100)), undefined, () => true);
    expect(failure).toMatchObject({
      fate: 'refused',
      message: expect.stringMatching(/^The MCP server answered with an error: No such order\. .*\[cut\]$/),
    });
  });
  it('is unknown where nothing says otherwise', () => {
    expect(failureOf(new Error('invalid result'), undefined, never).fate).toBe('unknown');
    expect(failureOf('what', undefined, never).fate).toBe('unknown');
  });
});
