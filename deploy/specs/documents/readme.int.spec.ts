import * as sdk from '@holdpoint/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDocumentedGate, type DocumentedGate } from './a-documented-gate.ts';
import { commandLineSuite } from './command-line.suite.ts';
import { operatorsApiSuite } from './operators-api.suite.ts';
import { packagesSuite } from './packages.suite.ts';
import { snippet } from './snippets.ts';

let gate: DocumentedGate;
beforeAll(async () => {
  gate = await startDocumentedGate();
});
afterAll(() => gate.close());

describe('what the README tells to type', () => {
  it('asks, replays the same answer, and waits for the decision', async () => {
    const ask = snippet('README.md', 'sh', '/v1/approvals -H');
    const { id } = JSON.parse(await gate.shell(ask)) as { id: string };
    expect(JSON.parse(await gate.shell(ask))).toMatchObject({ id });
    await gate.approveWhenAsked(id);
    const key = ask.split('\n')[0]!;
    const waited = await gate.shell(`${key}\n${snippet('README.md', 'sh', '/wait?timeout=60').replace('apr_…', id)}`);
    expect(JSON.parse(waited)).toMatchObject({ id, status: 'approved' });
  });

  it('runs an app’s action once it was approved, and once only', async () => {
    const refunds: unknown[] = [];
    const given = {
      ...sdk,
      process: { env: { HOLDPOINT_API_KEY: gate.world.credentials.apiKey } },
      threadId: 'thread_1',
      runId: 'run_1',
      toolCallId: 'call_2',
      contextSummary: 'Order A-1 arrived broken',
      issueRefund: async (args: unknown) => void refunds.push(args),
    };
    const code = snippet('README.md', 'ts', 'requestAndWait');
    const running = gate.typescript(code, given);
    await gate.approveTheNext();
    await running;
    expect(refunds).toEqual([{ order_id: 'A-1', amount: 245, currency: 'USD' }]);
    // The same approval cannot be spent again.
    await expect(gate.typescript(code, given)).rejects.toMatchObject({ status: 409 });
    expect(refunds).toHaveLength(1);
  });
});

packagesSuite(() => gate);
commandLineSuite(() => gate);
operatorsApiSuite(() => gate);
