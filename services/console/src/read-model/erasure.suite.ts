import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idOf, inboxQuery, type RecordedEvent } from '@holdpoint/contracts';
import { EventErased, type LoggedEvent } from '@holdpoint/event-log';
import { NOON, noonPlus, ordinarily, person, routeStep, TENANT } from '@holdpoint/testing';
import { array, assert, asyncProperty, boolean, integer } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLog } from './a-log.ts';
import { countDue, dueForErasure } from './due-for-erasure.ts';
import { readInbox } from './inbox.ts';
import { listErased, listLegalHolds } from './list-erased.ts';
import { openReadModels, type ReadModels } from './open-read-model.ts';

const TABLES = [
  ...(['approvals', 'deliveries', 'changes', 'tallies', 'after_reviews', 'snoozes', 'measures', 'attention', 'alerts'] as const),
  ...(['legal_holds', 'erased'] as const),
];
const ada = person('ada', 'owner');
const by = (seconds: number) => ({ ...ordinarily, by: ada, channel: 'console' as const, now: noonPlus(seconds) });
const sent = (approvalId: string, attemptId: string, seconds: number) => ({
  approvalId,
  attemptId,
  stepIndex: 0,
  level: 0,
  operatorId: 'opr_ada',
  channel: 'email' as const,
  at: noonPlus(seconds),
  providerMessageId: null,
});

/** Requests that leave a row in every table, and which of them are erased or kept from it in the end. */
const aDayOfErasing = () => {
  const log = aLog();
  const snoozedBefore = log.pending('snoozed before');
  log.command(snoozedBefore, { type: 'Snooze', by: ada, channel: 'console', now: noonPlus(1), until: noonPlus(8) });
  const asked = log.pending('asked for', {}, { steps: [routeStep()] });
  log.delivered(asked, {
    type: 'NotificationSent',
    data: { ...sent(asked, 'att_1', 5), private: { address: null } },
  });
  log.looked(asked, { type: 'ApprovalViewed', data: { approvalId: asked, operatorId: 'opr_ada', part: 'request', at: noonPlus(7) } });
  log.command(asked, { type: 'Snooze', by: ada, channel: 'console', now: noonPlus(9), until: noonPlus(600) });
  log.command(asked, { type: 'Approve', ...by(20) });
  const made = { approvalId: asked, webhookId: 'msg_1', durationMs: 3, resolvedAddress: null };
  log.delivered(asked, { type: 'CallbackDelivered', data: { ...made, attempt: 1, at: noonPlus(25), status: 200 } });
  const sampled = log.pending('sampled', {}, { verdict: 'APPROVE_AUTOMATICALLY', sampled: true });
  const held = log.pending('held');
  log.command(held, { type: 'Reject', ...by(30), note: 'no' });
  log.command(held, { type: 'PlaceHold', ...by(31), reason: 'Case 2026-117.' });
  const released = log.pending('released');
  log.command(released, { type: 'PlaceHold', ...by(32), reason: 'Case 2026-118.' });
  log.command(released, { type: 'Reject', ...by(33), note: 'no' });
  log.command(released, { type: 'ReleaseHold', ...by(34), reason: 'Closed.' });
  const waiting = log.pending('waiting');
  log.command(asked, { type: 'EraseApproval', ground: 'request', ...by(100), reason: 'Request 2026-14.' });
  log.gone(asked, noonPlus(101));
  // A receipt of an alert, long after.
  log.delivered(asked, { type: 'NotificationDelivered', data: sent(asked, 'att_1', 110) });
  log.delivered(asked, { type: 'NotificationFailed', data: { ...sent(asked, 'att_9', 111), ...BOUNCED } });
  log.command(sampled, {
    type: 'EraseApproval',
    ground: 'retention',
    reason: 'Kept for six months.',
    endedBefore: noonPlus(200),
    now: noonPlus(200),
  });
  return { log, asked, sampled, held, released, waiting, snoozedBefore };
};
const BOUNCED = { errorClass: 'bounce', code: '550', permanent: true, nextAttemptAt: null, private: { address: null } } as const;

/**
 * What erasing does to the read model, of whatever database it is in.
 * @param url `postgres://…`, or nothing for SQLite files; called once before the first of them
 */
export const erasureSuite = (url: () => string | undefined): void => {
  let folder: string;
  let models: ReadModels;
  /** Approvals whose data key is destroyed for whoever reads the log now. */
  let destroyed: ReadonlySet<string>;
  const open = (event: LoggedEvent): RecordedEvent => {
    if (destroyed.has(idOf(event.stream)) && 'private' in (event.data as object))
      throw new EventErased(event.stream, event.revision, event.type);
    return event as unknown as RecordedEvent;
  };
  /** As the log has it: nobody reads a sealed part by accident. */
  const sealed = (event: LoggedEvent): LoggedEvent =>
    destroyed.has(idOf(event.stream)) && 'private' in (event.data as object)
      ? { ...event, data: { ...(event.data as object), private: 'hp2.blk.0.box' } }
      : event;
  const fromNothing = async () => models.swap(await models.openNext());
  const everyRow = async () =>
    Object.fromEntries(
      await Promise.all(
        TABLES.map(async table => {
          const rows = await models.current().read.selectFrom(table).selectAll().execute();
          return [table, rows.map(row => JSON.stringify(Object.entries(row).toSorted())).toSorted()] as const;
        }),
      ),
    );
  const inboxOf = (view: 'all' | 'decided') =>
    readInbox(
      models.current().read,
      inboxQuery.parse({ view }),
      { operatorId: 'opr_ada', tenant: TENANT, roles: ['owner'], ownedAgents: [], solo: false, now: NOON },
      () => null,
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-erasure-'));
    destroyed = new Set();
    models = await openReadModels(folder, open, url());
    await fromNothing();
  });
  afterEach(async () => {
    await models.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('an erased approval', () => {
    it('is out of every table, and what is left says who ordered it and when it was done', async () => {
      const { log, asked, sampled, held, released } = aDayOfErasing();
      await models.current().apply(
        log.events.slice(
          0,
          log.events.findIndex(event => event.type === 'ErasureOrdered'),
        ),
      );
      const before = await everyRow();
      // The story has something to erase in every table that is about approvals, and a hold that is kept.
      for (const table of TABLES.filter(name => name !== 'tallies' && name !== 'erased'))
        expect(
          before[table]?.some(row => [asked, sampled, held].some(id => row.includes(id))),
          table,
        ).toBe(true);
      expect((await inboxOf('decided')).counts).toMatchObject({ all: 2, decided: 4 });
      await models.current().apply(log.events);
      const after = await everyRow();
      for (const table of TABLES.filter(name => name !== 'changes' && name !== 'erased'))
        expect(
          after[table]?.filter(row => row.includes(asked) || row.includes(sampled)),
          table,
        ).toEqual([]);
      const { items, counts } = await inboxOf('decided');
      expect(items.map(({ id }) => id)).toEqual([released, held]);
      expect(counts).toMatchObject({ all: 2, decided: 2 });
      expect(await listErased(models.current().read, TENANT, { limit: 10 })).toEqual({
        items: [
          {
            approvalId: sampled,
            ground: 'retention',
            by: {
              kind: 'rule',
              id: 'retention',
            },
            reason: 'Kept for six months.',
            erasedAt: noonPlus(200),
            keysDestroyedAt: null,
          },
          {
            approvalId: asked,
            ground: 'request',
            by: expect.objectContaining({ id: 'opr_ada' }),
            reason: 'Request 2026-14.',
            erasedAt: noonPlus(100),
            keysDestroyedAt: noonPlus(101),
          },
        ],
        nextCursor: null,
      });
    });

    it('leaves a change behind, so that a browser that comes back takes it off its lists', async () => {
      const { log, asked } = aDayOfErasing();
      await models.current().apply(log.events);
      const changes = await models
        .current()
        .read.selectFrom('changes')
        .select('type')
        .where('approval_id', '=', asked)
        .orderBy('position')
        .execute();
      expect(changes.map(({ type }) => type).slice(-4)).toEqual([
        'ErasureOrdered',
        'ApprovalErased',
        'NotificationDelivered',
        'NotificationFailed',
      ]);
    });

    it('gives the same rows when everything is folded anew and what was erased cannot be opened any more', async () => {
      const { log, asked, sampled } = aDayOfErasing();
      for (const event of log.events) await models.current().apply([event]);
      const live = await everyRow();
      destroyed = new Set([asked, sampled]);
      const stored = log.events.map(sealed);
      await fromNothing();
      await models.current().apply(stored);
      expect(await everyRow()).toEqual(live);
      await assert(
        asyncProperty(array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), boolean(), async (sizes, twice) => {
          await fromNothing();
          for (let at = 0, turn = 0; at < stored.length; turn += 1) {
            const to = at + (sizes[turn % sizes.length] ?? 1);
            await models.current().apply(stored.slice(at, to));
            if (twice) expect(await models.current().apply(stored.slice(0, to))).toEqual([]);
            at = to;
          }
          expect(await everyRow()).toEqual(live);
        }),
        { numRuns: 8 },
      );
    }, 60_000);

    it('is left out while its order has not come, if its key is gone already', async () => {
      const { log, asked } = aDayOfErasing();
      destroyed = new Set([asked]);
      await models.current().apply(
        log.events
          .slice(
            0,
            log.events.findIndex(event => event.type === 'ErasureOrdered'),
          )
          .map(sealed),
      );
      expect((await inboxOf('decided')).items.map(({ id }) => id)).not.toContain(asked);
    });

    it('stops the read model where an event cannot be read for another reason', async () => {
      const { log } = aDayOfErasing();
      await models.close();
      models = await openReadModels(
        folder,
        () => {
          throw new Error('the master key is another one');
        },
        url(),
      );
      await fromNothing();
      await expect(models.current().apply(log.events)).rejects.toThrow('another one');
    });
  });

  describe('what is due', () => {
    it('ended before the cut-off and is on no legal hold, oldest first, page by page', async () => {
      const { log, sampled, held, released, asked } = aDayOfErasing();
      await models.current().apply(
        log.events.slice(
          0,
          log.events.findIndex(event => event.type === 'ErasureOrdered'),
        ),
      );
      const { read } = models.current();
      const due = async (cutoff: string) => (await dueForErasure(read, TENANT, cutoff, { after: '', limit: 10 })).map(({ id }) => id);
      expect(await due(noonPlus(0))).toEqual([]);
      expect(await due(noonPlus(20))).toEqual([sampled]);
      expect(await due(noonPlus(21))).toEqual([sampled, asked]);
      expect(await due(noonPlus(400))).toEqual([sampled, asked, released]);
      const [first] = await dueForErasure(read, TENANT, noonPlus(400), { after: '', limit: 1 });
      const next = await dueForErasure(read, TENANT, noonPlus(400), { after: first?.sortKey ?? '', limit: 1 });
      expect(next.map(({ id }) => id)).toEqual([asked]);
      expect(await dueForErasure(read, 'org_other', noonPlus(400), { after: '', limit: 10 })).toEqual([]);
      expect(await countDue(read, TENANT, noonPlus(400))).toEqual({ count: 3, more: false, oldest: NOON });
      expect(await countDue(read, TENANT, null)).toEqual({ count: 0, more: false, oldest: NOON });
      expect(await countDue(read, 'org_other', noonPlus(400))).toEqual({ count: 0, more: false, oldest: null });
      const holds = await listLegalHolds(read, TENANT, { limit: 10 });
      expect(holds.items).toMatchObject([{ approvalId: held, by: { id: 'opr_ada' }, at: noonPlus(31), status: 'rejected' }]);
      expect(await listLegalHolds(read, 'org_other', { limit: 10 })).toEqual({ items: [], nextCursor: null });
    });
  });
};
