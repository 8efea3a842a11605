import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLane, post, type Lane } from '../bench/raw-client.ts';
import { startFreeStack, type FreeStack } from '../local/free-stack.ts';
import { findOrInstall } from '../setup/debian-package.ts';
import { recordedEnds } from './recorded-ends.ts';
import { addSecondPerson, type SecondPerson } from './second-person.ts';

/** Ten thousand races in all: what happens once in a thousand is seen. */
const RACES = { twoApprovers: 4_000, modifyAgainstApprove: 3_000, approveAgainstExpire: 3_000 };
const AT_ONCE = 16;
/** The shortest deadline an agent may ask for, seconds. */
const DEADLINE_SEC = 30;
/** Between two requests of a lane, milliseconds: the deadlines then come no faster than a busy machine decides. */
const PAUSE_MS = 80;
/** Approvals are sent so long before and after the deadline, milliseconds. */
const AROUND_MS = { before: 40, after: 10 };

/** Longest wait until every deadline has taken effect, on a machine that others keep busy, milliseconds; `lateness` holds how late one may be. */
const ENDED_MS_MAX = 30_000;

const nats = findOrInstall('nats-server', 'nats-server', () => {});
type Answer = { status: number; body: { code?: string; detail?: string; by?: { id: string; kind?: string; display?: string } } };
type Contender = { ingest: Lane; owner: Lane; other: Lane };

describe.skipIf('missing' in nats)('ten thousand races over NATS', () => {
  let stack: FreeStack;
  let other: SecondPerson;
  const lanes: Contender[] = [];

  beforeAll(async () => {
    stack = await startFreeStack({
      mode: 'all-in-one',
      natsServer: (nats as { path: string }).path,
      env: { INGEST_RATE_PER_SEC: '100000', INGEST_RATE_BURST: '100000' },
    });
    other = await addSecondPerson(stack, 'Grace', ['senior']);
    const { ingestPort, consolePort } = stack;
    for (let index = 0; index < AT_ONCE; index += 1)
      lanes.push({ ingest: openLane(ingestPort), owner: openLane(consolePort), other: openLane(consolePort) });
  }, 60_000);
  afterAll(async () => {
    for (const lane of lanes) for (const each of Object.values(lane)) each.close();
    await stack.stop();
  });

  const send = async (lane: Lane, path: string, token: string, body: unknown): Promise<Answer> => {
    const reply = await lane.send(post(path, { authorization: `Bearer ${token}` }, JSON.stringify(body)));
    return { status: reply.status, body: JSON.parse(reply.body.toString()) as Answer['body'] };
  };
  const accept = async (lane: Lane, runId: string, more: object = {}): Promise<{ id: string; expiresAt: string }> => {
    const { status, body } = await send(lane, '/v1/approvals', stack.credentials.apiKey, {
      source: 'custom',
      runId,
      toolCallId: 'call_1',
      arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: 'Refund $245', entityId: 'A-1', riskLevel: 'medium' },
      action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 245, currency: 'USD' } },
      ...more,
    });
    expect(status).toBe(202);
    return body as unknown as { id: string; expiresAt: string };
  };
  const owner = () => stack.credentials.personalAccessToken;

  /** One 200, and one 409 that says who won. @returns whether the first of the two won */
  const oneWinner = (first: Answer, second: Answer): boolean => {
    const answers = [first, second].sort((a, b) => a.status - b.status);
    expect(answers.map(({ status }) => status)).toEqual([200, 409]);
    const [, loser] = answers as [Answer, Answer];
    expect(loser.body.code).toBe('already_decided');
    expect(loser.body.detail).toMatch(/^It is already (approved|rejected|modified), by .+ at \d{4}-/);
    return first.status === 200;
  };
  const onceEach = async (ids: readonly string[]) => {
    const ends = await recordedEnds(stack);
    expect(ids.flatMap(id => (ends.get(id)?.length === 1 ? [] : [`${id}: ${ends.get(id)?.join(', ') ?? 'none'}`]))).toEqual([]);
  };
  const race = async (
    count: number,
    run: (lane: Contender, index: number) => Promise<boolean>,
  ): Promise<{ first: number; second: number }> => {
    const won = { first: 0, second: 0 };
    let next = 0;
    await Promise.all(
      lanes.map(async lane => {
        while (next < count) won[(await run(lane, next++)) ? 'first' : 'second'] += 1;
      }),
    );
    return won;
  };

  it('one of two approvers wins, and the other is told who', { timeout: 180_000 }, async () => {
    const ids: string[] = [];
    const won = await race(RACES.twoApprovers, async (lane, index) => {
      const { id } = await accept(lane.ingest, `run_two_${index}`);
      ids.push(id);
      const path = `/api/approvals/${id}`;
      const asOwner = () => send(lane.owner, `${path}/approve`, owner(), {});
      const asOther = () => send(lane.other, `${path}/reject`, other.token, { note: 'Ask for the photographs first.' });
      // Whose request leaves first changes from race to race.
      const [approved, rejected] =
        index % 2 === 0 ? await Promise.all([asOwner(), asOther()]) : (await Promise.all([asOther(), asOwner()])).toReversed();
      return oneWinner(approved!, rejected!);
    });
    expect(Math.min(won.first, won.second)).toBeGreaterThan(0);
    await onceEach(ids);
  });

  it('an edit and an approval never both count', { timeout: 180_000 }, async () => {
    const ids: string[] = [];
    const won = await race(RACES.modifyAgainstApprove, async (lane, index) => {
      const { id } = await accept(lane.ingest, `run_edit_${index}`);
      ids.push(id);
      const path = `/api/approvals/${id}`;
      const edit = { action: { name: 'issue_refund', args: { order_id: 'A-1', amount: 200, currency: 'USD' } }, note: 'Keep the voucher.' };
      const modifying = () => send(lane.owner, `${path}/modify`, owner(), edit);
      const approving = () => send(lane.other, `${path}/approve`, other.token, {});
      const [modified, approved] =
        index % 2 === 0 ? await Promise.all([modifying(), approving()]) : (await Promise.all([approving(), modifying()])).toReversed();
      return oneWinner(modified!, approved!);
    });
    expect(Math.min(won.first, won.second)).toBeGreaterThan(0);
    await onceEach(ids);
  });

  it('an approval and the deadline never both count, and who came late hears so', { timeout: 240_000 }, async () => {
    const waiting: { id: string; expiresAtMs: number }[] = [];
    await race(RACES.approveAgainstExpire, async (lane, index) => {
      const { id, expiresAt } = await accept(lane.ingest, `run_late_${index}`, { deadlineSec: DEADLINE_SEC });
      waiting.push({ id, expiresAtMs: Date.parse(expiresAt) });
      await delay(PAUSE_MS);
      return true;
    });
    const approved = new Set<string>();
    const late = { refused: 0 };
    const free: Lane[] = [];
    await Promise.all(
      waiting.map(async ({ id, expiresAtMs }, index) => {
        const offsetMs = (index % (AROUND_MS.before + AROUND_MS.after)) - AROUND_MS.before;
        await delay(Math.max(0, expiresAtMs + offsetMs - Date.now()));
        // A connection that is open already: making thousands of them is more than a busy machine takes in time.
        const lane = free.pop() ?? openLane(stack.consolePort);
        const { status, body } = await send(lane, `/api/approvals/${id}/approve`, owner(), {});
        free.push(lane);
        if (status === 200) approved.add(id);
        else {
          expect([body.code, status]).toEqual(body.code === 'approval_expired' ? ['approval_expired', 403] : ['already_decided', 409]);
          expect(body.by).toMatchObject({ kind: 'timeout' });
          late.refused += 1;
        }
      }),
    );
    for (const lane of free) lane.close();
    expect(approved.size).toBeGreaterThan(0);
    expect(late.refused).toBeGreaterThan(0);
    let ended = new Map<string, string[]>();
    const open = async () => {
      ended = await recordedEnds(stack);
      return waiting.filter(({ id }) => !ended.has(id)).length;
    };
    await expect.poll(open, { timeout: ENDED_MS_MAX, interval: 500 }).toBe(0);
    await delay(1_000); // whatever else was on its way has come by now
    await open();
    for (const { id } of waiting) expect([id, ended.get(id)]).toEqual([id, [approved.has(id) ? 'ApprovalGranted' : 'ApprovalExpired']]);
  });
});
