import { readFileSync } from 'node:fs';
import { openEgress, type Egress } from '@holdpoint/egress';
import { startLogicAppsFake, type LogicAppsFake } from '@holdpoint/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResumeRequest } from '../agent.ts';
import { decide, type Requested } from '../example-decision.ts';
import { parseSubscription } from './copilot-studio.ts';
import { copilotStudioResumer, resumeWorkflow } from './resume.ts';

const [call] = parseSubscription(JSON.parse(readFileSync(new URL('samples/subscription.json', import.meta.url), 'utf8'))) as Requested[];
let fake: LogicAppsFake;
let egress: Egress;
beforeEach(async () => {
  fake = await startLogicAppsFake();
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterEach(async () => {
  egress.close();
  await fake.close();
});

const requestFor = (url: string, outcome: Parameters<typeof decide>[1] = 'approved'): ResumeRequest => ({
  connection: { baseUrl: '', apiKey: '' },
  threadId: 'conv_1',
  runId: '08584-run',
  toolCallId: '08584-run',
  output: copilotStudioResumer.format(decide(call!, outcome)),
  siblingOutputs: [],
  siblingOf: async () => ({ state: 'foreign' }),
  url,
  fetch: egress.fetchFor({ timeoutMs: 400 }),
});
const secretIn = (url: string) => new URL(url).searchParams.get('sig')!;

describe('a workflow that waits', () => {
  it.each(['approved', 'modified', 'rejected', 'expired'] as const)('goes on with a decision that was %s', async outcome => {
    const { run, callbackUrl } = fake.waitingRun();
    expect(await resumeWorkflow(requestFor(callbackUrl, outcome))).toMatchObject({ outcome: 'submitted' });
    expect(fake.answers).toMatchObject([{ run, body: { decision: outcome, approved: outcome === 'approved' || outcome === 'modified' } }]);
  });

  it('is called at exactly its URL, with the decision and no credential of ours', async () => {
    const { callbackUrl } = fake.waitingRun();
    const sent: RequestInit[] = [];
    const request = requestFor(`${callbackUrl}%2F`, 'approved');
    await resumeWorkflow({
      ...request,
      fetch: (input, init) => {
        expect(input).toBe(`${callbackUrl}%2F`);
        sent.push(init!);
        return request.fetch(input, init);
      },
    });
    expect(Object.keys(sent[0]!.headers!)).toEqual(['accept', 'content-type']);
  });

  it('takes one answer: a repeat after a lost reply is refused, and said to be in doubt', async () => {
    const { callbackUrl } = fake.waitingRun();
    fake.fail({ on: 'send', kind: 'dropReplyAfterApply' });
    expect(await resumeWorkflow(requestFor(callbackUrl))).toMatchObject({ outcome: 'unknown' });
    const again = await resumeWorkflow({ ...requestFor(callbackUrl), inDoubt: true });
    expect(again).toMatchObject({ outcome: 'impossible', detail: expect.stringContaining('may be the one it took') });
    expect(fake.answers).toHaveLength(1);
  });

  it('that was not reached is reached by the next attempt', async () => {
    const { callbackUrl } = fake.waitingRun();
    fake.fail({ on: 'send', kind: 'dropRequest' });
    expect(await resumeWorkflow(requestFor(callbackUrl))).toMatchObject({ outcome: 'unknown' });
    for (const status of [429, 503] as const) {
      fake.fail({ on: 'send', kind: 'status', status });
      expect(await resumeWorkflow(requestFor(callbackUrl))).toMatchObject({
        outcome: 'failed',
        detail: expect.stringContaining(String(status)),
      });
    }
    expect(await resumeWorkflow({ ...requestFor(callbackUrl), inDoubt: true })).toMatchObject({ outcome: 'submitted' });
    expect(fake.answers).toHaveLength(1);
  });

  it('that was cancelled, whose URL is not its own, or that named none, takes nothing any more', async () => {
    const { run, callbackUrl } = fake.waitingRun();
    fake.cancel(run);
    const cancelled = await resumeWorkflow(requestFor(callbackUrl));
    expect(cancelled).toMatchObject({ outcome: 'impossible', detail: 'the workflow takes no answer any more (404)' });
    const forged = fake.waitingRun().callbackUrl.replace(/sig=[^&]+/, 'sig=forged');
    expect(await resumeWorkflow(requestFor(forged))).toMatchObject({ outcome: 'impossible' });
    const { url: _url, ...without } = requestFor(callbackUrl);
    expect(await resumeWorkflow(without)).toMatchObject({ outcome: 'impossible' });
    expect(fake.answers).toEqual([]);
  });

  it('never has its URL, or what signs it, in what is recorded', async () => {
    const { callbackUrl } = fake.waitingRun();
    const results = [
      await resumeWorkflow(requestFor('http://10.0.0.1/x?sig=secret')),
      await resumeWorkflow(requestFor('https://nobody.invalid/x?sig=secret')),
      await resumeWorkflow(requestFor('not a url?sig=secret')),
      await resumeWorkflow(requestFor(callbackUrl)),
      await resumeWorkflow(requestFor(callbackUrl)),
    ];
    for (const result of results) expect(JSON.stringify(result)).not.toMatch(/sig|secret|workflows\/fake/);
    expect(JSON.stringify(results)).not.toContain(secretIn(callbackUrl));
  });
});
