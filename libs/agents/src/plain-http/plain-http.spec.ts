import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatDecision, parseBody } from './plain-http.ts';

const body = JSON.parse(readFileSync(new URL('samples/exact-action.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const [call] = parseBody(body) as Requested[];

describe('an app that speaks plain HTTP', () => {
  it('is told exactly what may run', () => {
    const asked = { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } };
    expect(formatDecision([decide(call!, 'approved')], body)).toMatchObject({ run: true, action: asked });
    expect(formatDecision([decide(call!, 'modified')], body)).toMatchObject({ run: true, action: { args: { amount: 100 } } });
    expect(formatDecision([decide(call!, 'expired')], body)).toMatchObject({ run: false, action: null });
  });

  it('may leave the call’s id out: the decision then has none either', () => {
    expect(formatDecision([{ ...decide(call!, 'approved'), toolCallId: null }], body)).toMatchObject({ run: true });
  });

  it('may use either spelling of a name, not both', () => {
    expect(parseBody({ arguments: body['arguments'], thread_id: 'chat-9' })).toHaveLength(1);
    expect(() => parseBody({ ...body, thread_id: 'chat-8' })).toThrow('at threadId we expected one of its two names');
  });

  it('learns where its body is wrong', () => {
    expect(() => parseBody({ ...body, arguments: { contextSummary: 'c' } })).toThrow('at arguments.proposedAction we expected string');
  });
});
