import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { behindQuery, type Behind, type MetricsReport, type RecordedEvent, type ViewEvent } from '@holdpoint/contracts';
import { NOON, noonPlus, ordinarily, person, TENANT } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLog } from '../read-model/a-log.ts';
import { openReadModels, type ReadModels } from '../read-model/open-read-model.ts';
import { listBehind } from './list-behind.ts';
import { reportMetrics } from './report-metrics.ts';

const period = { from: NOON, to: noonPlus(86_400), agent: null };
const ada = person('ada', 'owner');
const bob = person('bob', 'operator');
const by = (who: typeof ada, seconds: number, channel: 'console' | 'email' = 'console') => ({
  ...ordinarily,
  by: who,
  channel,
  now: noonPlus(seconds),
});
const viewed = (approvalId: string, operatorId: string, part: ViewEvent['data']['part'], seconds: number): ViewEvent => ({
  type: 'ApprovalViewed',
  data: { approvalId, operatorId, part, at: noonPlus(seconds) },
});
const sent = (approvalId: string, attemptId: string, seconds: number, operatorId = 'opr_ada') => ({
  approvalId,
  attemptId,
  stepIndex: 0,
  level: 0,
  operatorId,
  channel: 'email' as const,
  at: noonPlus(seconds),
});

/** A day on which Ada reads what she decides and Bob does not. */
const aDay = () => {
  const log = aLog();
  const read = log.pending('read');
  log.delivered(read, {
    type: 'NotificationSent',
    data: { ...sent(read, 'att_1', 5), providerMessageId: null, private: { address: null } },
  });
  log.delivered(read, {
    type: 'NotificationSent',
    data: { ...sent(read, 'att_3', 7, 'opr_bob'), providerMessageId: null, private: { address: null } },
  });
  log.delivered(read, { type: 'NotificationDelivered', data: { ...sent(read, 'att_1', 6), providerMessageId: null } });
  log.looked(read, viewed(read, 'opr_ada', 'request', 60), viewed(read, 'opr_ada', 'context', 70));
  log.command(read, { type: 'Reject', ...by(ada, 120), note: 'no' });
  const bounced = log.pending('bounced');
  const failed = { errorClass: 'bounce', code: '550', permanent: true, nextAttemptAt: null, private: { address: null } };
  log.delivered(bounced, { type: 'NotificationFailed', data: { ...sent(bounced, 'att_2', 5), ...failed } });
  log.command(bounced, { type: 'ExpireApproval', now: noonPlus(4_000) });
  for (let number = 0; number < 22; number += 1) {
    const id = log.pending(`quick-${number}`, {}, { policy: { id: 'default', version: 1, rule: 'noisy' } });
    log.command(id, { type: 'Approve', ...by(bob, 200 + number * 2, 'email') });
    if (number > 0) continue;
    const made = { approvalId: id, webhookId: 'msg_1', durationMs: 3, resolvedAddress: null, endpointId: 'shop', host: 'shop.example' };
    log.delivered(id, { type: 'CallbackDelivered', data: { ...made, attempt: 2, at: noonPlus(205), status: 200 } });
  }
  const escalated = log.pending('escalated');
  log.command(escalated, { type: 'EscalateNow', ...by(ada, 30) });
  log.pending('test', { test: true });
  log.pending('other agent', { agent: { id: 'agt_other' } });
  return { log, read, bounced, escalated };
};

/**
 * What the metrics promise, of whatever database they are counted in.
 * @param url `postgres://…`, or nothing for SQLite files; called once before the first of them
 */
export const metricsSuite = (url: () => string | undefined): void => {
  let folder: string;
  let models: ReadModels;
  let day: ReturnType<typeof aDay>;
  let report: MetricsReport;
  const of = (tenant: string, agent: string | null = null) => reportMetrics(models.current().read, tenant, { ...period, agent }, id => id);
  const behind = async (name: Behind, value?: string) => {
    const query = behindQuery.parse({ behind: name, ...(value === undefined ? {} : { value }), limit: 200 });
    return (await listBehind(models.current().read, TENANT, period, query, id => id)).items.map(({ id }) => id);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-metrics-'));
    models = await openReadModels(folder, event => event as unknown as RecordedEvent, url());
    await models.swap(await models.openNext());
    day = aDay();
    await models.current().apply(day.log.events);
    report = await of(TENANT);
  });
  afterAll(async () => {
    await models.close();
    await rm(folder, { recursive: true });
  });

  describe('a report', () => {
    it('counts what was asked and what became of it, test requests apart', () => {
      expect(report.volume).toEqual({ asked: 26, automatic: 0, people: 26, decided: 23 });
      expect(report.statuses).toEqual([
        { status: 'approved', count: 22 },
        { status: 'pending', count: 2 },
        { status: 'expired', count: 1 },
        { status: 'rejected', count: 1 },
      ]);
      expect(report.deadline).toEqual({ inTime: 23, expired: 1 });
      expect(report.escalations).toEqual({ escalated: 1, levels: 1, exhausted: 0 });
      expect(report.over.asked.reduce((sum, count) => sum + count, 0)).toBe(26);
      expect(report.unfinished).toMatchObject({ open: 2, gating: 0 });
      expect(report.complete).toBe(true);
    });

    it('says how long it took to reach people, to be opened, and to be decided', () => {
      expect(report.times.open).toEqual({ count: 1, p50: 60, p90: 60, p99: 60 });
      expect(report.times.decide.count).toBe(23);
      expect(report.times.decide.p99).toBe(242);
      expect(report.times.reach.p50).toBeGreaterThan(0);
    });

    it('calls a rule noise when people approved all of what it asked', () => {
      expect(report.rules.map(({ rule, noise, approved }) => [rule, noise, approved])).toEqual([
        ['noisy', true, 22],
        ['default', false, 0],
      ]);
    });

    it('names what is odd about how somebody decides', () => {
      const [first, second] = report.operators;
      expect(first).toMatchObject({
        operatorId: 'opr_bob',
        votes: 22,
        rejected: 0,
        unopened: 22,
        bursts: 1,
        inBursts: 22,
        charsPerSec: null,
      });
      expect(first?.flags).toEqual(['bursts', 'unopened', 'neverRejects']);
      expect(second).toMatchObject({ operatorId: 'opr_ada', votes: 1, rejected: 1, unopened: 0, flags: [] });
      expect(second?.decide).toEqual({ count: 1, p50: 60, p90: 60, p99: 60 });
    });

    it('says whether alerts and callbacks arrive', () => {
      expect(report.channels).toMatchObject([
        { channel: 'email', alerts: 3, sent: 1, delivered: 1, failed: 1, errors: [{ errorClass: 'bounce', count: 1 }] },
      ]);
      expect(report.endpoints.find(({ endpointId }) => endpointId === 'shop')).toMatchObject({ owed: 1, delivered: 1, attempts: 2 });
    });

    it('is of one agent, and of one organisation', async () => {
      expect((await of(TENANT, 'agt_other')).volume).toMatchObject({ asked: 1, people: 1 });
      expect(await of('org_other')).toMatchObject({ volume: { asked: 0 }, operators: [], channels: [], endpoints: [] });
    });
  });

  describe('the list behind a number', () => {
    it('has as many requests as the number says', async () => {
      const counts: [Behind, string | undefined, number][] = [
        ['asked', undefined, report.volume.asked],
        ['automatic', undefined, report.volume.automatic],
        ['people', undefined, report.volume.people],
        ['decided', undefined, report.volume.decided],
        ['inTime', undefined, report.deadline.inTime],
        ['expired', undefined, report.deadline.expired],
        ['escalated', undefined, report.escalations.escalated],
        ['exhausted', undefined, report.escalations.exhausted],
        ['unfinished', undefined, report.unfinished.open],
        ['undelivered', 'callback/pending', report.unfinished.callbacksPending],
        ...report.verdicts.map(({ verdict, count }): [Behind, string, number] => ['verdict', verdict, count]),
        ...report.statuses.map(({ status, count }): [Behind, string, number] => ['status', status, count]),
        ...report.rules.flatMap(({ policy, rule, asked, noise: _noise, ...ends }): [Behind, string, number][] => [
          ['rule', `${policy}/${rule}`, asked],
          ...Object.entries(ends).map(([end, count]): [Behind, string, number] => ['rule', `${policy}/${rule}/${end}`, count]),
        ]),
        ['slow', 'decide/0', report.times.decide.count],
        ...report.operators.flatMap(({ operatorId, votes, rejected, unopened }): [Behind, string, number][] => [
          ['operator', operatorId, votes],
          ['rejectedBy', operatorId, rejected],
          ['unopenedBy', operatorId, unopened],
        ]),
        ...report.operators.map(({ operatorId, inBursts }): [Behind, string, number] => ['burstOf', operatorId, inBursts]),
        ...report.channels.flatMap(({ channel, alerts, failed, delivered, errors }): [Behind, string, number][] => [
          ['channel', `${channel}/`, alerts],
          ['channel', `${channel}/failed`, failed],
          ['channel', `${channel}/delivered`, delivered],
          ...errors.map(({ errorClass, count }): [Behind, string, number] => ['channel', `${channel}/failed/${errorClass}`, count]),
        ]),
        ['unfinished', 'gating', report.unfinished.gating],
        ['endpoint', 'shop/delivered', 1],
        ['slow', 'open/60', 1],
        ['slow', 'open/60.001', 0],
      ];
      for (const [name, value, count] of counts) expect([name, value, (await behind(name, value)).length]).toEqual([name, value, count]);
      expect(await behind('channel', 'email/failed')).toEqual([day.bounced]);
      expect(await behind('escalated')).toEqual([day.escalated]);
    });

    it('is of alerts where alerts are counted: a request that two people were told about comes twice', async () => {
      const query = behindQuery.parse({ behind: 'channel', value: 'email/', limit: 2 });
      const first = await listBehind(models.current().read, TENANT, period, query, id => `name of ${id}`);
      const rest = behindQuery.parse({ ...query, cursor: first.nextCursor });
      const second = await listBehind(models.current().read, TENANT, period, rest, id => `name of ${id}`);
      expect([...first.items, ...second.items].map(({ id, alert }) => [id, alert?.to, alert?.state, alert?.errorClass])).toEqual([
        [day.read, 'name of opr_bob', 'sent', null],
        [day.bounced, 'name of opr_ada', 'failed', 'bounce'],
        [day.read, 'name of opr_ada', 'delivered', null],
      ]);
      expect(second.nextCursor).toBeNull();
    });

    it('comes page by page, each request once', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query = behindQuery.parse({ limit: 7, ...(cursor === null ? {} : { cursor }) });
        const page = await listBehind(models.current().read, TENANT, period, query, id => id);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect([seen.length, new Set(seen).size]).toEqual([26, 26]);
    });

    it('is refused where it is not said of what', async () => {
      await expect(behind('verdict')).rejects.toMatchObject({ code: 'invalid_query' });
      await expect(behind('rule', 'default/noisy/forgotten')).rejects.toMatchObject({ code: 'invalid_query' });
      await expect(behind('unfinished', 'forgotten')).rejects.toMatchObject({ code: 'invalid_query' });
      await expect(behind('slow', 'sleep/3')).rejects.toMatchObject({ code: 'invalid_query' });
    });
  });
};
