import { refund } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

let console_: RunningConsole;
beforeAll(async () => {
  console_ = await startConsole();
});
afterAll(() => console_.close());

describe('the inbox', () => {
  it('shows a request as soon as the log has it, with what the agent says and what would run', async () => {
    const id = await console_.pending({ action: refund(245) });
    const item = await console_.shown(id, 'mine');
    expect(item).toMatchObject({
      status: 'pending',
      phase: 'review',
      toolName: 'issue_refund',
      amount: 245,
      currency: 'USD',
      verdict: 'HUMAN_REVIEW',
      stepName: 'review',
      mayDecide: true,
    });
    expect(item['contextSummary']).toContain('broken lamp');
  });
});
