import { idOf, isTerminal, type NotificationEvent, type RecordedEvent, type WorkItem } from '@holdpoint/contracts';
import { derivedId } from '@holdpoint/sealing';
import { readHistory, sendAll } from './alert-people.ts';
import { dueAgain, type Attempt } from './attempts.ts';
import type { Deps } from './deps.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { roundOf, type Round } from './round.ts';

/**
 * Tries again what failed and has come due. What no longer matters, because the request was decided or another step is open, ends as
 * `superseded`, so that its timer ends too.
 */
export const tryAgain = async (deps: Deps, item: WorkItem): Promise<void> => {
  const approvalId = idOf(item.stream);
  const { tenant } = item.metadata;
  const attempts = await readAttempts(deps.eventLog, approvalId);
  const due = dueAgain(attempts, Date.parse(deps.now()));
  if (due.length === 0) return;
  const history = await readHistory(deps, approvalId);

  const events = await Promise.all(
    due.map(async attempt => {
      const round = roundOfAttempt(history, attempt);
      const operator = deps.directory.operator(attempt.operatorId);
      if (round === null || operator === null) return [superseded(deps, approvalId, attempt)];
      const { operatorId, channel, address, attemptId } = attempt;
      return sendAll(
        deps,
        round,
        tenant,
        approvalId,
        [{ operatorId, operatorName: operator.name, channel, address, attemptId }],
        () => attempt.failures,
      );
    }),
  );
  const commandId = `again/${due.map(({ attemptId, failures }) => `${attemptId}.${failures}`).join(',')}`;
  await recordAlerts(deps, approvalId, events.flat(), attempts, commandId, { eventId: item.id, metadata: item.metadata });
};

/** The round an attempt belongs to, if it is still the step that waits. */
const roundOfAttempt = (history: readonly RecordedEvent[], { attemptId, operatorId, channel, address }: Attempt): Round | null => {
  if (history.some(({ type }) => isTerminal(type))) return null;
  const open = history.findLast(({ type }) => type === 'ReviewStepOpened');
  const cause = history.find(({ id }) => derivedId('ntf', id, operatorId, channel, address ?? '') === attemptId);
  return cause === undefined || open === undefined || cause.revision < open.revision
    ? null
    : roundOf(cause, history.slice(0, cause.revision));
};

const superseded = (
  deps: Deps,
  approvalId: string,
  { attemptId, stepIndex, level, operatorId, channel, address }: Attempt,
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
    errorClass: 'superseded',
    code: 'superseded',
    permanent: true,
    nextAttemptAt: null,
    private: { address },
  },
});
