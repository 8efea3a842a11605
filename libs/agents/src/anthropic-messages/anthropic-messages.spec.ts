import { readFileSync } from 'node:fs';
import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { decide, type Requested } from '../example-decision.ts';
import { formatMessage, parseMessage } from './anthropic-messages.ts';

const reply = JSON.parse(readFileSync(new URL('samples/tool-use.json', import.meta.url), 'utf8')) as Anthropic.Message;
const [asked] = parseMessage(reply) as Requested[];

describe('a reply that stopped for tools', () => {
  it('is answered by the next user message, in the SDK’s own types', () => {
    const message = formatMessage([decide(asked!, 'modified')], reply);
    message satisfies Anthropic.MessageParam;
    expect(message).toMatchObject({ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: false }] });
    expect(JSON.parse(message.content[0]!.content)).toMatchObject({ approved: true, approvedAction: { args: { amount: 100 } } });
  });

  it('leaves the results of other tools to the app, which has to send them in the same message', () => {
    expect(parseMessage(reply)[1]).toEqual({ kind: 'foreign', toolCallId: 'toolu_2', toolName: 'lookup_order' });
    expect(() => formatMessage([], reply)).toThrow('no decision yet: toolu_1');
  });

  it('with an amount that JavaScript cannot hold is refused and answered no', () => {
    const huge = { ...reply, content: [{ ...reply.content[1]!, input: { entity_id: 'A', amount: 12_345_678_901_234_567_000 } }] };
    expect(parseMessage(huge)).toMatchObject([{ kind: 'refused' }]);
    expect(JSON.parse(formatMessage([], huge).content[0]!.content)).toMatchObject({ approved: false });
  });
});
