import type { NotificationEvent } from '@holdpoint/contracts';
import { attemptIdOf, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { alarmOf, type Round } from './round.ts';
import type { About } from './send-alert.ts';
import { deliver } from './send-all.ts';

/**
 * Nobody who may decide has heard of it: says so, and tells admins and owners on every address they have, quiet hours or not. Once for a step.
 * @param reason in words
 * @param aloud whether they are told, or it is only said in the record
 */
export const tellAdministrators = async (
  deps: Deps,
  round: Round,
  about: About,
  attempts: Attempts,
  reason: string,
  aloud = true,
): Promise<NotificationEvent[]> => {
  const { stepIndex, level } = round;
  const { tenant, approvalId } = about;
  deps.logger.warn({ approvalId, stepIndex, level }, reason);
  const said = { approvalId, stepIndex, level, reason, at: deps.now() };
  const nobody: NotificationEvent = { type: 'NobodyReachable', data: round.cause === undefined ? said : { ...said, cause: round.cause } };
  if (!aloud || attempts.alarmed.has(stepIndex)) return [nobody];
  const alarm = alarmOf(round);
  const recipients = deps
    .asked(tenant, alarm)
    .reach.map(to => ({ ...to, attemptId: attemptIdOf(alarm, to) }))
    .filter(({ attemptId }) => !attempts.byId.has(attemptId));
  return [nobody, ...(await deliver(deps, alarm, about, recipients))];
};
