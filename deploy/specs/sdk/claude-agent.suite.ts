import { fileURLToPath } from 'node:url';
import { createSdkMcpServer, query, tool, type Options } from '@anthropic-ai/claude-agent-sdk';
import { Holdpoint } from '@holdpoint/sdk';
import { gateClaude, type ClaudeGate } from '@holdpoint/sdk/claude-agent';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callId, LESS, REFUND, type Gate, type RefundArgs } from './a-gate.ts';

const CLAUDE_CODE = fileURLToPath(new URL('../examples/a-claude-code.mjs', import.meta.url));
const TOOL = 'mcp__shop__issue_refund';
const REFUSED = 'Not approved';

type Session = { allowed?: boolean; asks?: boolean; edited?: RefundArgs; cancelMs?: number; times?: number; id?: string };
type Doors = 'hooks' | 'canUseTool' | 'both';

/** The real package starts a stand-in for Claude Code, because the program itself is some hundred megabytes and wants a model. */
export const claudeAgentSuite = (gate: () => Gate): void => {
  const gated = (more: Partial<ClaudeGate> = {}, holdpoint = gate().holdpoint) =>
    gateClaude(holdpoint, { gated: [TOOL], describe: args => gate().describe(args as RefundArgs), ...more });

  /** One turn of an agent that wants one refund. @returns what its model read */
  const aTurn = async (doors: Doors, session: Session = {}, { canUseTool, hooks } = gated()): Promise<string> => {
    const { id = callId(), ...more } = session;
    const refund = tool('issue_refund', 'Gives money back.', { order_id: z.string(), amount: z.number() }, async args => ({
      content: [{ type: 'text', text: gate().refund(args) }],
    }));
    const options: Options = {
      pathToClaudeCodeExecutable: CLAUDE_CODE,
      mcpServers: { shop: createSdkMcpServer({ name: 'shop', tools: [refund] }) },
      extraArgs: { 'stand-in': JSON.stringify({ call: { id, name: TOOL, input: REFUND }, ...more }) },
      ...(doors !== 'canUseTool' && { hooks }),
      ...(doors !== 'hooks' && { canUseTool }),
    };
    for await (const message of query({ prompt: 'refund A-1', options }))
      if (message.type === 'result' && message.subtype === 'success') return message.result;
    throw new Error('the session ended without a result');
  };
  const eventsOf = async (id: string) => (await gate().world.parts.eventLog.load(`approval-${id}`)).events;

  describe('an agent of the Claude Agent SDK', () => {
    it.each<[Doors, Session]>([
      ['hooks', {}],
      ['hooks', { allowed: true }],
      ['canUseTool', {}],
      ['both', {}],
      ['both', { asks: true }],
    ])('runs once what was approved, asked by %s, %j', async (doors, session) => {
      gate().from('approve');
      expect(await aTurn(doors, session)).toContain('refunded 50');
      expect([gate().ran, gate().asked.length]).toEqual([[REFUND], 1]);
      const [id] = gate().asked;
      expect((await gate().holdpoint.get(id!)).consumedAt).not.toBeNull();
      if (doors !== 'canUseTool')
        expect((await eventsOf(id!)).at(-1)).toMatchObject({ type: 'ExecutionReported', data: { matchesApproval: true } });
    });
    it.each<Doors>(['hooks', 'canUseTool'])('runs what a person changed, asked by %s', async doors => {
      gate().from('modify', TOOL);
      const read = await aTurn(doors);
      expect([gate().ran, read.includes('refunded 20')]).toEqual([[LESS], true]);
      // A prompt has no place for it.
      expect(read.includes('carried out once as approvedAction')).toBe(doors === 'hooks');
    });
    it.each<[Doors, Session]>([
      ['hooks', { allowed: true }],
      ['canUseTool', {}],
      ['both', { asks: true }],
    ])('does not run what was rejected, asked by %s, %j', async (doors, session) => {
      gate().from('reject');
      expect(await aTurn(doors, session)).toContain('Not approved. Do not carry out the action.');
      expect([gate().ran, gate().asked.length]).toEqual([[], 1]);
    });
    it.each<Doors>(['hooks', 'canUseTool'])(
      'is denied by %s when the gate cannot be reached, says nonsense, or is told wrongly',
      async doors => {
        gate().from('approve');
        const dead = new Holdpoint({ baseUrl: 'http://127.0.0.1:9', apiKey: 'hp_test_x' });
        const broken = () => {
          throw new Error('postgres://user:secret@10.0.0.7');
        };
        const failing = [gated({}, dead), gated({ describe: broken }), gated({ gated: broken }), gated({ describe: () => ({}) as never })];
        for (const each of failing) {
          const read = await aTurn(doors, { allowed: doors === 'hooks' }, each);
          expect(read).toContain(REFUSED);
          expect(read).not.toMatch(/secret|10\.0\.0\.7/);
        }
        expect([gate().ran, gate().asked]).toEqual([[], []]);
      },
    );
    it('is denied when nobody decides within the time of the hook, and finds the approval when the call comes again', async () => {
      gate().from('nobody');
      const id = callId();
      const [{ hooks }, prompted] = [gated({ waitSec: 0.1 }), gated()];
      expect(await aTurn('hooks', { id, allowed: true }, { ...prompted, hooks })).toContain('nobody has decided');
      await gate().ada.approve(gate().asked[0]!);
      expect(await aTurn('hooks', { id, allowed: true })).toContain('refunded 50');
      expect([gate().ran, gate().asked.length]).toEqual([[REFUND], 1]);
    });
    it('leaves the approval open when the question is taken back, and finds it when the call comes again', async () => {
      gate().from('nobody');
      const id = callId();
      await aTurn('canUseTool', { id, cancelMs: 500 });
      expect((await gate().holdpoint.get(gate().asked[0]!)).status).toBe('pending');
      await gate().ada.approve(gate().asked[0]!);
      expect(await aTurn('canUseTool', { id })).toContain('refunded 50');
      expect([gate().ran, gate().asked.length]).toEqual([[REFUND], 1]);
    });
    it.each<Doors>(['hooks', 'canUseTool', 'both'])('runs a call that comes twice once, asked by %s', async doors => {
      gate().from('approve');
      expect(await aTurn(doors, { times: 2, asks: doors !== 'hooks' })).toContain('already_consumed');
      expect([gate().ran, gate().asked.length]).toEqual([[REFUND], 1]);
    });
    it('raises an alarm when another hook put other arguments in the place of the approved ones', async () => {
      gate().from('approve');
      await aTurn('hooks', { edited: { ...REFUND, amount: 500 } });
      const types = (await eventsOf(gate().asked[0]!)).map(({ type, data }) => [
        type,
        (data as { matchesApproval?: boolean }).matchesApproval,
      ]);
      expect(types).toContainEqual(['ExecutionReported', false]);
    });
    it('leaves other tools to the session’s own rules, and to whom you name', async () => {
      gate().from('approve');
      const others = { gated: ['Bash'] };
      expect(await aTurn('both', { allowed: true }, gated(others))).toContain('refunded 50');
      expect(await aTurn('both', {}, gated(others))).toContain('nobody can give here');
      const otherwise: ClaudeGate['otherwise'] = async (_tool, input) => ({ behavior: 'allow', updatedInput: input });
      expect(await aTurn('both', {}, gated({ ...others, otherwise }))).toContain('refunded 50');
      expect([gate().ran.length, gate().asked]).toEqual([2, []]);
    });
    it('answers the permission prompt of Claude Code as its text', async () => {
      const prompt = () => ({ tool_name: TOOL, input: REFUND, tool_use_id: callId() });
      gate().from('approve');
      const { permissionPrompt } = gated();
      const read = async () => JSON.parse((await permissionPrompt(prompt())).content[0]!.text) as unknown;
      expect(await read()).toEqual({ behavior: 'allow', updatedInput: REFUND });
      gate().from('reject');
      expect(await read()).toEqual({ behavior: 'deny', message: expect.stringContaining('Not approved') });
    });
    it('denies a call without its id or of another event, and numbers that no two parsers read alike', async () => {
      gate().from('approve');
      const { hooks, canUseTool } = gated();
      const before = hooks.PreToolUse[0]!.hooks[0]!;
      const call = { hook_event_name: 'PreToolUse', tool_name: TOOL, tool_input: REFUND, tool_use_id: callId() };
      const wrong = [
        undefined,
        null,
        { ...call, tool_use_id: undefined },
        { ...call, hook_event_name: 'PostToolUse' },
        { ...call, tool_input: null },
      ];
      for (const input of [...wrong, { ...call, tool_input: { ...REFUND, amount: 2 ** 60 } }])
        expect(await before(input)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } });
      const { signal } = new AbortController();
      expect(await canUseTool(TOOL, REFUND, { signal } as never)).toMatchObject({ behavior: 'deny' });
      expect(gate().asked).toEqual([]);
    });
  });
};
