import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCallbackReceiver, type CallbackReceiver } from './callback-receiver.ts';

let receiver: CallbackReceiver;
beforeAll(async () => {
  receiver = await startCallbackReceiver();
});
afterAll(() => receiver.close());

const post = (path: string, signal = AbortSignal.timeout(500)) =>
  fetch(receiver.url(path), { method: 'POST', body: '{"a": 1}', redirect: 'manual', signal });

describe("an app's callback address", () => {
  it('records the raw bytes and takes everything it has no script for', async () => {
    expect((await post('/plain')).status).toBe(200);
    const call = receiver.received.find(({ path }) => path === '/plain')!;
    expect([call.method, call.rawBody.toString()]).toEqual(['POST', '{"a": 1}']);
  });

  it('plays its script, one step per request, per path', async () => {
    receiver.script('/scripted', { status: 500 }, { status: 429, headers: { 'retry-after': '3' } }, 'redirect');
    expect((await post('/scripted')).status).toBe(500);
    expect((await post('/scripted')).headers.get('retry-after')).toBe('3');
    expect((await post('/scripted')).status).toBe(302);
    expect((await post('/scripted')).status).toBe(200);
  });

  it('hangs and resets', async () => {
    receiver.script('/bad', 'hang', 'reset');
    await expect(post('/bad', AbortSignal.timeout(80))).rejects.toThrow(/timeout|aborted/i);
    await expect(post('/bad')).rejects.toThrow('fetch failed');
  });
});
