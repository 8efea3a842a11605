import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as sdk from '@holdpoint/sdk';
import * as claudeAgent from '@holdpoint/sdk/claude-agent';
import * as openai from '@holdpoint/sdk/openai';
import { describe, expect, it } from 'vitest';
import type { DocumentedGate } from './a-documented-gate.ts';
import { snippet } from './snippets.ts';
import { hasPython } from '../sdk/a-python.ts';

const SDK = 'libs/sdk/README.md';

/** What the READMEs of the packages show an app to do. */
export const packagesSuite = (gate: () => DocumentedGate): void => {
  const refunds: unknown[] = [];
  const app = () => ({
    ...sdk,
    process: { env: { HOLDPOINT_API_KEY: gate().world.credentials.apiKey } },
    issueRefund: (args: unknown) => {
      refunds.push(args);
      return 'refunded';
    },
  });
  const holdpoint = () => new sdk.Holdpoint({ baseUrl: gate().agentsUrl, apiKey: gate().world.credentials.apiKey });

  describe('the README of the JavaScript package', () => {
    it('asks, checks and acts', async () => {
      refunds.length = 0;
      const running = gate().typescript(snippet(SDK, 'ts', 'requestAndWait'), app());
      const id = await gate().approveTheNext();
      await running;
      expect(refunds).toEqual([{ order_id: 'A-1', amount: 245, currency: 'USD' }]);
      expect((await holdpoint().get(id)).consumedAt).not.toBeNull();
    });
    it('gates a tool of a framework', async () => {
      refunds.length = 0;
      const args = { order_id: 'A-2', amount: 20 };
      const output = [{ type: 'function_call', call_id: 'call_sdk', name: 'issue_refund', arguments: JSON.stringify(args) }];
      let input: unknown;
      const given = {
        ...app(),
        ...openai,
        holdpoint: holdpoint(),
        schema: { type: 'object' },
        response: { id: 'resp_1', output },
        answered: (value: unknown) => (input = value),
      };
      const running = gate().typescript(`${snippet(SDK, 'ts', 'gatedFunction')}\nanswered(input);`, given);
      await gate().approveTheNext();
      await running;
      expect([refunds, input]).toEqual([[args], [{ type: 'function_call_output', call_id: 'call_sdk', output: 'refunded' }]]);
    });
    it('gates the tools of an agent of Claude', async () => {
      let options: Parameters<typeof Object.keys>[0] = {};
      const query = (given: { options: object }) => (options = given.options);
      await gate().typescript(snippet(SDK, 'ts', 'gateClaude'), {
        ...app(),
        ...claudeAgent,
        query,
        holdpoint: holdpoint(),
        prompt: '',
        shop: {},
      });
      const [matcher] = (options as { hooks: ReturnType<typeof claudeAgent.gateClaude>['hooks'] }).hooks.PreToolUse;
      const call = { hook_event_name: 'PreToolUse', session_id: 's', tool_use_id: 'toolu_1', tool_input: { order_id: 'A-3', amount: 5 } };
      const asked = matcher!.hooks[0]!({ ...call, tool_name: 'mcp__shop__issue_refund' });
      await gate().approveTheNext();
      expect(await asked).toMatchObject({ hookSpecificOutput: { permissionDecision: 'allow', updatedInput: call.tool_input } });
      expect(await matcher!.hooks[0]!({ ...call, tool_name: 'Read' })).toEqual({});
    });
  });

  it.skipIf(!hasPython)('the README of the Python package asks, checks, spends and reports (needs python3)', async () => {
    const given = ['thread, run, call = "thread_1", "run_1", "call_python"', 'def issue_refund(**args): print("refunded", args["amount"])'];
    const code = gate().here(snippet('libs/sdk-python/README.md', 'python', 'assert_approved'));
    const path = fileURLToPath(new URL('../../../libs/sdk-python/src', import.meta.url));
    const variables = [`PYTHONPATH=${path}`, 'PYTHONDONTWRITEBYTECODE=1', `HOLDPOINT_API_KEY=${gate().world.credentials.apiKey}`];
    const running = promisify(execFile)('env', [...variables, 'python3', '-c', [...given, code].join('\n')]);
    const id = await gate().approveTheNext();
    expect((await running).stdout).toBe('refunded 245\n');
    const { events } = await gate().world.parts.eventLog.load(`approval-${id}`);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionReported', data: { matchesApproval: true } });
  });
};
