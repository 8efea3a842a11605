import type { NotificationEvent } from '@holdpoint/contracts';
import { quietUntil } from '@holdpoint/gate';
import type { Deps } from './deps.ts';
import { heldUntil } from './hold.ts';
import type { Recipient } from './recipients.ts';
import type { Round } from './round.ts';
import { attemptIdOf } from './attempts.ts';

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
    else held.push(heldUntil(round, approvalId, recipient, now, 'quietHours', until));
  }
  return awake.length === 0 ? { awake: nextPerson(deps, round, tenant, recipients), held } : { awake, held };
};

const quietOf = (deps: Deps, operatorId: string, now: string): string | null => {
  const quiet = deps.directory.quietHours(operatorId);
  return quiet === null ? null : quietUntil(quiet, now);
};

/**
 * Where certain people were chosen out of those who may decide and none of them can be told now: the first of the others, in the order of their ids,
 * whom nothing keeps from being disturbed. Nobody, where everybody was asked anyway.
 */
export const nextPerson = (deps: Deps, round: Round, tenant: string, tried: readonly Pick<Recipient, 'operatorId'>[]): Recipient[] => {
  if (round.people === undefined) return [];
  const { people: _chosen, ...everybody } = round;
  const passed = new Set(tried.map(({ operatorId }) => operatorId));
  const now = deps.now();
  const others = deps
    .asked(tenant, everybody)
    .reach.filter(({ operatorId }) => !passed.has(operatorId) && (round.important || quietOf(deps, operatorId, now) === null));
  return others.filter(({ operatorId }) => operatorId === others[0]?.operatorId).map(to => ({ ...to, attemptId: attemptIdOf(round, to) }));
};
