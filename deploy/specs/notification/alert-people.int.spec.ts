import { streamOf, type RecordedEvent } from '@holdpoint/contracts';
import { ordinarily, person, routeStep } from '@holdpoint/testing';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNotification, type RunningNotification } from './a-running-notification.ts';

let world: RunningNotification;
beforeAll(async () => {
  world = await startNotification();
});
afterAll(() => world.close());

const operatorsOnly = { steps: [routeStep({ approvers: { roles: ['operator'], operators: [] } })] };
const only = (name: string) => ({ steps: [routeStep({ approvers: { roles: [], operators: [`opr_${name}`] } })] });
const mailsAbout = (id: string) => world.mail.messages.filter(({ raw }) => raw.includes(id));
const reached = (events: RecordedEvent[]) =>
  events
    .map(({ type, data }) => `${type} ${(data as { operatorId: string }).operatorId} ${(data as { channel: string }).channel}`)
    .toSorted();
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const atLeast = (count: number) => (events: RecordedEvent[]) => events.length >= count;

describe('a step that asks for people', () => {
  it('alerts everyone entitled on every verified address, and whoever has none in the inbox, in one append', async () => {
    const id = await world.ask({ ...operatorsOnly });
    const events = await world.until(id, atLeast(3));
    expect(reached(events)).toEqual(['NotificationSent opr_ada email', 'NotificationSent opr_ada email', 'NotificationSent opr_ben inbox']);
    expect(new Set(events.map(({ metadata }) => metadata.recordedAt)).size).toBe(1);
    expect(
      mailsAbout(id)
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual(['ada.home@example.test', 'ada@example.test']);
  });

  it('sends a mail that says what, until when and where, and leads nowhere else', async () => {
    const id = await world.ask(only('cid'), {
      private: {
        arguments: {
          contextSummary: 'See https://evil.example/pay <img src=x onerror=alert(1)> \u202Egnp.exe',
          proposedAction: 'Refund order A-1\r\nBcc: victim@example.test',
          entityId: 'A-1',
          riskLevel: 'medium',
        },
      },
    });
    const [event] = await world.until(id, atLeast(1));
    const [caught] = mailsAbout(id);
    const mail = await PostalMime.parse(caught!.raw);
    const links = [...(mail.html ?? '').matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link]) => link);
    const [page, ...actions] = links;
    expect(page).toBe(`https://approvals.example.test/approvals/${id}`);
    // Of medium risk: a mail may reject it or take it on, and leads to the console for more.
    expect(actions).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/a\/hp1[a-z2-7]{52}$/),
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/a\/hp1[a-z2-7]{52}$/),
    ]);
    expect(mail.text).toContain(`https://approvals.example.test/approvals/${id}`);
    expect(mail.text).toContain('https[:]//evil[.]example/pay');
    expect(mail.text).toContain('[U+202E]');
    expect(mail.html).toContain('&lt;img');
    expect(mail.html).not.toContain('<img');
    expect(mail.subject).toBe('[Holdpoint] Approval needed: issue_refund (medium risk)');
    expect(mail.text).toMatch(/Decide before \d{4}-\d\d-\d\d \d\d:\d\d UTC \(in 59 minutes\)/);
    expect(caught!.to).toEqual(['cid@example.test']);
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('bcc')).toBeUndefined();
    expect(mail.messageId).toBe((event!.data as { providerMessageId: string }).providerMessageId);
  });

  it('does not send twice when it is rung again', async () => {
    const id = await world.ask(only('cid'));
    await world.until(id, atLeast(1));
    const { events } = await world.parts.eventLog.loadRaw(streamOf.approval(id));
    const item = { kind: 'event' as const, ...events.find(({ type }) => type === 'ReviewStepOpened')!, fresh: false };
    await world.parts.messaging.publishWork('notification', 'work', { items: [item] }, `again ${id}`);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(mailsAbout(id)).toHaveLength(1);
    expect(await world.events(id)).toHaveLength(1);
  });

  it('records that nobody can be asked', async () => {
    const id = await world.ask(only('nobody'));
    expect((await world.until(id, atLeast(1)))[0]).toMatchObject({ type: 'NobodyReachable', data: { stepIndex: 0, level: 0 } });
  });

  it('asks the next people when it escalates, and administrators when nobody is left', async () => {
    const id = await world.ask({ ...only('ben'), route: { backups: [{ roles: ['senior'], operators: [] }], escalateAfterSec: 300 } });
    await world.until(id, atLeast(1));
    await world.handle(id, { type: 'EscalateStep', ...ordinarily, now: inSeconds(301) });
    await world.until(id, atLeast(2));
    await world.handle(id, { type: 'EscalateStep', ...ordinarily, now: inSeconds(602) });
    const events = await world.until(id, atLeast(3));
    expect(events.map(({ data }) => [(data as { operatorId: string }).operatorId, (data as { level: number }).level])).toEqual([
      ['opr_ben', 0],
      ['opr_cid', 1],
      ['opr_dan', 2],
    ]);
    expect(mailsAbout(id).map(({ raw }) => /^Subject: (.+)$/m.exec(raw)?.[1])).toEqual([
      '[Holdpoint] Escalated to you: issue_refund (medium risk)',
      expect.stringContaining('[Holdpoint] Nobody has decided:'),
    ]);
  });
});

describe('an alert that fails', () => {
  it('is tried again by itself, under the same Message-ID, while the others arrive', async () => {
    world.mail.script('ada@example.test', { at: 'rcpt', code: 452, message: '4.2.2 mailbox full' });
    const id = await world.ask({ ...operatorsOnly });
    const first = await world.until(id, atLeast(3));
    expect(reached(first)).toEqual([
      'NotificationFailed opr_ada email',
      'NotificationSent opr_ada email',
      'NotificationSent opr_ben inbox',
    ]);
    const failed = first.find(({ type }) => type === 'NotificationFailed')!.data as { attemptId: string };
    expect(failed).toMatchObject({ errorClass: 'retryable', code: 'EENVELOPE/452', permanent: false });
    const events = await world.until(id, atLeast(4));
    expect(events[3]).toMatchObject({ type: 'NotificationSent', data: { attemptId: failed.attemptId } });
    expect(mailsAbout(id).filter(({ to }) => to[0] === 'ada@example.test')).toHaveLength(1);
  });

  it('for good leaves the person the inbox', async () => {
    world.mail.script('cid@example.test', { at: 'rcpt', code: 550, message: '5.7.1 not from you' });
    const id = await world.ask(only('cid'));
    const events = await world.until(id, atLeast(2));
    expect(reached(events)).toEqual(['NotificationFailed opr_cid email', 'NotificationSent opr_cid inbox']);
    expect(events[0]!.data).toMatchObject({ errorClass: 'content_rejected', permanent: true, nextAttemptAt: null });
  });

  it('because the address is dead disables it, and tells its owner elsewhere', async () => {
    world.mail.script('gus@example.test', { at: 'rcpt', code: 550, message: '5.1.1 no such user' });
    const id = await world.ask(only('gus'));
    const events = await world.until(id, atLeast(3));
    expect(reached(events).toSorted()).toEqual([
      'NotificationFailed opr_gus email',
      'NotificationSent opr_gus email',
      'NotificationSent opr_gus email',
    ]);
    expect(world.parts.directory.operator('opr_gus')!.addresses.map(({ address }) => address)).toEqual(['gus.home@example.test']);
    const subjects = world.mail.messages
      .filter(({ to }) => to[0] === 'gus.home@example.test')
      .map(({ raw }) => /^Subject: (.+)$/m.exec(raw)?.[1]);
    expect(subjects.toSorted()).toEqual([
      expect.stringContaining('Approval needed'),
      expect.stringContaining('You are no longer reached by E-mail'),
    ]);
  });

  it('is not tried again once somebody decided', async () => {
    world.mail.script('cid@example.test', { at: 'rcpt', code: 451, message: '4.7.1 greylisted' });
    const id = await world.ask(only('cid'));
    const [failed] = await world.until(id, atLeast(1));
    const { at, nextAttemptAt } = failed!.data as { at: string; nextAttemptAt: string };
    expect(Date.parse(nextAttemptAt) - Date.parse(at)).toBeGreaterThanOrEqual(300_000);
    await world.handle(id, { type: 'Reject', ...ordinarily, by: person('cid', 'senior'), channel: 'console', now: world.parts.now() });
    const { events } = await world.parts.eventLog.loadRaw(streamOf.notification(id));
    const item = { kind: 'timer' as const, timer: 'nextNotification' as const, ...events[0]!, fresh: false };
    const later = new Date(Date.parse(nextAttemptAt)).toISOString();
    expect(later > world.parts.now()).toBe(true);
    await world.parts.messaging.publishWork('notification', 'timer', { items: [item] }, `early ${id}`);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect(mailsAbout(id)).toEqual([]);
  });
});
