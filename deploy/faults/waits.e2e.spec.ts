import { setTimeout as delay } from 'node:timers/promises';
import { defaultPolicy } from '@holdpoint/gate';
import { escalationPolicy } from '@holdpoint/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorsApi } from '../demo/operators-api.ts';
import { type FreeStack, startFreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { forEachAtOnce } from './approvals-under-fire.ts';

/** Each request waits for its next people and for its deadline, the claimed ones for the end of the claim too: two thousand waits. */
const REQUESTS = 700;
const CLAIMED = 600;
const AT_ONCE = 16;
const ESCALATE_SEC = 8;
/** The shortest there is, seconds. */
const CLAIM_SEC = 30;
const DEADLINE_SEC = 36;
/** Relay and routing are killed so long after the first request, milliseconds: the first rungs are due. */
const KILLED_AFTER_MS = 9_000;
/** Waits due while both start again are not counted as late; nor in the moment in which the relay then takes over the lease of the one that was killed, milliseconds. */
const RESTART_MS = 2_000;

const nats = findOrInstall('nats-server', 'nats-server', () => {});
type Entry = { type: string; data: Record<string, unknown> };
/** What is due less than this before the deadline may lose to it on a busy machine, milliseconds: then nobody is asked any more. */
const CLOSE_MS = 3_000;
/** `close`: due so little before the deadline. */
type Wait = { kind: 'escalate' | 'claim' | 'expire'; dueMs: number; firedMs: number; close: boolean };

describe.skipIf('missing' in nats)('with every service as its own process over NATS', () => {
  let stack: FreeStack;
  let api: ReturnType<typeof operatorsApi>;
  beforeAll(async () => {
    stack = await startFreeStack({
      mode: 'separate',
      natsServer: (nats as { path: string }).path,
      env: { INGEST_RATE_PER_SEC: '100000', INGEST_RATE_BURST: '100000' },
    });
    api = operatorsApi(stack.consoleUrl, stack.credentials.personalAccessToken);
    const escalation = escalationPolicy.parse({
      id: 'short',
      levels: [{ afterSec: ESCALATE_SEC, if: 'unclaimed', targets: { roles: ['owner'] } }],
      claimTimeoutSec: CLAIM_SEC,
      onExhausted: 'expire',
    });
    const policy = defaultPolicy();
    const routes = Object.fromEntries(Object.entries(policy.routes).map(([name, route]) => [name, { ...route, escalation }]));
    await api.post('/api/policies', { document: { ...policy, routes, sampleShare: 0 } });
  }, 60_000);
  afterAll(() => stack.stop());

  const post = (url: string, token: string, body: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  const ask = async (runId: string, amount: number, riskLevel: string): Promise<{ id: string; binding: { actionHash: string } }> => {
    const reply = await post(`${stack.ingestUrl}/v1/approvals`, stack.credentials.apiKey, {
      source: 'custom',
      runId,
      toolCallId: 'call_1',
      arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund it', entityId: 'A-1', riskLevel },
      action: { name: 'issue_refund', args: { order_id: 'A-1', amount, currency: 'USD' } },
      deadlineSec: DEADLINE_SEC,
    });
    expect(reply.status).toBe(202);
    return (await reply.json()) as { id: string; binding: { actionHash: string } };
  };
  const verb = (id: string, name: string) =>
    post(`${stack.consoleUrl}/api/approvals/${id}/${name}`, stack.credentials.personalAccessToken, {});
  /** Claims it as soon as the rules have spoken: while routing is away they have not. */
  const claim = async (id: string): Promise<void> => {
    while ((await verb(id, 'claim')).status === 409) await delay(100);
  };
  const settings = (path: string, body: object) =>
    post(`${stack.consoleUrl}/api/organization/${path}`, stack.credentials.personalAccessToken, body);
  const eventsOf = async (id: string): Promise<Entry[]> => (await api.get<{ items: Entry[] }>(`/api/approvals/${id}/events`)).items;

  it('two thousand waits fire once, never early, and none is lost over a restart of relay and routing', { timeout: 240_000 }, async () => {
    const ids: string[] = [];
    const restart = (async () => {
      await delay(KILLED_AFTER_MS);
      const killedMs = Date.now();
      const ready = ['relay', 'routing'].map(name => {
        const child = stack.children.get(name)!;
        const again = child.ready();
        child.kill('SIGKILL');
        return again;
      });
      await Promise.all(ready);
      return { from: killedMs, to: Date.now() + RESTART_MS };
    })();
    await forEachAtOnce(
      Array.from({ length: REQUESTS }, (_, index) => index),
      AT_ONCE,
      async index => {
        const { id } = await ask(`run_wait_${index}`, 245, 'medium');
        ids.push(id);
        if (index < CLAIMED) await claim(id);
        await delay(150);
      },
    );
    const down = await restart;
    await delay(DEADLINE_SEC * 1_000 + 3_000);

    const waits: Wait[] = [];
    const due = { escalate: 0, claim: 0, expire: 0 };
    await forEachAtOnce(ids, AT_ONCE, async id => {
      const events = await eventsOf(id);
      waits.push(...waitsOf(events));
      for (const kind of dueIn(events)) due[kind] += 1;
    });
    expect(due.expire).toBe(REQUESTS);
    expect(due.escalate + due.claim).toBeGreaterThan(REQUESTS);
    for (const kind of ['escalate', 'claim', 'expire'] as const)
      expect([kind, waits.filter(wait => wait.kind === kind && !wait.close).length]).toEqual([kind, due[kind]]);
    expect(waits.filter(({ dueMs, firedMs }) => firedMs < dueMs)).toEqual([]);
    const outside = waits.filter(({ dueMs }) => dueMs < down.from || dueMs > down.to);
    expect(outside.length).toBeGreaterThan(waits.length / 3);
    for (const kind of ['escalate', 'claim', 'expire'] as const) {
      const late = (from: readonly Wait[]) => inWords(from.filter(wait => wait.kind === kind).map(({ dueMs, firedMs }) => firedMs - dueMs));
      process.stdout.write(`${kind}: late outside the restart ${late(outside)}; all ${late(waits)}\n`);
    }
  });

  it('the kill switch stops rules, people and spending within a second', { timeout: 60_000 }, async () => {
    const pending = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(`run_stop_${index}`, 245, 'medium')));
    const granted = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(`run_spend_${index}`, 5, 'low')));
    await delay(1_500);
    const began = Date.now();
    const engaged = settings('kill-switch', { reason: 'It refunds at random.' });
    const lastMs = { rule: 0, person: 0, spent: 0 };
    const held = { rule: false, person: false, spent: false };
    for (let index = 0; index < pending.length; index += 1) {
      const [{ id }, spend] = [pending[index]!, granted[index]!];
      const [approved, spent, asked] = await Promise.all([
        verb(id, 'approve'),
        post(`${stack.ingestUrl}/v1/approvals/${spend.id}/consume`, stack.credentials.apiKey, { actionHash: spend.binding.actionHash }),
        ask(`run_rule_${index}`, 5, 'low'),
      ]);
      held.person = approved.status === 409;
      held.spent = spent.status === 409;
      if (approved.status === 200) lastMs.person = Date.now() - began;
      if (spent.status === 200) lastMs.spent = Date.now() - began;
      const gated = await untilGated(asked.id);
      held.rule = gated.verdict === 'HUMAN_REVIEW';
      if (!held.rule) lastMs.rule = Date.parse(gated.evaluatedAt) - began;
      if (Date.now() - began > 3_000) break;
    }
    expect((await engaged).ok).toBe(true);
    process.stdout.write(`the last that passed after the kill switch was asked for, milliseconds: ${JSON.stringify(lastMs)}\n`);
    expect(held).toEqual({ rule: true, person: true, spent: true });
    for (const ms of Object.values(lastMs)) expect(ms).toBeLessThan(1_000);
    expect((await settings('kill-switch/release', {})).ok).toBe(true);
  });

  const untilGated = async (id: string): Promise<{ verdict: string; evaluatedAt: string }> => {
    for (;;) {
      const said = (await eventsOf(id)).find(({ type }) => type === 'GateEvaluated');
      if (said !== undefined) return said.data as { verdict: string; evaluatedAt: string };
      await delay(5);
    }
  };
});

/** Every wait of one approval that fired, when it was due and when it took effect. */
const waitsOf = (events: readonly Entry[]): Wait[] => {
  const data = (type: string) => events.filter(event => event.type === type).map(event => event.data);
  const ms = (value: unknown): number => Date.parse(String(value));
  const [opened] = data('ReviewStepOpened');
  const [claim] = data('ApprovalClaimed');
  const dueOf = { escalate: ms(claim?.['escalateAt'] ?? opened?.['escalateAt']), claim: ms(claim?.['claimExpiresAt']) };
  const endMs = ms(opened?.['expiresAt']);
  const wait = (kind: 'escalate' | 'claim', firedAt: unknown): Wait => ({
    kind,
    dueMs: dueOf[kind],
    firedMs: ms(firedAt),
    close: dueOf[kind] > endMs - CLOSE_MS,
  });
  return [
    ...data('ApprovalEscalated').map(fired => wait('escalate', fired['escalatedAt'])),
    ...data('ClaimReleased').map(fired => wait('claim', fired['at'])),
    ...data('ApprovalExpired').map(fired => ({
      kind: 'expire' as const,
      dueMs: endMs,
      firedMs: ms((fired['decision'] as { decidedAt: string }).decidedAt),
      close: false,
    })),
  ];
};

/** What one approval waited for and was due well before its deadline: a rung or a claim that would come with it or after it never comes. */
const dueIn = (events: readonly Entry[]): Wait['kind'][] => {
  const data = (type: string) => events.find(event => event.type === type)?.data;
  const [opened, claim] = [data('ReviewStepOpened'), data('ApprovalClaimed')];
  const rungAt = claim?.['escalateAt'] === undefined ? opened?.['escalateAt'] : claim['escalateAt'];
  const isDue = (at: unknown): boolean => at != null && Date.parse(String(at)) <= Date.parse(String(opened?.['expiresAt'])) - CLOSE_MS;
  return ['expire', ...(isDue(rungAt) ? ['escalate' as const] : []), ...(isDue(claim?.['claimExpiresAt']) ? ['claim' as const] : [])];
};

const inWords = (lateMs: number[]): string => {
  const sorted = lateMs.toSorted((a, b) => a - b);
  const at = (share: number): string => `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0} ms`;
  return `${sorted.length} waits, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
};
