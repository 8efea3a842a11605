import { decide, evolve, initial, type ApprovalCommand, type ApprovalState } from '@holdpoint/approval';
import type { ApprovalEvent, TimerKind, WorkItem } from '@holdpoint/contracts';
import { signDecisions } from '@holdpoint/sealing';
import { causedBy } from './caused-by.ts';
import type { Deps } from './deps.ts';
import { deciding } from './gate-context.ts';

/**
 * A wait is over: the next rung is asked, the ladder is exhausted, the request expires, or a claim is released. What is due is read from the
 * stream and not from the timer, so one that comes early, twice, late, or for a step that was left behind appends nothing.
 * @throws LogUnavailable, EventUnreadable
 */
export const applyTimer = async (deps: Deps, item: WorkItem): Promise<void> => {
  const { eventLog, signer, metrics, rotations } = deps;
  const now = deps.now();
  const { tenant } = item.metadata;
  const { events } = await rotations.sure(check =>
    eventLog.handle(
      {
        initial,
        evolve,
        decide: (timer: TimerKind | undefined, state): ApprovalEvent[] => {
          const command = commandOf(deps, tenant, timer, state, now);
          const decided = command === null ? [] : decide(command, state);
          check(decided);
          return signDecisions(decided, tenant, signer);
        },
      },
      item.stream,
      item.timer,
      causedBy(item, item.timer ?? 'timer', now),
    ),
  );
  metrics.appended(events);
  rotations.appended(tenant, item.stream, events);
};

const commandOf = (deps: Deps, tenant: string, timer: TimerKind | undefined, state: ApprovalState, now: string): ApprovalCommand | null => {
  if (state.status === 'none') return null;
  switch (timer) {
    case 'expire':
      return { type: 'ExpireApproval', now };
    case 'escalate': {
      const { solo: _solo, ...circumstances } = deciding(deps, tenant, state.requested.agent.id, now);
      return { type: 'EscalateStep', now, ...circumstances };
    }
    case 'claimExpires':
      return { type: 'ReleaseExpiredClaim', now };
    case 'nextCallback':
    case 'nextResume':
    case 'nextNotification':
    case undefined:
      return null;
    default:
      return never(timer);
  }
};

const never = (timer: never): never => {
  throw new TypeError(`unknown timer ${String(timer)}`);
};
