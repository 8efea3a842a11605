import { readFileSync } from 'node:fs';
import { approvalRequest } from '@holdpoint/contracts';
import { describe, expect, it } from 'vitest';
import { parsePause } from './parse.ts';

const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8'));
const withArguments = (text: string) => {
  const run = sample('run-paused') as { required_action: { submit_tool_outputs: { tool_calls: { function: { arguments: string } }[] } } };
  run.required_action.submit_tool_outputs.tool_calls[0]!.function.arguments = text;
  return run;
};

describe('a paused run', () => {
  it('becomes a request for its gate call', () => {
    expect(parsePause(sample('run-paused'), { connectionId: 'foundry' })).toEqual([
      {
        kind: 'request',
        toolCallId: 'call_FthC9qRpsL5kBpwwyw6c7j4k',
        request: {
          source: 'openai.assistants',
          threadId: 'thread_abc123',
          runId: 'run_abc123',
          toolCallId: 'call_FthC9qRpsL5kBpwwyw6c7j4k',
          arguments: {
            contextSummary: 'Order A-1 arrived broken.',
            proposedAction: 'Refund $245.00 to the original card.',
            entityId: 'A-1',
            riskLevel: 'medium',
          },
          resume: { mode: 'openai.submitToolOutputs', connectionId: 'foundry' },
          upstreamExpiresAt: 1_795_349_400,
          agent: { model: 'gpt-4o' },
        },
      },
    ]);
  });

  it('with parallel calls keeps their order, leaves foreign ones alone and refuses what is ambiguous', () => {
    const [first, second, third] = parsePause(sample('run-paused-parallel'));
    expect(first).toMatchObject({
      kind: 'request',
      request: { arguments: { actionName: 'issue_refund', amount: 245 } },
    });
    expect(second).toEqual({ kind: 'foreign', toolCallId: 'call_2', toolName: 'lookup_order' });
    expect(third).toMatchObject({ kind: 'refused', toolCallId: 'call_3' });
  });

  it('gives requests that the API accepts', () => {
    for (const call of [...parsePause(sample('run-paused')), ...parsePause(sample('run-paused-parallel'))])
      if (call.kind === 'request') expect(approvalRequest.safeParse(call.request).success).toBe(true);
  });

  it.each([
    ['not JSON', '{'],
    ['a duplicate key', '{"risk_level":"low","risk_level":"high"}'],
    ['a member it does not know', '{"context_summary":"a","proposed_action":"b","entity_id":"c","risk_level":"low","approve":true}'],
    [
      'a number that JSON cannot carry',
      '{"context_summary":"a","proposed_action":"b","entity_id":"c","risk_level":"low","amount":12345678901234567890}',
    ],
    [
      'one member under both its names',
      '{"context_summary":"a","contextSummary":"x","proposed_action":"b","entity_id":"c","risk_level":"low"}',
    ],
    ['a missing member', '{"context_summary":"a"}'],
  ])('is refused when its arguments hold %s', (_what, text) => {
    expect(parsePause(withArguments(text))).toMatchObject([{ kind: 'refused' }]);
  });

  it('that does not wait has nothing to ask', () => {
    expect(parsePause(sample('run-expired-done'))).toEqual([]);
    expect(() => parsePause({ nonsense: true })).toThrow('at id we expected string');
  });
});
