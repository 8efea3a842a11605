import type { NotificationEvent } from '@holdpoint/contracts';
import { quietUntil } from '@holdpoint/gate';
import type { Deps } from './deps.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { attemptIdOf } from './send-all.ts';

/**
 * Keeps back what would disturb people in their quiet hours; the inbox disturbs nobody, and what is important is not kept back. When that leaves
 * nobody of those chosen to page, the next who may decide the same and is awake is paged instead.
 */
export const holdQuiet = (
  deps: Deps,
  round: Round,
  tenant: string,
  approvalId: string,
  recipients: readonly Recipient[],
): { awake: Recipient[]; held: NotificationEvent[] } => {
  if (round.important) return { awake: [...recipients], held: [] };
  const now = deps.now();
  const awake: Recipient[] = [];
  const held: NotificationEvent[] = [];
  for (const recipient of recipients) {
    const until = recipient.channel === 'inbox' ? null : quietOf(deps, recipient.operatorId, now);
    if (until === null) awake.push(recipient);
    else held.push(heldUntil(round, approvalId, recipient, now, until));
  }
  return awake.length === 0 && round.people !== undefined
    ? { awake: nextAwake(deps, round, tenant, recipients, now), held }
    : { awake, held };
};

const quietOf = (deps: Deps, operatorId: string, now: string): string | null => {
  const quiet = deps.directory.quietHours(operatorId);
  return quiet === null ? null : quietUntil(quiet, now);
};

/** The first of the others, in the order of their ids, whom nothing keeps from being disturbed. */
const nextAwake = (deps: Deps, round: Round, tenant: string, asleep: readonly Recipient[], now: string): Recipient[] => {
  const { people: _chosen, ...everybody } = round;
  const tried = new Set(asleep.map(({ operatorId }) => operatorId));
  const others = deps
    .asked(tenant, everybody)
    .reach.filter(({ operatorId }) => !tried.has(operatorId) && quietOf(deps, operatorId, now) === null);
  return others.filter(({ operatorId }) => operatorId === others[0]?.operatorId).map(to => ({ ...to, attemptId: attemptIdOf(round, to) }));
};

const heldUntil = (round: Round, approvalId: string, recipient: Recipient, now: string, nextAttemptAt: string): NotificationEvent => {
  const { attemptId, operatorId, channel, address } = recipient;
  const { stepIndex, level, cause } = round;
  return {
    type: 'NotificationHeld',
    data: {
      approvalId,
      attemptId,
      stepIndex,
      level,
      operatorId,
      channel,
      at: now,
      ...(cause === undefined ? {} : { cause }),
      reason: 'quietHours',
      nextAttemptAt,
      private: { address },
    },
  };
};
