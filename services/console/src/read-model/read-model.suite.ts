import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inboxQuery, type InboxQuery, type RecordedEvent, type Role } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { NOON, noonPlus, ordinarily, person, refund, routeStep, TENANT } from '@holdpoint/testing';
import { array, assert, asyncProperty, boolean, integer } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLog, type Log } from './a-log.ts';
import { changesSince } from './changes.ts';
import { mayDecideRow, readInbox, type Viewer } from './inbox.ts';
import { listApprovals } from './list-approvals.ts';
import { openReadModels, type ReadModels } from './open-read-model.ts';
import { CursorUnreadable } from './paging.ts';

const asStored = (event: LoggedEvent) => event as unknown as RecordedEvent;
const viewer = (name: string, roles: Role[], more: Partial<Viewer> = {}): Viewer => ({
  operatorId: `opr_${name}`,
  tenant: TENANT,
  roles,
  ownedAgents: [],
  solo: false,
  now: NOON,
  ...more,
});
const owner = viewer('ada', ['owner']);
const query = (more: Partial<InboxQuery> = {}) => inboxQuery.parse(more);

let folder: string;
let models: ReadModels;
/** Of the database that is being seen; undefined for files. */
let databaseUrl: string | undefined;

const inbox = (of: Viewer, more: Partial<InboxQuery> = {}) => readInbox(models.current().read, query(more), of, () => 'Assistant');
const TABLES = [
  'approvals',
  'deliveries',
  'changes',
  'tallies',
  'after_reviews',
  'snoozes',
  'measures',
  'attention',
  'alerts',
  'legal_holds',
  'erased',
] as const;
const rows = async (table: (typeof TABLES)[number]) => {
  const found = await models.current().read.selectFrom(table).selectAll().execute();
  return found.map(row => JSON.stringify(Object.entries(row).toSorted())).toSorted();
};
/** Every row of every table, and how far they go. */
const everything = async () => ({
  rows: Object.fromEntries(await Promise.all(TABLES.map(async table => [table, await rows(table)] as const))),
  position: models.current().position(),
});

/** Several approvals in every state a list can show. */
const aBusyDay = (): Log => {
  const log = aLog();
  const ada = person('ada', 'owner');
  const bob = person('bob', 'operator');
  const by = (who: typeof ada) => ({ ...ordinarily, by: who, channel: 'console' as const, now: noonPlus(10) });
  log.pending('waiting');
  const approved = log.pending('approved');
  log.command(approved, { type: 'Approve', ...by(ada) });
  log.delivered(approved, {
    type: 'CallbackAttemptFailed',
    data: {
      approvalId: approved,
      webhookId: 'msg_1',
      attempt: 1,
      at: noonPlus(11),
      durationMs: 3,
      status: 500,
      errorClass: 'status',
      resolvedAddress: null,
      nextAttemptAt: noonPlus(13),
      private: { responseExcerpt: null },
    },
  });
  log.delivered(approved, {
    type: 'CallbackDelivered',
    data: { approvalId: approved, webhookId: 'msg_1', attempt: 2, at: noonPlus(14), durationMs: 3, status: 200, resolvedAddress: null },
  });
  const rejected = log.pending('rejected');
  log.command(rejected, { type: 'Reject', ...by(bob), note: 'no' });
  const claimed = log.pending('claimed');
  log.command(claimed, { type: 'Claim', ...by(bob) });
  const escalated = log.pending(
    'escalated',
    {},
    { verdict: 'ESCALATE_SENIOR', steps: [routeStep({ approvers: { roles: ['senior'], operators: [] } })] },
  );
  log.command(escalated, { type: 'EscalateNow', ...by(ada) });
  const expired = log.pending('expired');
  log.command(expired, { type: 'ExpireApproval', now: noonPlus(4_000) });
  const quorum = log.pending('quorum', {}, { steps: [routeStep({ approveCount: 2, excludeRequester: true })] });
  log.command(quorum, { type: 'Approve', ...by(bob) });
  return log;
};

/** Many read models built one after the other, on a machine that may be busy, ms. */
const EVERY_SIZE_MS = 90_000;

/**
 * What the read model promises, of whatever database it is in. Rows are the same in all of them, so what is seen of one holds for the others.
 * @param url `postgres://…`, or nothing for SQLite files; called once before the first of them
 */
export const readModelSuite = (url: () => string | undefined): void => {
  beforeEach(async () => {
    databaseUrl = url();
    folder = await mkdtemp(join(tmpdir(), 'console-read-model-'));
    models = await openReadModels(folder, asStored, databaseUrl);
  });
  afterEach(async () => {
    // Of files nothing is left with their folder; a database keeps its tables, and the next one begins with none.
    if (databaseUrl !== undefined) await models.swap(await models.openNext());
    await models.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('an inbox row', () => {
    it('shows what was asked and who may decide', async () => {
      const log = aLog();
      const id = log.pending('one', { riskLevel: 'high' });
      await models.current().apply(log.events);
      const page = await inbox(owner);
      expect(page.items).toHaveLength(1);
      expect(page.items[0]).toMatchObject({
        id,
        revision: 2,
        status: 'pending',
        phase: 'review',
        riskLevel: 'high',
        toolName: 'issue_refund',
        amount: 245,
        currency: 'USD',
        entityId: 'A-1',
        verdict: 'HUMAN_REVIEW',
        stepName: 'review',
        mayDecide: true,
        escalateAt: noonPlus(300),
        decidedBy: null,
      });
    });

    it('names whoever may decide too since it opened, and moves with its deadline', async () => {
      const log = aLog();
      const id = log.pending('one', {}, { steps: [routeStep({ approvers: { roles: ['senior'], operators: [] } })] });
      const other = log.pending('two');
      const dan = viewer('dan', ['operator']);
      const cleo = { ...ordinarily, by: person('cleo', 'senior'), channel: 'console' as const, now: noonPlus(10) };
      await models.current().apply(log.events);
      expect((await inbox(dan)).items.map(item => item.id)).toEqual([other]);
      log.command(id, { type: 'Delegate', ...cleo, to: person('dan', 'operator') });
      log.command(other, { type: 'Extend', ...cleo, until: noonPlus(9_000) });
      await models.current().apply(log.events);
      const { items } = await inbox(dan);
      expect(items.map(item => [item.id, item.expiresAt, item.mayDecide])).toEqual([
        [id, noonPlus(3_600), true],
        [other, noonPlus(9_000), true],
      ]);
    });

    it('shows steps that are open at the same time together', async () => {
      const log = aLog();
      const steps = [
        routeStep({ name: 'legal', approvers: { roles: ['operator'], operators: [] } }),
        routeStep({ name: 'finance', approvers: { roles: ['senior'], operators: [] } }),
      ];
      log.pending('one', {}, { steps, route: { order: 'parallel' } });
      await models.current().apply(log.events);
      for (const role of ['operator', 'senior'] as const)
        expect((await inbox(viewer('x', [role]))).items[0]).toMatchObject({ stepName: 'legal, finance', mayDecide: true });
    });

    it('is out of one person’s sight while that person has put it off, and out of nobody else’s', async () => {
      const log = aLog();
      const id = log.pending('one');
      const kept = log.pending('two');
      log.command(id, { type: 'Snooze', by: person('ada', 'owner'), channel: 'console', now: noonPlus(10), until: noonPlus(600) });
      await models.current().apply(log.events);
      const at = (seconds: number) => ({ ...owner, now: noonPlus(seconds) });
      expect((await inbox(at(20))).items.map(item => item.id)).toEqual([kept]);
      expect((await inbox(at(20), { view: 'snoozed' })).items.map(item => item.id)).toEqual([id]);
      expect((await inbox(at(20))).counts).toMatchObject({ mine: 1, team: 2, snoozed: 1 });
      expect((await inbox(viewer('bob', ['operator'], { now: noonPlus(20) }))).counts).toMatchObject({ mine: 2, snoozed: 0 });
      expect((await inbox(at(600))).counts).toMatchObject({ mine: 2, snoozed: 0 });
      log.command(id, { type: 'Reject', ...ordinarily, by: person('bob', 'operator'), channel: 'console', now: noonPlus(30) });
      await models.current().apply(log.events);
      expect((await inbox(at(40))).counts).toMatchObject({ mine: 1, snoozed: 0, decided: 1 });
      expect((await inbox(at(40), { view: 'snoozed' })).items).toEqual([]);
    });

    it('waits for the rules before anybody may decide', async () => {
      const log = aLog();
      log.pending('one');
      await models.current().apply(log.events.slice(0, 1));
      expect((await inbox(owner, { view: 'all' })).items[0]).toMatchObject({ phase: 'gating', mayDecide: false });
      expect((await inbox(owner, { view: 'mine' })).items).toEqual([]);
    });

    it('takes the amount from the gate when the call itself names none', async () => {
      const log = aLog();
      log.pending('one', { action: { name: 'issue_refund', args: { order_id: 'A-1' } } });
      await models.current().apply(log.events);
      expect((await inbox(owner)).items[0]).toMatchObject({ amount: 245, currency: 'USD' });
    });

    it('moves from the open views to the decided one, newest first', async () => {
      const log = aLog();
      const first = log.pending('first');
      const second = log.pending('second');
      log.command(first, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: noonPlus(5) });
      log.command(second, { type: 'Reject', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: noonPlus(9), note: 'no' });
      await models.current().apply(log.events);
      expect((await inbox(owner, { view: 'all' })).items).toEqual([]);
      const { items } = await inbox(owner, { view: 'decided' });
      expect(items.map(item => [item.id, item.status])).toEqual([
        [second, 'rejected'],
        [first, 'approved'],
      ]);
      expect(items[0]).toMatchObject({ phase: 'decided', decidedBy: { id: 'opr_ada' }, decidedAt: noonPlus(9), mayDecide: false });
    });
  });

  describe('the views of an inbox', () => {
    it('offer a claimed request to the one who claimed it, and show the others that it is taken', async () => {
      const log = aLog();
      const id = log.pending('one');
      log.command(id, { type: 'Claim', ...ordinarily, by: person('bob', 'operator'), channel: 'console', now: NOON });
      await models.current().apply(log.events);
      expect((await inbox(viewer('bob', ['operator']))).items).toHaveLength(1);
      expect((await inbox(viewer('ada', ['owner']))).items).toEqual([]);
      expect((await inbox(viewer('ada', ['owner']), { view: 'team' })).items[0]).toMatchObject({
        claimedBy: { id: 'opr_bob' },
        mayDecide: false,
      });
      expect((await inbox(viewer('ada', ['owner'], { now: noonPlus(3_000) }))).items).toHaveLength(1);
    });

    it('bar whoever owns the agent where the step excludes the requester', async () => {
      const log = aLog();
      log.pending('one', {}, { steps: [routeStep({ excludeRequester: true })] });
      await models.current().apply(log.events);
      expect((await inbox(owner)).items).toHaveLength(1);
      expect((await inbox(viewer('ada', ['owner'], { ownedAgents: ['agt_assistant'] }))).items).toEqual([]);
      expect((await inbox(viewer('ada', ['owner'], { ownedAgents: ['agt_assistant'], solo: true }))).items).toHaveLength(1);
    });

    it('order by deadline, and by risk among those due at about the same time', async () => {
      const log = aLog();
      const later = log.pending('later', { riskLevel: 'critical', expiresAt: noonPlus(7_200) });
      const low = log.pending('low', { riskLevel: 'low', expiresAt: noonPlus(3_601) });
      const critical = log.pending('critical', { riskLevel: 'critical', expiresAt: noonPlus(3_650) });
      await models.current().apply(log.events);
      expect((await inbox(owner)).items.map(item => item.id)).toEqual([critical, low, later]);
    });

    it('filter by risk, agent and words, taking what was typed literally', async () => {
      const log = aLog();
      const summary = (contextSummary: string) => ({
        private: { arguments: { contextSummary, proposedAction: 'Refund', entityId: 'A-1', riskLevel: 'low' as const } },
      });
      const discount = log.pending('a', { riskLevel: 'low', ...summary('A 100% discount for Ümit_1') });
      log.pending('b', { riskLevel: 'high', agent: { id: 'agt_other' }, ...summary('Nothing of the kind') });
      await models.current().apply(log.events);
      const ids = async (more: Partial<InboxQuery>) => (await inbox(owner, more)).items.map(item => item.id);
      expect(await ids({ q: '100% DISCOUNT' })).toEqual([discount]);
      expect(await ids({ q: '100_' })).toEqual([]);
      expect(await ids({ q: 'mit_1' })).toEqual([discount]);
      expect(await ids({ risk: 'low' })).toEqual([discount]);
      expect(await ids({ agent: 'agt_assistant' })).toEqual([discount]);
    });

    it('page through everything once, whatever the page size', async () => {
      const log = aLog();
      const ids = Array.from({ length: 23 }, (_, index) => log.pending(`page-${index}`, { expiresAt: noonPlus(3_600 + (index % 3)) }));
      await models.current().apply(log.events);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await inbox(owner, { limit: 5, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map(item => item.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(seen).toHaveLength(23);
    });

    it('refuse a cursor they did not give out', async () => {
      await expect(inbox(owner, { cursor: "k1.' or 1=1" })).rejects.toThrow(CursorUnreadable);
      await expect(inbox(owner, { cursor: 'abc' })).rejects.toThrow(CursorUnreadable);
    });

    it('show nothing of another tenant', async () => {
      await models.current().apply(aBusyDay().events);
      const stranger = viewer('eve', ['owner'], { tenant: 'org_other' });
      for (const view of ['mine', 'team', 'all', 'decided'] as const) {
        const page = await inbox(stranger, { view });
        expect(page.items).toEqual([]);
        expect(page.counts).toEqual({ mine: 0, team: 0, all: 0, snoozed: 0, decided: 0 });
      }
    });

    it.each([
      ['an owner', owner],
      ['a senior', viewer('sam', ['senior'])],
      ['an operator who voted and claimed', viewer('bob', ['operator'])],
      ['an operator who owns the agent', viewer('cat', ['operator'], { ownedAgents: ['agt_assistant'] })],
      ['the same in solo mode', viewer('cat', ['operator'], { ownedAgents: ['agt_assistant'], solo: true })],
      ['a viewer', viewer('vic', ['viewer'])],
      ['an owner after the claim ran out', viewer('ada', ['owner'], { now: noonPlus(3_000) })],
    ])('count and list for %s what that person may decide', async (_who, of) => {
      await models.current().apply(aBusyDay().events);
      const approvals = (await models.current().read.selectFrom('approvals').selectAll().where('open', '=', 1).execute()) ?? [];
      const mine = approvals.filter(row => mayDecideRow(row, of)).map(row => row.id);
      const page = await inbox(of, { view: 'mine' });
      expect(page.items.map(item => item.id).toSorted()).toEqual(mine.toSorted());
      expect(page.items.every(item => item.mayDecide)).toBe(true);
      const team = await inbox(of, { view: 'team' });
      expect(page.counts).toMatchObject({ mine: mine.length, team: team.items.length, all: approvals.length, decided: 3 });
    });
  });

  describe('the read model', () => {
    it(
      'is the same whether events come one by one, in batches, or twice',
      async () => {
        const { events } = aBusyDay();
        await models.current().apply(events);
        const whole = await everything();
        await assert(
          asyncProperty(array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 }), boolean(), async (sizes, twice) => {
            const other = await models.openNext();
            await models.swap(other);
            let at = 0;
            for (let turn = 0; at < events.length; turn += 1) {
              const size = sizes[turn % sizes.length] ?? 1;
              const batch = events.slice(at, at + size);
              await models.current().apply(batch);
              if (twice) expect(await models.current().apply(events.slice(0, at + size))).toEqual([]);
              at += size;
            }
            expect(await everything()).toEqual(whole);
          }),
          { numRuns: databaseUrl === undefined ? 15 : 5 },
        );
      },
      EVERY_SIZE_MS,
    );

    it('goes on from its checkpoint after a restart', async () => {
      const { events } = aBusyDay();
      await models.current().apply(events.slice(0, 9));
      await models.close();
      models = await openReadModels(folder, asStored, databaseUrl);
      expect(models.current().position()).toBe(events[8]?.position);
      expect(await models.current().apply(events)).toEqual(events.slice(9));
    });

    it('keeps nothing of a batch that fails half way', async () => {
      const { events } = aBusyDay();
      await models.current().apply(events.slice(0, 6));
      const before = await everything();
      const stranger = { ...events[9]!, stream: events[0]!.stream, revision: 9, type: 'ApprovalForgotten' };
      const broken = [...events.slice(6, 9), stranger];
      await expect(models.current().apply(broken)).rejects.toThrow('ApprovalForgotten');
      expect(await everything()).toEqual(before);
      await models.current().apply(events.slice(6));
      expect((await inbox(owner)).counts.decided).toBe(3);
    });

    it('goes on being built while the one before the current one is removed', async () => {
      await models.swap(await models.openNext());
      const next = await models.openNext();
      const { events } = aBusyDay();
      await next.apply(events.slice(0, 5));
      await new Promise(resolve => setTimeout(resolve, 1_300));
      await next.apply(events.slice(5));
      await models.swap(next);
      expect(await rows('approvals')).toHaveLength(7);
      expect(models.current().position()).toBe(events.at(-1)?.position);
    });

    it('takes what an agent may write into it, and sorts by bytes', async () => {
      const log = aLog();
      const says = (contextSummary: string, entityId: string) => ({
        private: { arguments: { contextSummary, proposedAction: 'x', entityId, riskLevel: 'low' as const } },
      });
      log.pending('nul', says('before\0after \ud800 \u{1f4a5}', 'B'));
      log.pending('small', says('x', 'a'));
      log.pending('dash', says('x', '-c'));
      await models.current().apply(log.events);
      const found = await models.current().read.selectFrom('approvals').select('entity_id').orderBy('entity_id').execute();
      expect(found.map(row => row.entity_id)).toEqual(['-c', 'B', 'a']);
    });

    it('says how far each answer got', async () => {
      const log = aBusyDay();
      await models.current().apply(log.events);
      const found = await models.current().read.selectFrom('deliveries').selectAll().where('callback_state', '=', 'delivered').execute();
      expect(found).toMatchObject([{ callback_attempts: 2, webhook_id: 'msg_1', callback_next_at: null }]);
    });
  });

  describe('the changes a browser missed', () => {
    it('are those after its position, in log order, of its tenant alone', async () => {
      const { events } = aBusyDay();
      await models.current().apply(events);
      const at = events[4]!.position;
      const missed = await changesSince(models.current().read, TENANT, at, 1_000);
      expect(missed).toEqual({
        outcome: 'known',
        changes: events.slice(5).map(event => ({
          approvalId: event.stream.slice(event.stream.indexOf('-') + 1),
          type: event.type,
          revision: event.revision,
          position: event.position,
        })),
      });
      expect(await changesSince(models.current().read, 'org_other', at, 1_000)).toEqual({ outcome: 'known', changes: [] });
    });

    it('are not guessed at when there are too many, or the position is none', async () => {
      const { events } = aBusyDay();
      await models.current().apply(events);
      expect(await changesSince(models.current().read, TENANT, events[0]!.position, 3)).toEqual({ outcome: 'tooOld' });
      expect(await changesSince(models.current().read, TENANT, '0', 1_000)).toEqual({ outcome: 'tooOld' });
      expect(await changesSince(models.current().read, TENANT, "1' or 1=1", 1_000)).toEqual({ outcome: 'tooOld' });
    });
  });

  describe("the agents' list", () => {
    it('is newest first and filters by status, agent and thread', async () => {
      const log = aLog();
      const first = log.pending('first', { requestedAt: NOON, threadId: 'thread_9' });
      const second = log.pending('second', { requestedAt: noonPlus(5), action: refund(9) });
      log.command(second, { type: 'Approve', ...ordinarily, by: person('ada', 'owner'), channel: 'console', now: noonPlus(6) });
      await models.current().apply(log.events);
      const list = async (more: object) =>
        (await listApprovals(models.current().read, { tenant: TENANT, test: false, limit: 10, ...more })).items.map(row => row.id);
      expect(await list({})).toEqual([second, first]);
      expect(await list({ status: 'approved' })).toEqual([second]);
      expect(await list({ threadId: 'thread_9' })).toEqual([first]);
      expect(await list({ agentId: 'agt_other' })).toEqual([]);
      expect(await list({ tenant: 'org_other' })).toEqual([]);
      const page = await listApprovals(models.current().read, { tenant: TENANT, test: false, limit: 1 });
      expect(page.nextCursor).not.toBeNull();
      expect(await list({ cursor: page.nextCursor })).toEqual([first]);
    });

    it('never mixes what test keys and live keys asked', async () => {
      const log = aLog();
      const live = log.pending('live');
      const test = log.pending('test', { test: true });
      await models.current().apply(log.events);
      const list = async (asTest: boolean) =>
        (await listApprovals(models.current().read, { tenant: TENANT, test: asTest, limit: 10 })).items.map(row => row.id);
      expect(await list(false)).toEqual([live]);
      expect(await list(true)).toEqual([test]);
    });
  });
};
