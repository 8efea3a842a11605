import { approvalRequest } from '@holdpoint/contracts';
import type { ProblemError } from '@holdpoint/service-kit';
import { describe, expect, it } from 'vitest';
import { readBody } from './read-body.ts';

const request = {
  source: 'custom',
  toolCallId: 'c',
  runId: 'r',
  arguments: { contextSummary: 's', proposedAction: 'p', entityId: 'e', riskLevel: 'low' },
};
const read = (body: unknown) => readBody(approvalRequest, Buffer.from(JSON.stringify(body)));
const refusal = (body: unknown): ProblemError => {
  try {
    read(body);
  } catch (error) {
    return error as ProblemError;
  }
  throw new Error('it was not refused');
};

describe('a request body', () => {
  it('is read as it is', () => expect(read(request)).toEqual(request));
  it('may use the brief’s snake_case names, also inside its known members', () => {
    const { contextSummary, proposedAction, entityId, riskLevel } = request.arguments;
    const snake = {
      source: 'custom',
      tool_call_id: 'c',
      run_id: 'r',
      arguments: { context_summary: contextSummary, proposed_action: proposedAction, entity_id: entityId, risk_level: riskLevel },
    };
    expect(read(snake)).toEqual(request);
  });
  it('keeps the agent’s own names in arguments of actions and in messages', () => {
    const action = { name: 'issue_refund', args: { order_id: 'A-1' } };
    const context = { messages: [{ role: 'user', content: 'hi', tool_call_id: 'x' }] };
    expect(read({ ...request, action, context })).toMatchObject({ action, context });
  });
  it('is refused when one member comes under two names', () => {
    expect(refusal({ ...request, run_id: 'other' })).toMatchObject({ status: 400, code: 'ambiguous_member' });
  });
  it('names every mistake with a pointer', () => {
    const problem = refusal({
      ...request,
      arguments: { ...request.arguments, riskLevel: 'huge', contextSummary: 7 },
      labels: { a: 1 },
      'x/y~z': 1,
    });
    expect(problem).toMatchObject({ status: 422, code: 'invalid_request' });
    expect(problem.problem.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      '/arguments/contextSummary',
      '/arguments/riskLevel',
      '/labels/a',
      '/x~1y~0z',
    ]);
  });
  it('names the place in the branch that was meant, where several would do', () => {
    expect(refusal({ ...request, callback: { url: 'ftp://app.example/' } }).problem.errors?.[0]?.pointer).toBe('/callback/url');
    expect(refusal({ ...request, callback: { url: 'https://app.example/', retries: 3 } }).problem.errors?.[0]?.pointer).toBe(
      '/callback/retries',
    );
  });
  it('never gets its own content back, beyond short names', () => {
    const problem = refusal({ ...request, ['n'.repeat(5_000)]: 1, source: 'secret-value' });
    expect(JSON.stringify(problem.problem).length).toBeLessThan(1_500);
    expect(JSON.stringify(problem.problem)).not.toContain('secret-value');
  });
  it('does not answer a thousand mistakes with a thousand places', () => {
    const labels = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`l${i}`, i]));
    expect(refusal({ ...request, labels }).problem.errors?.length).toBeLessThanOrEqual(20);
  });
  it('that is missing is a body that is empty', () => {
    expect(() => readBody(approvalRequest, undefined)).toThrow(expect.objectContaining({ status: 400, code: 'json_empty' }));
  });
});
