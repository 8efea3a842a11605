import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll } from '../../build/build-all.ts';
import { operatorsApi, type OperatorsApi } from '../../demo/operators-api.ts';
import { startFreeStack, type FreeStack } from '../../local/free-stack.ts';

/** As it is built: `gate-and-people` starts it by the entry of `npx holdpoint`, from its sources. */
const holdpoint = fileURLToPath(new URL('../../../libs/cli/dist/main.js', import.meta.url));
const NODE = ['--disable-warning=ExperimentalWarning', holdpoint];

/** Rules that need everything a backtest has to rebuild: amounts, what was asked and refunded before, and the clock. */
const POLICY = `
id: shop
name: Shop
timeZone: Europe/Berlin
history:
  asked: { measure: count, by: [entity, tool], windowSec: 86400 }
  refunded: { measure: sum, by: [agent], of: approved, windowSec: 86400 }
rules:
  - name: small
    when: tool == "issue_refund" && has(args.amount) && amount < 50 && history.asked < 3
    verdict: APPROVE_AUTOMATICALLY
    explain: Below 50 and seldom asked, the amount is {amount}.
  - name: often
    when: history.asked >= 3
    verdict: LIKELY_REJECT
    explain: Asked three times before.
  - name: much
    when: (has(args.amount) && amount >= 1000) || history.refunded > 1000.0
    verdict: ESCALATE_SENIOR
    explain: Much at once, or much in all.
  - name: in-working-hours
    when: tool == "delete_draft" && time.workingHours == true && time.hour >= 0
    verdict: APPROVE_AUTOMATICALLY
    explain: Somebody is at work.
routes:
  review:
    steps: [{ name: review, approvers: { roles: [operator, senior, admin, owner] } }]
    expireAfterSec: 3600
defaultRoute: review
sampleShare: 1
cases:
  - name: a small refund passes
    given: { tool: issue_refund, args: { amount: 20 } }
    then: { verdict: APPROVE_AUTOMATICALLY, rule: small }
`;

const LENIENT = POLICY.replace('amount < 50 && history.asked < 3', 'amount < 500').replace(/ {2}- name: often[\s\S]*?before\.\n/, '');

/** Each run of the command line is a process of its own, and a busy machine takes seconds to start one. */
const TIMEOUT_MS = 120_000;

let stack: FreeStack;
let api: OperatorsApi;
let file: string;
let lenient: string;

/** Runs the command line as a person would. */
const run = (...words: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, [...NODE, ...words, '--data', stack.dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    child.once('close', code => resolve({ code, ...said }));
  });
const backtest = async (...words: string[]) => {
  const { code, out, err } = await run('policy', 'backtest', ...words, '--connection', stack.connectionString, '--json');
  const report = JSON.parse(out || '{}') as Report;
  return { code, err, report };
};
type Report = {
  cases: number;
  changed: { count: number; ids: string[] };
  otherRule: number;
  edits: { cases: number; changed: number };
  wouldPassButRejected: { count: number; ids: string[] };
  table: Record<string, Record<string, number>>;
  shown: { approvalId: string; baseline: unknown; candidate: unknown }[];
};

let asked = 0;
const ask = async (tool: string, entityId: string, args: Record<string, unknown>): Promise<string> => {
  asked += 1;
  const reply = await fetch(`${stack.ingestUrl}/v1/approvals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      source: 'custom',
      threadId: 't',
      runId: `run_${asked}`,
      toolCallId: 'c',
      arguments: { contextSummary: 'It arrived broken.', proposedAction: 'Pay it back.', entityId, riskLevel: 'medium' },
      action: { name: tool, args },
    }),
  });
  expect(reply.status).toBe(202);
  return ((await reply.json()) as { id: string }).id;
};
const refund = (entity: string, amount: number): Promise<string> =>
  ask('issue_refund', entity, { amount, currency: 'USD', order_id: entity });

type Detail = { item: { status: string; phase: string }; gate: { verdict: string; policy: { rule: string } } | null };
const gated = async (id: string): Promise<NonNullable<Detail['gate']>> => {
  for (let tries = 0; tries < 500; tries += 1) {
    const { item, gate } = await api.get<Detail>(`/api/approvals/${id}`).catch(() => ({ item: { phase: 'gating' }, gate: null }) as Detail);
    if (gate !== null && item.phase !== 'gating') return gate;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`${id} was not gated`);
};
const decide = (id: string, verb: string, body: object = {}) => api.post(`/api/approvals/${id}/${verb}`, body);
const put = async (path: string, body: object): Promise<void> => {
  const reply = await fetch(`${stack.consoleUrl}${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${stack.credentials.personalAccessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(reply.ok, await reply.text()).toBe(true);
};

let rejected: string;

beforeAll(async () => {
  buildAll();
  stack = await startFreeStack({ mode: 'all-in-one', natsServer: null });
  api = operatorsApi(stack.consoleUrl, stack.credentials.personalAccessToken);
  [file, lenient] = ['shop.yaml', 'lenient.yaml'].map(name => join(stack.dataDir, name)) as [string, string];
  writeFileSync(file, POLICY);
  writeFileSync(lenient, LENIENT);
  // Asked under the default policy: not the version's own period.
  await gated(await refund('B-1', 20));
  const published = await run('policy', 'publish', file, '--activate');
  expect(published.out, published.err).toContain('Published shop 1.\nshop 1 is active.');
}, TIMEOUT_MS);
afterAll(() => stack?.stop());

/** A day of a shop in seconds: every way a request can go. */
const liveThrough = async (): Promise<void> => {
  for (const amount of [10, 20, 30, 40, 45]) await gated(await refund('A-1', amount));
  const [kind, harmful, edited, crossing, withdrawn] = await Promise.all(
    [120, 300, 450, 600, 700].map((amount, index) => refund(`C-${index}`, amount)),
  );
  await Promise.all([kind, harmful, edited, crossing, withdrawn].map(id => gated(id!)));
  await decide(kind!, 'approve');
  await decide(harmful!, 'reject', { note: 'The photographs are of another order.' });
  rejected = harmful!;
  const to = (amount: number, entity: string) => ({
    action: { name: 'issue_refund', args: { amount, currency: 'USD', order_id: entity } },
  });
  await decide(edited!, 'modify', to(90, 'C-2'));
  await decide(crossing!, 'modify', to(1_200, 'C-3'));
  await decide(withdrawn!, 'comment', { note: 'Let us see.' });
  expect((await gated(await refund('C-9', 80))).verdict).toBe('ESCALATE_SENIOR');

  await put('/api/organization/working-hours', {
    workingHours: { timeZone: 'Europe/Berlin', windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }] },
  });
  expect((await gated(await ask('delete_draft', 'D-1', {}))).policy.rule).toBe('in-working-hours');
  await put('/api/organization/working-hours', { workingHours: null });
  expect((await gated(await ask('delete_draft', 'D-2', {}))).verdict).toBe('HUMAN_REVIEW');

  await api.post('/api/grants', {
    pattern: { tool: 'send_mail', when: 'entity == "E-1"' },
    usesMax: 2,
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
    reason: 'Three mails are to go out this morning.',
  });
  for (const verdict of ['APPROVE_AUTOMATICALLY', 'APPROVE_AUTOMATICALLY', 'HUMAN_REVIEW'])
    expect((await gated(await ask('send_mail', 'E-1', { to: 'a@example.test' }))).verdict).toBe(verdict);

  await api.post('/api/organization/kill-switch', { reason: 'Something is odd.' });
  expect((await gated(await refund('F-1', 15))).verdict).not.toBe('APPROVE_AUTOMATICALLY');
  await api.post('/api/organization/kill-switch/release', {});
};

describe('holdpoint policy backtest, on a running stack', () => {
  it(
    'of the active version over its own period changes nothing, with history, clock, edits, grants and switches',
    async () => {
      await liveThrough();
      const { code, report, err } = await backtest('active', '--own-period');
      expect(report.shown, err).toEqual([]);
      expect(report).toMatchObject({ cases: asked - 1, changed: { count: 0 }, otherRule: 0, edits: { cases: 2, changed: 0 } });
      expect(report.table['LIKELY_REJECT']!['open']).toBe(2);
      expect(report.table['HUMAN_REVIEW']!['rejected']).toBe(1);
      expect(code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'of a lenient candidate names what a person rejected, and ends with 1',
    async () => {
      const { code, report } = await backtest(lenient, '--show', '5');
      expect(report.wouldPassButRejected).toEqual({ count: 1, ids: [rejected] });
      expect(report.cases).toBe(asked);
      expect(code).toBe(1);
      const words = await run('policy', 'backtest', lenient, '--connection', stack.connectionString, '--against', 'active');
      expect(words.out).toContain('WOULD APPROVE AUTOMATICALLY, BUT A PERSON REJECTED: 1');
      expect(words.out).toContain(rejected);
    },
    TIMEOUT_MS,
  );
});

describe('the life of a version from the command line', () => {
  it(
    'is compared, tried out, made active and retired',
    async () => {
      const diff = await run('policy', 'diff', lenient, '--version', 'active');
      expect(diff.out).toContain('rule "often" is gone');
      const second = await run('policy', 'publish', lenient, '--json');
      expect(JSON.parse(second.out)).toMatchObject({ ok: true, id: 'shop', version: 2, active: false });
      expect((await run('policy', 'shadow', 'shop', '2')).out).toContain('now evaluated beside the active version');
      expect((await run('policy', 'shadow', 'shop', '2', '--off')).code).toBe(0);
      expect((await run('policy', 'activate', 'shop', '2')).out).toContain('shop 2 is active.');
      expect(await run('policy', 'retire', 'shop', '2')).toMatchObject({
        code: 1,
        err: expect.stringContaining('make another one active first'),
      });
      expect((await run('policy', 'activate', 'shop', '1')).code).toBe(0);
      expect((await run('policy', 'retire', 'shop', '2')).out).toContain('shop 2 is retired.');
    },
    TIMEOUT_MS,
  );

  it(
    'waits for a second person where the organisation wants one',
    async () => {
      await put('/api/organization/activation-rule', { secondPerson: true });
      const third = await run('policy', 'publish', file, '--activate');
      expect(third.out).toContain('shop 3 is proposed. This organisation wants a second person to agree');
      expect(await run('policy', 'activate', 'shop', '3')).toMatchObject({
        code: 1,
        err: expect.stringContaining('another administrator'),
      });
      await put('/api/organization/activation-rule', { secondPerson: false });
    },
    TIMEOUT_MS,
  );

  it(
    'shows how people judged, once they have',
    async () => {
      const { code, out } = await run('policy', 'calibrate', '--json');
      expect(code).toBe(0);
      expect((JSON.parse(out) as { items: { tool: string }[] }).items.map(({ tool }) => tool)).toContain('issue_refund');
    },
    TIMEOUT_MS,
  );

  it(
    'says what to do when nobody answers',
    async () => {
      const nobody = await run('policy', 'activate', 'shop', '1', '--console', 'http://127.0.0.1:9');
      expect(nobody).toMatchObject({ code: 3, err: expect.stringContaining('does not answer at http://127.0.0.1:9') });
      const noStore = await run('policy', 'backtest', 'active', '--connection', 'esdb://127.0.0.1:9?tls=false');
      expect(noStore).toMatchObject({ code: 3, err: expect.stringContaining('The event store does not answer') });
    },
    TIMEOUT_MS,
  );
});
