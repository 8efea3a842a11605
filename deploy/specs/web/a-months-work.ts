import { streamOf, type NotificationEvent, type ViewEvent } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { evaluation, ordinarily, person, refund, refundRequested, routeStep } from '@holdpoint/testing';
import type { RunningConsole } from '../console/a-running-console.ts';

const DAY_MS = 86_400_000;
const PEOPLE = [person('ada', 'owner'), person('ben', 'senior'), person('cleo', 'operator')] as const;
const RULES = ['default', 'large-amount', 'new-customer'] as const;

/** A fixed scatter between 0 and 1: the same month every time. */
const scatter = (index: number, salt: number): number => (((index + 1) * 2_654_435_761 + salt * 40_503) % 4_294_967_296) / 4_294_967_296;

/**
 * A month of requests in the log: most decided, some by rules, some late; one person reads, one does not.
 * @param count how many
 * @returns the id of the newest, which is open
 */
export const workAMonth = async (world: RunningConsole, count: number): Promise<string> => {
  let last = '';
  for (let index = 0; index < count; index += 1) {
    const askedMs = Date.now() - (1 - index / count) * 29 * DAY_MS - scatter(index, 1) * DAY_MS * 0.6 - 120_000;
    last = await workOnOne(world, index, index === count - 1 ? Date.now() - 120_000 : askedMs, index === count - 1);
  }
  await world.shown(last);
  return last;
};

const workOnOne = async (world: RunningConsole, index: number, askedMs: number, open: boolean): Promise<string> => {
  const at = (seconds: number) => new Date(askedMs + seconds * 1_000).toISOString();
  const now = { ...ordinarily, now: at(1) };
  const requested = refundRequested({
    key: newId('key'),
    action: refund(20 + Math.round(scatter(index, 2) * 900)),
    requestedAt: at(0),
    expiresAt: at(open ? 86_400 : 7_200),
    riskLevel: index % 9 === 0 ? 'high' : 'medium',
    agent: { id: index % 4 === 0 ? 'invoices' : 'assistant' },
    private: { context: { messages: [{ role: 'user', content: 'The lamp arrived broken, and I would like my money back. '.repeat(20) }] } },
  });
  const id = requested.approvalId;
  const rule = { id: 'refunds', version: 1, rule: RULES[index % 3 === 1 ? 1 : index % 3]! };
  await world.record(id, { type: 'RequestApproval', requested });
  if (index % 4 === 1 && !open) {
    const evaluated = evaluation({ verdict: 'APPROVE_AUTOMATICALLY', policy: { ...rule, rule: 'small' } });
    await world.record(id, { type: 'ApplyGate', ...now, evaluation: evaluated });
    return id;
  }
  const senior = rule.rule === 'large-amount';
  const evaluated = evaluation({ policy: rule, steps: [routeStep()], ...(senior ? { verdict: 'ESCALATE_SENIOR' as const } : {}) });
  await world.record(id, { type: 'ApplyGate', ...now, evaluation: evaluated });
  const who = PEOPLE[Math.floor(scatter(index, 3) * (senior ? 2 : 3))] ?? PEOPLE[0];
  await tell(world, id, who.id, at(3), index);
  if (open) return id;
  if (index % 17 === 3) {
    await world.record(id, { type: 'ExpireApproval', now: at(7_300) });
    return id;
  }
  const opensSec = 20 + scatter(index, 4) ** 3 * 2_400;
  const unread = who === PEOPLE[2];
  if (!unread) await look(world, id, who.id, at(opensSec));
  const verb = { ...ordinarily, by: who, channel: unread ? ('email' as const) : ('console' as const) };
  const decides = at(opensSec + 15 + scatter(index, 5) ** 2 * 400);
  if (index % 5 === 2 && !unread && rule.rule !== 'default')
    await world.record(id, { type: 'Reject', ...verb, now: decides, note: 'Not covered' });
  else await world.record(id, { type: 'Approve', ...verb, now: decides });
  return id;
};

const tell = async (world: RunningConsole, approvalId: string, operatorId: string, at: string, index: number): Promise<void> => {
  const channel = index % 3 === 0 ? ('slack' as const) : ('email' as const);
  const attempt = { approvalId, attemptId: `att_${index}`, stepIndex: 0, level: 0, operatorId, channel, at };
  const address = { private: { address: null } };
  const event: NotificationEvent =
    index % 11 === 0
      ? {
          type: 'NotificationFailed',
          data: { ...attempt, ...address, errorClass: 'bounce', code: '550', permanent: true, nextAttemptAt: null },
        }
      : { type: 'NotificationSent', data: { ...attempt, ...address, providerMessageId: null } };
  await append(world, streamOf.notification(approvalId), event, at);
};

const look = async (world: RunningConsole, approvalId: string, operatorId: string, at: string): Promise<void> => {
  const event: ViewEvent = { type: 'ApprovalViewed', data: { approvalId, operatorId, part: 'context', at } };
  await append(world, streamOf.view(approvalId), event, at);
};

const append = (world: RunningConsole, stream: string, event: NotificationEvent | ViewEvent, recordedAt: string) =>
  world.parts.eventLog.append(stream, [event], {
    expectedRevision: 'none',
    commandId: newId('cmd'),
    tenant: world.credentials.organizationId,
    actor: 'service:spec',
    recordedAt,
  });
