import { readFileSync } from 'node:fs';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatResponse, parseResponse } from './openai-responses.ts';

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`samples/${name}.json`, import.meta.url), 'utf8')) as OpenAI.Responses.Response;
const decided = (pause: unknown, ...outcomes: Parameters<typeof decide>[1][]) =>
  (parseResponse(pause).filter(({ kind }) => kind === 'request') as Requested[]).map((call, index) => decide(call, outcomes[index]!));

describe('a response that asks', () => {
  it('is answered in its conversation, in the SDK’s own words', () => {
    const pause = sample('function-call');
    const answer = formatResponse(decided(pause, 'approved'), pause);
    const next = { model: 'gpt-5.4', ...answer } satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming;
    expect(next).toMatchObject({ conversation: 'conv_1', input: [{ type: 'function_call_output', call_id: 'call_1' }] });
    expect(next).not.toHaveProperty('previous_response_id');
  });

  it('for hosted MCP calls is answered call by call, with a reason for each no', () => {
    const pause = sample('mcp-approval');
    const answer = formatResponse(decided(pause, 'approved', 'modified'), pause);
    expect(answer).toMatchObject({
      previous_response_id: 'resp_2',
      input: [
        { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
        { type: 'mcp_approval_response', approval_request_id: 'mcpr_2', approve: false, reason: expect.stringContaining('approvedAction') },
      ],
    });
  });

  it('tells foreign calls apart and takes all answers or none', () => {
    expect(parseResponse(sample('function-call')).map(({ kind }) => kind)).toEqual(['request', 'foreign']);
    const pause = sample('mcp-approval');
    expect(() => formatResponse([], pause)).toThrow('no decision yet: mcpr_1, mcpr_2');
  });

  it('in a way we do not know is refused, not guessed', () => {
    const pause = { id: 'resp_1', object: 'response', output: [{ type: 'a2a_approval_request', id: 'x' }] };
    expect(() => parseResponse(pause)).toThrow('at output.0.type we expected mcp_approval_request');
  });

  it('with arguments that two parsers read differently is refused, and answered no', () => {
    const pause = {
      id: 'resp_1',
      object: 'response',
      output: [
        { type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'shop', name: 'refund', arguments: '{"amount":1,"amount":999}' },
      ],
    };
    expect(parseResponse(pause)).toMatchObject([{ kind: 'refused', toolCallId: 'mcpr_1' }]);
    expect(formatResponse([], pause).input).toMatchObject([{ approve: false, reason: expect.stringContaining('Not approved') }]);
  });
});
