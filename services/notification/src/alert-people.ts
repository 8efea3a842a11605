import {
  idOf,
  isTerminal,
  streamOf,
  type EventMetadata,
  type NotificationEvent,
  type RecordedEvent,
  type WorkItem,
} from '@holdpoint/contracts';
import { derivedId } from '@holdpoint/sealing';
import { NOBODY_ALERTED, roundKey, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { RECIPIENTS_MAX, type Reach, type Recipient } from './recipients.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { roundOf, type Round } from './round.ts';
import { leaveInInbox, sendAlert } from './send-alert.ts';

/**
 * Alerts the people a step or an escalation asks for: everyone entitled, on every verified address, at once; then one append says whom
 * it reached. What an earlier ring recorded is not sent again.
 */
export const alertPeople = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const asked = await readRound(deps, approvalId, item);
  if (asked === null) return;
  const { round, attempts, metadata } = asked;
  const { tenant } = metadata;

  const { people, reach } = deps.entitled(tenant, round.approvers);
  if (people === 0 && (attempts.nobody.get(roundKey(round)) ?? '') >= round.askedAt) return;
  if (people > RECIPIENTS_MAX)
    deps.logger.warn({ approvalId, operators: people, alerted: RECIPIENTS_MAX }, 'more people are entitled than one round alerts');
  const recipients = reach
    .map(to => ({ ...to, attemptId: attemptIdOf(round, to) }))
    .filter(({ attemptId }) => !attempts.byId.has(attemptId));

  const events = people === 0 ? [nobodyReachable(deps, round, approvalId)] : await sendAll(deps, round, tenant, approvalId, recipients);
  await recordAlerts(deps, approvalId, events, attempts, `alert/${round.eventId}`, { eventId: round.eventId, metadata });
};

/** One alert to one address is one attempt, however often it is rung. */
const attemptIdOf = ({ eventId }: Round, { operatorId, channel, address }: Reach): string =>
  derivedId('ntf', eventId, operatorId, channel, address ?? '');

type Asked = { round: Round; attempts: Attempts; metadata: EventMetadata };

/**
 * The first ring of a request's first step finds nothing to read; any other reads what was alerted, and whether it still matters.
 * @returns null when there is nobody to alert any more
 */
const readRound = async (deps: Deps, approvalId: string, item: WorkItem): Promise<Asked | null> => {
  const event = item.data === undefined ? null : deps.eventLog.open(item);
  if (item.fresh && event?.type === 'ReviewStepOpened' && event.data.step.index === 0) {
    const round = roundOf(event);
    return round === null ? null : { round, attempts: NOBODY_ALERTED, metadata: event.metadata };
  }
  const [attempts, history] = await Promise.all([readAttempts(deps.eventLog, approvalId), readHistory(deps, approvalId)]);
  const cause = history.find(({ id }) => id === item.id);
  if (cause === undefined || history.some(({ type }) => isTerminal(type))) return null;
  const round = roundOf(cause, history.slice(0, cause.revision));
  return round === null ? null : { round, attempts, metadata: cause.metadata };
};

export const readHistory = async (deps: Pick<Deps, 'eventLog'>, approvalId: string): Promise<RecordedEvent[]> =>
  (await deps.eventLog.load(streamOf.approval(approvalId))).events;

const nobodyReachable = (deps: Deps, { stepIndex, level }: Round, approvalId: string): NotificationEvent => {
  deps.logger.warn({ approvalId, stepIndex, level }, 'nobody holds a role this step asks for');
  return {
    type: 'NobodyReachable',
    data: { approvalId, stepIndex, level, reason: 'nobody holds a role this step asks for', at: deps.now() },
  };
};

/** All at once: one address that hangs or fails delays no other. Whoever no address can reach is left the inbox. */
export const sendAll = async (
  deps: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  recipients: Recipient[],
  failures: (attemptId: string) => number = () => 0,
): Promise<NotificationEvent[]> => {
  const events: NotificationEvent[] = [];
  const addressed: Recipient[] = [];
  for (const recipient of recipients)
    if (recipient.channel === 'inbox') events.push(leaveInInbox(deps, round, approvalId, recipient));
    else addressed.push(recipient);
  if (addressed.length === 0) return events;

  events.push(
    ...(await Promise.all(
      addressed.map(recipient => sendAlert(deps, round, tenant, approvalId, recipient, failures(recipient.attemptId))),
    )),
  );
  const lost = addressed.filter(({ operatorId }) =>
    events.every(event => !('operatorId' in event.data) || event.data.operatorId !== operatorId || isLost(event)),
  );
  for (const { operatorId, operatorName } of new Map(lost.map(recipient => [recipient.operatorId, recipient])).values()) {
    const inbox = { operatorId, operatorName, channel: 'inbox' as const, address: null };
    events.push(leaveInInbox(deps, round, approvalId, { ...inbox, attemptId: attemptIdOf(round, inbox) }));
  }
  return events;
};

const isLost = (event: NotificationEvent): boolean => event.type === 'NotificationFailed' && event.data.nextAttemptAt === null;
