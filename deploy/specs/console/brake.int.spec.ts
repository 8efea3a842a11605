import { openDirectory, type Directory } from '@holdpoint/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from './a-running-console.ts';

/** What the product promises, milliseconds; it takes some ten. */
const FOLLOWED_MS_MAX = 1_000;

let world: RunningConsole;
let directory: Directory;
beforeAll(async () => {
  world = await startConsole();
  // What another service has: a directory of its own, which follows the log by itself.
  directory = await openDirectory(world.parts.eventLog);
});
afterAll(async () => {
  await directory.close();
  await world.close();
});

const verb = async (id: string, name: string, body: object = {}) => {
  const reply = await world.call('POST', `/api/approvals/${id}/${name}`, body);
  return { ...((await reply.json()) as { code?: string; detail?: string }), status: reply.status };
};

describe('the kill switch', () => {
  it('is known to every service within a second of the answer', async () => {
    const noticed = new Promise<number>(resolve => {
      const stop = directory.onChange(() => {
        if (directory.killSwitch(world.credentials.organizationId, 'assistant') === null) return;
        stop();
        resolve(performance.now());
      });
    });
    await world.json('POST', '/api/organization/kill-switch', { reason: 'Something is wrong' });
    const answeredAt = performance.now();
    expect((await noticed) - answeredAt).toBeLessThan(FOLLOWED_MS_MAX);
    await world.json('POST', '/api/organization/kill-switch/release', {});
  });

  it('holds what is open: nothing is approved, rejecting stays possible, and afterwards all goes on', async () => {
    const [held, refused] = [await world.pending(), await world.pending()];
    await world.json('POST', '/api/organization/kill-switch', { reason: 'Something is wrong' });
    const answer = await verb(held, 'approve', { note: 'fine' });
    expect([answer.status, answer.code]).toEqual([409, 'held']);
    expect(answer.detail).toContain('Something is wrong');
    expect((await verb(refused, 'reject', { note: 'no' })).status).toBe(200);
    await world.json('POST', '/api/organization/kill-switch/release', {});
    expect((await verb(held, 'approve', { note: 'fine' })).status).toBe(200);
  });

  it('of one agent leaves the requests of the others alone', async () => {
    await world.json('POST', '/api/organization/kill-switch', { scope: { kind: 'agent', agentId: 'assistant' }, reason: 'Stop this one' });
    const [stopped, other] = [await world.pending({ agent: { id: 'assistant' } }), await world.pending()];
    expect((await verb(stopped, 'approve')).code).toBe('held');
    expect((await verb(other, 'approve')).status).toBe(200);
    await world.json('POST', '/api/organization/kill-switch/release', { scope: { kind: 'agent', agentId: 'assistant' } });
  });
});
