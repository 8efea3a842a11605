import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/client.ts';
import { refusalOf } from './refusal.ts';

const now = Date.parse('2026-11-22T12:00:30.000Z');

describe('a refused verb', () => {
  it('names who won a lost race and when, and says the note is kept', () => {
    const problem = { by: { kind: 'operator', id: 'op_1', display: 'Maria Lopez' }, at: '2026-11-22T12:00:12.000Z' };
    const refusal = refusalOf(new ApiError(409, 'already_decided', 'The request was rejected.', problem), now);
    expect(refusal.title).toBe('Already decided by Maria Lopez, 18 s ago');
    expect(refusal.detail).toContain('your note is kept');
  });

  it('does not call silence a failure', () => {
    expect(refusalOf(new ApiError(0, 'unreachable', ''), now).detail).toContain('may or may not');
  });

  it('passes on which field of an edit was refused', () => {
    const errors = [{ pointer: '/amount', detail: 'must be <= 500' }];
    expect(refusalOf(new ApiError(422, 'invalid_action', 'The edited action does not fit.', { errors }), now).errors).toEqual(errors);
  });

  it('does not trust the shape of a problem', () => {
    expect(refusalOf(new ApiError(409, 'already_decided', 'Too late.', { by: 'x', at: 4 }), now).title).toBe('Already decided');
  });
});
