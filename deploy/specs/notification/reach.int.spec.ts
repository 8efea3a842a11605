import { streamOf, type Event, type RecordedEvent } from '@holdpoint/contracts';
import { evaluation, ordinarily, person, refundRequested, routeStep } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNotification, type RunningNotification } from './a-running-notification.ts';

/** The clock of the services, ahead of the real one by so much. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs).toISOString();
const inSec = (seconds: number) => new Date(Date.parse(now()) + seconds * 1_000).toISOString();

let world: RunningNotification;
beforeAll(async () => {
  world = await startNotification({}, { now });
});
afterAll(() => world.close());

const MINUTE_MS = 60_000;
const timeOf = (ms: number) => new Date(ms).toISOString().slice(11, 16);
let settings = 0;
const record = async (stream: string, events: Event[]): Promise<void> => {
  const options = { commandId: `reach-${(settings += 1)}`, tenant: 'org_example', actor: 'service:spec', recordedAt: now() };
  const { revision } = await world.parts.eventLog.load(stream);
  const { position } = await world.parts.eventLog.append(stream, events, { ...options, expectedRevision: revision });
  if (stream.startsWith('operator-')) await world.parts.directory.atLeast(position);
};
const quietFor = (name: string, minutes: number) =>
  record(streamOf.operator(`opr_${name}`), [
    {
      type: 'QuietHoursSet',
      data: {
        operatorId: `opr_${name}`,
        quietHours:
          minutes === 0
            ? null
            : {
                timeZone: 'UTC',
                windows: [
                  {
                    days: [1, 2, 3, 4, 5, 6, 7],
                    from: timeOf(Date.parse(now()) - MINUTE_MS),
                    to: timeOf(Date.parse(now()) + minutes * MINUTE_MS),
                  },
                ],
              },
        at: now(),
      },
    },
  ]);
const asking = (...names: string[]) => ({
  steps: [routeStep({ approvers: { roles: [], operators: names.map(name => `opr_${name}`) } })],
  route: { escalateAfterSec: null, backups: [] },
});
const said = (events: readonly RecordedEvent[]) =>
  events.map(({ type, data }) => {
    const { operatorId = '', channel = '' } = data as { operatorId?: string; channel?: string };
    return [type, operatorId, channel].join(' ').trim();
  });
const mailsAbout = (id: string) => world.mail.messages.filter(({ raw }) => raw.includes(id));
const includes = (text: string) => (events: RecordedEvent[]) => said(events).some(line => line.includes(text));
const alert = { contextSummary: 'why', proposedAction: 'what', entityId: 'A-1', actionName: 'issue_refund' };

describe('quiet hours', () => {
  it('hold the notification of whoever is quiet, page the others, and are made up for when they end', async () => {
    await quietFor('cid', 30);
    const id = await world.ask(asking('cid', 'dan'));
    const first = await world.until(id, includes('opr_dan'));
    expect(said(first).toSorted()).toEqual(['NotificationHeld opr_cid email', 'NotificationSent opr_dan email']);
    const held = first.find(({ type }) => type === 'NotificationHeld')!.data as { nextAttemptAt: string; attemptId: string };
    expect(Date.parse(held.nextAttemptAt) - Date.parse(now())).toBeGreaterThan(28 * MINUTE_MS);

    aheadMs += 31 * MINUTE_MS;
    await world.handle(id, { type: 'Comment', by: person('dan', 'admin'), channel: 'console', text: 'a moment', now: now() });
    const events = await world.until(id, includes('NotificationSent opr_cid'));
    expect(events.at(-1)!.data).toMatchObject({ attemptId: held.attemptId });
    expect(mailsAbout(id).flatMap(({ to }) => to)).toEqual(['dan@example.test', 'cid@example.test']);
    await quietFor('cid', 0);
  });
});

describe('whoever is meant by name', () => {
  it('is told of being put on a step, and of an answer, once each', async () => {
    const id = await world.ask(asking('ben'));
    await world.until(id, includes('opr_ben'));
    const about = { riskLevel: 'medium' as const, expiresAt: inSec(3_000), private: { alert } };
    const by = { kind: 'operator' as const, id: 'opr_ben' };
    await record(streamOf.approval(id), [
      { type: 'ReviewerAssigned', data: { stepIndex: 0, operators: ['opr_cid'], by, at: now(), ...about } },
      {
        type: 'QuestionAsked',
        data: { questionId: 'q1', by: { kind: 'operator', id: 'opr_dan' }, at: now(), pausesDeadline: false, private: { text: 'why?' } },
      },
      { type: 'QuestionAnswered', data: { questionId: 'q1', by: { kind: 'agent', id: 'agt_x' }, at: now(), private: { text: 'so' } } },
    ]);
    const events = await world.until(id, seen => includes('opr_cid')(seen) && includes('opr_dan')(seen));
    expect(said(events).toSorted()).toEqual([
      'NotificationSent opr_ben inbox',
      'NotificationSent opr_cid email',
      'NotificationSent opr_dan email',
    ]);
    const subjects = mailsAbout(id).map(({ raw }) => /^Subject: (.+)$/m.exec(raw)?.[1]);
    expect(subjects.toSorted()).toEqual([
      expect.stringContaining('Put in your hands'),
      expect.stringContaining('Your question was answered'),
    ]);
  });
});

describe('a request nobody has heard of', () => {
  const gone = { at: 'rcpt' as const, code: 550, message: '5.7.1 refused' };

  it('is told to admins and owners when the next people are asked, and only once', async () => {
    world.mail.script('cid@example.test', gone);
    const backups = [{ roles: [], operators: ['opr_ada'] }];
    const id = await world.ask({ ...asking('cid'), route: { escalateAfterSec: 300, backups } });
    await world.until(id, includes('opr_cid inbox'));
    await world.handle(id, {
      type: 'EscalateStep',
      people: ({ operators }) => ({ operators, standIns: [] }),
      hold: null,
      now: inSec(301),
    });
    const events = await world.until(id, includes('opr_dan'));
    expect(said(events)).toEqual([
      'NotificationFailed opr_cid email',
      'NotificationSent opr_cid inbox',
      'NotificationSent opr_ada email',
      'NotificationSent opr_ada email',
      'NobodyReachable',
      'NotificationSent opr_dan email',
    ]);
    expect(events[4]!.data).toMatchObject({ stepIndex: 0, level: 1, reason: expect.stringContaining('no channel accepted') });
    expect(mailsAbout(id).find(({ to }) => to[0] === 'dan@example.test')!.raw).toContain('Nobody could be reached');
  });

  it('and nobody else is asked about is told at once', async () => {
    world.mail.script('cid@example.test', gone);
    const id = await world.ask(asking('cid'));
    const events = await world.until(id, includes('opr_dan'));
    expect(said(events)).toEqual([
      'NotificationFailed opr_cid email',
      'NotificationSent opr_cid inbox',
      'NobodyReachable',
      'NotificationSent opr_dan email',
    ]);
  });

  it('because the gate finds that nobody can answer is told at once, once, with the reason', async () => {
    const requested = refundRequested({ key: 'unanswerable', requestedAt: now(), expiresAt: inSec(3_000) });
    const id = requested.approvalId;
    const nobody = () => ({ operators: [], standIns: [] });
    await world.handle(id, { type: 'RequestApproval', requested });
    await world.handle(id, { type: 'ApplyGate', ...ordinarily, people: nobody, evaluation: evaluation(asking('stranger')), now: now() });
    const events = await world.until(
      id,
      seen => includes('opr_dan')(seen) && said(seen).filter(line => line === 'NobodyReachable').length === 2,
    );
    expect(said(events).filter(line => line.startsWith('NotificationSent'))).toEqual(['NotificationSent opr_dan email']);
    expect(events.map(({ data }) => (data as { reason?: string }).reason)).toContain('Step "review" needs 1 and can ask 0.');
  });
});

describe('what asks for no decision', () => {
  it('tells admins and owners that a band went back to people, once, in words and in quiet hours', async () => {
    await quietFor('dan', 30);
    const band = { agentId: 'agt_assistant', tool: 'issue_refund', band: { from: 10, to: 25 }, sampled: 3, rejected: 2, at: now() };
    await record(streamOf.gatePolicy('org_example'), [{ type: 'BandReturnedToReview', data: band }]);
    const recorded = await world.until('org_example', includes('opr_dan'));
    expect(said(recorded)).toEqual(['NotificationSent opr_dan email']);
    const [mail, ...more] = world.mail.messages.filter(({ raw }) => raw.includes('Automatic approvals stopped'));
    expect(more).toEqual([]);
    expect(mail!.raw).toMatch(/People rejected 2/);
    expect(mail!.raw).not.toContain('Decide before');
    await quietFor('dan', 0);
  });

  it('tells whoever may judge break-glass afterwards, and not who used it', async () => {
    const id = await world.ask(asking('ada'));
    await world.until(id, includes('opr_ada'));
    const by = person('dan', 'admin');
    await world.handle(id, {
      type: 'Bypass',
      by,
      channel: 'console',
      now: now(),
      reason: 'The ward is without power.',
      solo: false,
      hold: null,
    });
    await world.until(id, includes('opr_cid'));
    const mails = mailsAbout(id).filter(({ raw }) => raw.includes('Break-glass was used'));
    expect(mails).toHaveLength(1);
    expect(mails[0]!.raw).toMatch(/To: .*cid@example\.test/);
  });
});
