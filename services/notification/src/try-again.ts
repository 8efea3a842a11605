import { idOf, isTerminal, type NotificationEvent, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { attemptIdOf, dueAgain, type Attempt, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { readAbout } from './give-notice.ts';
import { neutralise } from './neutralise.ts';
import { noticeOf } from './notice.ts';
import { isClaimedBy, isClaimedByOther, isHopeless } from './reached.ts';
import type { Recipient } from './recipients.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { alarmOf, isAlarm, isOpen, roundOf, type Round } from './round.ts';
import { secretsOf } from './secrets-of.ts';
import type { About } from './send-alert.ts';
import { isForGood, sendAll } from './send-all.ts';
import { tellAdministrators } from './tell-administrators.ts';

/**
 * Tries again what failed and has come due, and sends what was held back: over quiet hours, by a person's rules, or for a digest. What no longer
 * matters, because the request was decided, the step is over or somebody else has taken it on, ends as `superseded`, so that its timer ends too.
 */
export const tryAgain = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const { tenant } = item.metadata;
  const attempts = await readAttempts(deps.eventLog, approvalId);
  const due = dueAgain(attempts, Date.parse(deps.now()));
  const history = await readAbout(
    deps,
    approvalId,
    due.map(({ cause }) => cause),
  );
  if (due.length === 0) {
    if (history.some(({ type }) => isTerminal(type))) await neutralise(deps, item);
    return;
  }
  const about: About = { tenant, approvalId, secrets: await secretsOf(deps, tenant, approvalId, history) };
  const events = await Promise.all(due.map(attempt => again(deps, history, attempts, about, attempt)));
  const commandId = `again/${due.map(({ attemptId, failures, nextAttemptAt }) => `${attemptId}.${failures}.${nextAttemptAt}`).join(',')}`;
  await recordAlerts(deps, approvalId, events.flat(), attempts, commandId, { eventId: item.id, metadata: item.metadata });
};

const again = async (
  deps: Deps,
  history: readonly RecordedEvent[],
  attempts: Attempts,
  about: About,
  attempt: Attempt,
): Promise<NotificationEvent[]> => {
  const { failures, stepIndex, attemptId } = attempt;
  const round = roundOfAttempt(history, attempt, deps.now());
  const to = recipientOf(deps, about.tenant, attempt);
  if (round === null || to === null) {
    deps.digests.forget(attemptId);
    return [superseded(deps, about.approvalId, attempt)];
  }
  if (attempt.heldFor === 'digest' && to.address !== null && !(await mustGoAlone(deps, round, about, { ...to, address: to.address })))
    return [];
  const events = await sendAll(deps, round, about, [to], () => failures);
  if (events.some(isForGood)) events.push(...(await sendAll(deps, round, about, nextByRule(deps, about.tenant, attempts, attempt))));
  const othersHeard = [...attempts.byId.values()].some(
    other => other.attemptId !== attemptId && other.stepIndex === stepIndex && (other.sent || other.nextAttemptAt !== null),
  );
  if (othersHeard || attempts.alarmed.has(stepIndex) || !isHopeless(events, round)) return events;
  const reason = 'no channel accepts an alert, and nobody else is asked';
  return [...events, ...(await tellAdministrators(deps, round, about, attempts, reason))];
};

/** The person and address of an attempt as they are now; null when the person is gone, or the address is no longer theirs. */
const recipientOf = (deps: Deps, tenant: string, { operatorId, channel, address, attemptId }: Attempt): Recipient | null => {
  const operator = deps.directory.operator(operatorId);
  if (operator === null) return null;
  const known = { attemptId, operatorId, operatorName: operator.name, channel, address, afterSec: 0 };
  if (channel === 'inbox') return { ...known, route: null, verifiedAt: null };
  const own = operator.addresses.find(
    entry => entry.channel === channel && entry.verified && deps.channels.normalise(tenant, channel, entry.address) === address,
  );
  // A channel that was disconnected meanwhile has its failure recorded; an address that was removed is not written to any more.
  if (own === undefined && deps.channels.of(tenant, channel) !== null) return null;
  return { ...known, route: own?.route ?? null, verifiedAt: own?.verifiedAt ?? null };
};

/** Whether nothing else waits for this person, so that it is told by itself; else the digest has recorded what became of it. */
const mustGoAlone = async (
  { digests, now }: Deps,
  round: Round,
  { tenant, approvalId }: About,
  to: Recipient & { address: string },
): Promise<boolean> => {
  const settled = await digests.settle([{ tenant, approvalId, round, to, dueMs: Date.parse(now()) }]);
  return settled.get(to.attemptId) === 'alone';
};

/** An address failed for good: the next one of the same person that only their rules keep waiting is told now. */
const nextByRule = (
  deps: Deps,
  tenant: string,
  attempts: Attempts,
  { operatorId, stepIndex, level, cause, attemptId }: Attempt,
): Recipient[] => {
  const waiting = [...attempts.byId.values()]
    .filter(other => other.operatorId === operatorId && other.heldFor === 'rule' && !other.sent && other.attemptId !== attemptId)
    .filter(other => other.stepIndex === stepIndex && other.level === level && other.cause === cause)
    .toSorted((a, b) => (a.nextAttemptAt ?? '').localeCompare(b.nextAttemptAt ?? ''));
  const [next] = waiting;
  const to = next === undefined ? null : recipientOf(deps, tenant, next);
  return to === null ? [] : [to];
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
    return stillMatters(history, attempt, round, now) ? { ...meant, expiresAt: deadlineOf(history, meant) } : null;
  }
  return null;
};

/** An alarm always does; an alert while its step is open and nobody else has it, and a second address only while its person has not taken it on. */
const stillMatters = (history: readonly RecordedEvent[], attempt: Attempt, { stepIndex }: Round, now: string): boolean =>
  isAlarm(attempt.cause) ||
  (isOpen(history, stepIndex) &&
    !isClaimedByOther(history, attempt.operatorId, now) &&
    !(attempt.heldFor === 'rule' && isClaimedBy(history, attempt.operatorId, now)));

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
