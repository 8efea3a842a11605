import { pausedCallKey } from '@holdpoint/contracts';
import { approvalIdOf } from '@holdpoint/sealing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aRequest, startIngest, type RunningIngest } from '../ingest/a-running-ingest.ts';

let ingest: RunningIngest;
beforeAll(async () => {
  ingest = await startIngest();
});
afterAll(() => ingest.close());

it('an approval that was asked for without a key is found by its paused call, as callback looks for siblings', async () => {
  const call = { source: 'openai.assistants' as const, threadId: 'thread_s', runId: 'run_s', toolCallId: 'call_s' };
  const { id } = await ingest.ask(aRequest(call));
  expect(id).toBe(approvalIdOf('org_a', pausedCallKey('live', call)));
});
