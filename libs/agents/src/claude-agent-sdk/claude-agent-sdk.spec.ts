import { describe, expect, it } from 'vitest';
import { decide } from '../example-decision.ts';
import { canUseToolThrough, formatPermission, preToolUseThrough, type Ask } from './claude-agent-sdk.ts';

const says =
  (outcome: Parameters<typeof decide>[1]): Ask =>
  async call =>
    decide(call, outcome);
const fails: Ask = () => Promise.reject(new Error('connection refused by 10.0.0.7'));
const options = { toolUseID: 'toolu_1', signal: new AbortController().signal };
const hookInput = {
  hook_event_name: 'PreToolUse',
  session_id: 'sess_1',
  tool_name: 'Bash',
  tool_input: { command: 'rm -r /srv/old' },
  tool_use_id: 'toolu_2',
};

describe('canUseTool', () => {
  it('lets the call run with exactly what was approved', async () => {
    const input = { order_id: 'A-1', amount: 245 };
    expect(await canUseToolThrough(says('approved'))('refund', input, options)).toEqual({ behavior: 'allow', updatedInput: input });
    expect(await canUseToolThrough(says('modified'))('refund', input, options)).toEqual({
      behavior: 'allow',
      updatedInput: { order_id: 'A-1', amount: 100 },
    });
  });

  it.each([
    ['nobody can be asked', fails],
    ['it was rejected', says('rejected')],
    ['it expired', says('expired')],
    ['the answer is nonsense', (async () => null) as unknown as Ask],
  ])('denies when %s', async (_why, ask) => {
    const result = await canUseToolThrough(ask)('refund', { amount: 1 }, options);
    expect(result).toMatchObject({ behavior: 'deny', message: expect.stringContaining('Not approved') });
    expect(JSON.stringify(result)).not.toContain('10.0.0.7');
  });

  it('denies input that is not one thing', async () => {
    expect(await canUseToolThrough(says('approved'))('refund', { amount: 2 ** 60 }, options)).toMatchObject({ behavior: 'deny' });
  });
});

describe('the PreToolUse hook', () => {
  it('allows, or denies with a reason', async () => {
    expect(await preToolUseThrough(says('approved'))(hookInput, 'toolu_2')).toEqual({
      hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput: { command: 'rm -r /srv/old' } },
    });
    expect(await preToolUseThrough(says('withdrawn'))(hookInput, 'toolu_2')).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('withdrawn') },
    });
  });

  it.each([
    ['nobody can be asked', fails, hookInput],
    ['it gets another event', says('approved'), { hook_event_name: 'PostToolUse' }],
    ['it gets nothing', says('approved'), undefined],
  ])('denies when %s', async (_why, ask, input) => {
    expect(await preToolUseThrough(ask)(input, undefined)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } });
  });
});

describe('the permission prompt tool', () => {
  it('returns one text block that holds the JSON', () => {
    const prompt = { tool_name: 'Bash', input: { command: 'ls' }, tool_use_id: 'toolu_3' };
    const call = { kind: 'request', toolCallId: 'toolu_3', request: { action: { name: 'Bash', args: { command: 'ls' } } } } as never;
    const answer = formatPermission([decide(call, 'approved')], prompt) as { content: { type: string; text: string }[] };
    expect(answer.content).toHaveLength(1);
    expect(JSON.parse(answer.content[0]!.text)).toEqual({ behavior: 'allow', updatedInput: { command: 'ls' } });
  });
});
