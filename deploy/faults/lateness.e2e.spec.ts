import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll } from '../build/build-all.ts';
import { operatorsApi } from '../demo/operators-api.ts';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { forEachAtOnce } from './approvals-under-fire.ts';

/** One request after the other, so that a deadline comes every so many milliseconds: before the kill, during the restart and after it. */
const EVERY_MS = 100;
const REQUESTS = 80;
const DEADLINE_SEC = 9;
/** The first deadlines have come by then, milliseconds after the first request. */
const KILLED_AFTER_MS = 10_000;
const AT_ONCE = 8;
/** What a restart may cost beyond the start of the process, milliseconds: the lease, catching up, and two cores that others keep busy. */
const BEYOND_START_MS_MAX = 1_500;

const nats = findOrInstall('nats-server', 'nats-server', () => {});
type Entry = { type: string; data: Record<string, unknown> };

describe.skipIf('missing' in nats)('an all-in-one process that is killed', () => {
  let stack: FreeStack;
  beforeAll(async () => {
    buildAll();
    stack = await startFreeStack({
      mode: 'all-in-one',
      natsServer: (nats as { path: string }).path,
      env: { HOLDPOINT_DEADLINE_SEC_MIN: '1' },
    });
  }, 120_000);
  afterAll(() => stack.stop());

  const ask = async (index: number): Promise<string> => {
    const reply = await fetch(`${stack.ingestUrl}/v1/approvals`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        source: 'custom',
        runId: `run_${index}`,
        toolCallId: 'call_1',
        arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund it', entityId: 'A-1', riskLevel: 'medium' },
        action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
        deadlineSec: DEADLINE_SEC,
      }),
    });
    expect(reply.status).toBe(202);
    return ((await reply.json()) as { id: string }).id;
  };

  it('makes timers late by its start and little more, and fires none early or twice', { timeout: 120_000 }, async () => {
    const child = stack.children.get('all-in-one')!;
    const began = Date.now();
    const ids: string[] = [];
    for (let index = 0; index < REQUESTS; index += 1) {
      ids.push(await ask(index));
      await delay(Math.max(0, began + (index + 1) * EVERY_MS - Date.now()));
    }
    await delay(Math.max(0, began + KILLED_AFTER_MS - Date.now()));
    const killedMs = Date.now();
    const ready = child.ready();
    child.kill('SIGKILL');
    await ready;
    const downMs = Date.now() - killedMs;
    await delay(Math.max(0, began + REQUESTS * EVERY_MS + DEADLINE_SEC * 1_000 + 2_000 - Date.now()));

    const api = operatorsApi(stack.consoleUrl, stack.credentials.personalAccessToken);
    const late: number[] = [];
    await forEachAtOnce(ids, AT_ONCE, async id => {
      const { items } = await api.get<{ items: Entry[] }>(`/api/approvals/${id}/events`);
      const dueMs = Date.parse(String(items.find(({ type }) => type === 'ReviewStepOpened')!.data['expiresAt']));
      const ends = items.filter(({ type }) => type === 'ApprovalExpired');
      expect([id, ends.length]).toEqual([id, 1]);
      late.push(Date.parse((ends[0]!.data['decision'] as { decidedAt: string }).decidedAt) - dueMs);
    });
    late.sort((a, b) => b - a);
    process.stdout.write(
      `down ${downMs} ms; latest timers ${late.slice(0, 5).join(', ')} ms; ${late.filter(ms => ms > 1_000).length} over a second\n`,
    );
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(late[0]! - downMs).toBeLessThan(BEYOND_START_MS_MAX);
  });
});
