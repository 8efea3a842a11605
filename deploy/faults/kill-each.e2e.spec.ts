import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { accept, approve, forEachAtOnce, openReceiver, type Receiver, terminalEvents, waitFor } from './approvals-under-fire.ts';

const APPROVALS = 1_000;
const AT_ONCE = 16;
const nats = findOrInstall('nats-server', 'nats-server', () => {});

describe.skipIf('missing' in nats)('with every service as its own process over NATS', () => {
  let stack: FreeStack;
  let receiver: Receiver;

  beforeAll(async () => {
    stack = await startFreeStack({
      mode: 'separate',
      natsServer: (nats as { path: string }).path,
      env: { INGEST_RATE_PER_SEC: '100000', INGEST_RATE_BURST: '100000' },
    });
    receiver = await openReceiver();
  }, 60_000);
  afterAll(async () => {
    receiver.close();
    await stack.stop();
  });

  const exactlyOnce = async (ids: readonly string[]) => {
    await waitFor(
      () => ids.every(id => receiver.of(id)),
      90_000,
      () =>
        `${ids.filter(id => !receiver.of(id)).length} of ${ids.length} callbacks are missing, first ${ids.find(id => !receiver.of(id))}`,
    );
    for (const id of ids) {
      const delivered = receiver.of(id)!;
      expect(new Set(delivered.webhookIds).size, `webhook ids of ${id}`).toBe(1);
      expect(new Set(delivered.bodies).size, `bodies of ${id}`).toBe(1);
    }
    const outcomes: string[][] = [];
    await forEachAtOnce(ids, AT_ONCE, async id => void outcomes.push(await terminalEvents(stack, id)));
    expect(outcomes.filter(types => types.length !== 1)).toEqual([]);
  };

  it('kill -9 of each process in turn loses nothing and decides nothing twice', { timeout: 240_000 }, async () => {
    const ids: string[] = [];
    const names = [...stack.children.keys()];
    let finished = false;
    const nemesis = (async () => {
      for (const name of names) {
        if (finished) break;
        stack.children.get(name)!.kill('SIGKILL');
        await delay(1_200);
      }
    })();
    await forEachAtOnce(
      Array.from({ length: APPROVALS }, (_, index) => `run_kill_${index}`),
      AT_ONCE,
      async runId => {
        const id = await accept(stack, receiver, runId);
        ids.push(id);
        await approve(stack, id);
        await delay(100); // spreads the thousand over every kill
      },
    );
    finished = true;
    await nemesis;
    for (const name of names) expect(stack.children.get(name)!.starts(), `starts of ${name}`).toBeGreaterThanOrEqual(2);
    expect(new Set(ids).size).toBe(APPROVALS);
    await exactlyOnce(ids);
  });

  it("deleting the broker's whole store while a thousand are pending loses nothing", { timeout: 240_000 }, async () => {
    const ids: string[] = [];
    await forEachAtOnce(
      Array.from({ length: APPROVALS }, (_, index) => `run_amnesia_${index}`),
      AT_ONCE,
      async (runId, index) => {
        if (index === APPROVALS / 2) {
          stack.children.get('nats-server')!.kill('SIGKILL');
          rmSync(join(stack.dataDir, 'nats'), { recursive: true, force: true });
        }
        ids.push(await accept(stack, receiver, runId));
      },
    );
    await forEachAtOnce(ids, AT_ONCE, id => approve(stack, id));
    await exactlyOnce(ids);
  });
});
