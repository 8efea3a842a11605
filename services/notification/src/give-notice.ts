import { idOf, streamOf, type NotificationEvent, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { attemptIdOf } from './attempts.ts';
import type { Deps } from './deps.ts';
import { noticeOf, notForThem } from './notice.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { deliver } from './send-all.ts';

/** Events that people are told of although they ask for no decision. */
export const isNotice = (type: string): boolean => NOTICES.has(type);
const NOTICES: ReadonlySet<string> = new Set([
  'BandReturnedToReview',
  'AfterReviewOpened',
  'CallbackExhausted',
  'EndpointDisabled',
  'ChannelFaulted',
]);

/**
 * Tells people what asks for no decision, on every address they have, quiet hours or not; what an earlier ring recorded is not sent again.
 * @throws LogUnavailable, EventUnreadable
 */
export const giveNotice = async (deps: Deps, item: WorkItem): Promise<void> => {
  const id = idOf(item.stream);
  const [attempts, history] = await Promise.all([readAttempts(deps.eventLog, id), readAbout(deps, id, [item.id])]);
  const cause = history.find(event => event.id === item.id);
  const round = cause === undefined ? null : noticeOf(cause, history.slice(0, cause.revision));
  if (cause === undefined || round === null || attempts.nobody.has(cause.id)) return;
  const { tenant } = cause.metadata;
  const barred = notForThem(deps, tenant, history);
  const recipients = deps
    .asked(tenant, round)
    .reach.filter(({ operatorId }) => !barred.has(operatorId))
    .map(to => ({ ...to, attemptId: attemptIdOf(round, to) }))
    .filter(({ attemptId }) => !attempts.byId.has(attemptId));
  const heard = [...attempts.byId.values()].some(attempt => attempt.cause === round.cause);
  const nobody: NotificationEvent = {
    type: 'NotificationPlanned',
    data: { approvalId: id, stepIndex: 0, level: 0, recipients: 0, at: deps.now(), cause: cause.id },
  };
  const events =
    recipients.length > 0 ? await deliver(deps, round, { tenant, approvalId: id, secrets: [] }, recipients) : heard ? [] : [nobody];
  await recordAlerts(deps, id, retriedFirst(events), attempts, `notice/${cause.id}`, { eventId: cause.id, metadata: cause.metadata });
};

/** What is tried again comes first: whoever keeps the timetable hears of it before the notice is answered. */
const retriedFirst = (events: readonly NotificationEvent[]): NotificationEvent[] =>
  events.toSorted((a, b) => Number(isRetried(b)) - Number(isRetried(a)));
const isRetried = (event: NotificationEvent): boolean =>
  (event.type === 'NotificationFailed' || event.type === 'NotificationHeld') && event.data.nextAttemptAt !== null;

/**
 * The events a notice is about: an approval's own, or those of the organisation's gate; and those of the stream beside it that tell of answers
 * which do not arrive, where one of them is meant.
 * @param causes ids of events that must be among them
 */
export const readAbout = async (
  { eventLog }: Pick<Deps, 'eventLog'>,
  id: string,
  causes: readonly (string | undefined)[],
): Promise<RecordedEvent[]> => {
  const [own, beside] = id.startsWith('apr_')
    ? [streamOf.approval(id), streamOf.callback(id)]
    : [streamOf.gatePolicy(id), streamOf.organization(id)];
  const { events } = await eventLog.load(own);
  const known = new Set(events.map(event => event.id));
  const missing = new Set(causes.filter(cause => cause !== undefined && !known.has(cause)));
  if (missing.size === 0) return events;
  return [...events, ...(await eventLog.load(beside)).events.filter(event => missing.has(event.id))];
};
