import { idOf, isTerminal, type NotificationEvent, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { dueAgain, type Attempt, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { readAbout } from './give-notice.ts';
import { noticeOf } from './notice.ts';
import { isClaimedByOther, isHopeless } from './reached.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { alarmOf, isAlarm, isOpen, roundOf, type Round } from './round.ts';
import { attemptIdOf, sendAll } from './send-all.ts';
import { tellAdministrators } from './tell-administrators.ts';

/**
 * Tries again what failed and has come due, and sends what was held over quiet hours. What no longer matters, because the request was decided,
 * the step is over or somebody else has taken it on, ends as `superseded`, so that its timer ends too.
 */
export const tryAgain = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const { tenant } = item.metadata;
  const attempts = await readAttempts(deps.eventLog, approvalId);
  const due = dueAgain(attempts, Date.parse(deps.now()));
  if (due.length === 0) return;
  const history = await readAbout(deps, approvalId);

  const events = await Promise.all(due.map(attempt => again(deps, history, attempts, tenant, approvalId, attempt)));
  const commandId = `again/${due.map(({ attemptId, failures, nextAttemptAt }) => `${attemptId}.${failures}.${nextAttemptAt}`).join(',')}`;
  await recordAlerts(deps, approvalId, events.flat(), attempts, commandId, { eventId: item.id, metadata: item.metadata });
};

const again = async (
  deps: Deps,
  history: readonly RecordedEvent[],
  attempts: Attempts,
  tenant: string,
  approvalId: string,
  attempt: Attempt,
): Promise<NotificationEvent[]> => {
  const { operatorId, channel, address, attemptId, failures, stepIndex } = attempt;
  const round = roundOfAttempt(history, attempt, deps.now());
  const operator = deps.directory.operator(operatorId);
  if (round === null || operator === null) return [superseded(deps, approvalId, attempt)];
  const recipient = { operatorId, operatorName: operator.name, channel, address, attemptId };
  const events = await sendAll(deps, round, tenant, approvalId, [recipient], () => failures);
  const othersHeard = [...attempts.byId.values()].some(
    other => other.attemptId !== attemptId && other.stepIndex === stepIndex && (other.sent || other.nextAttemptAt !== null),
  );
  if (othersHeard || attempts.alarmed.has(stepIndex) || !isHopeless(events, round)) return events;
  const reason = 'no channel accepts an alert, and nobody else is asked';
  return [...events, ...(await tellAdministrators(deps, round, tenant, approvalId, attempts, reason))];
};

/** The round an attempt belongs to, with the deadline as it is now, if it still matters to this person. */
const roundOfAttempt = (history: readonly RecordedEvent[], attempt: Attempt, now: string): Round | null => {
  const told = history.find(({ id }) => id === attempt.cause);
  const notice = told === undefined ? null : noticeOf(told, history.slice(0, told.revision));
  if (notice !== null) return notice;
  if (history.some(({ type }) => isTerminal(type))) return null;
  for (const event of history) {
    const round = roundOf(event, history.slice(0, event.revision));
    if (round === null) continue;
    const meant = isAlarm(attempt.cause) ? alarmOf(round) : round;
    if (attemptIdOf(meant, attempt) !== attempt.attemptId) continue;
    const matters = isAlarm(attempt.cause) || (isOpen(history, round.stepIndex) && !isClaimedByOther(history, attempt.operatorId, now));
    return matters ? { ...meant, expiresAt: deadlineOf(history, meant) } : null;
  }
  return null;
};

const deadlineOf = (history: readonly RecordedEvent[], { expiresAt }: Round): string => {
  const moved = history.findLast(({ type }) => type === 'DeadlineChanged');
  return moved?.type === 'DeadlineChanged' ? moved.data.expiresAt : expiresAt;
};

const superseded = (
  deps: Deps,
  approvalId: string,
  { attemptId, stepIndex, level, cause, operatorId, channel, address }: Attempt,
): NotificationEvent => ({
  type: 'NotificationFailed',
  data: {
    approvalId,
    attemptId,
    stepIndex,
    level,
    operatorId,
    channel,
    at: deps.now(),
    ...(cause === undefined ? {} : { cause }),
    errorClass: 'superseded',
    code: 'superseded',
    permanent: true,
    nextAttemptAt: null,
    private: { address },
  },
});
