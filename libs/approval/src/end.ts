import type { ApprovalEvent } from '@holdpoint/contracts';
import type { ExpireApproval, Withdraw } from './commands.ts';
import type { ApprovalState, OpenApproval } from './state.ts';
import { alreadyDecided, assertKnown, end } from './terminal.ts';
import { reached } from './time.ts';

/** Nobody decided in time: it ends as not approved. Too early, or over already: nothing to do. */
export const expire = (command: ExpireApproval, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  return state.status === 'closed' || !reached(command.now, state.requested.expiresAt) ? [] : [expired(state, command.now)];
};

export const expired = (state: OpenApproval, now: string): ApprovalEvent =>
  end(state, {
    type: 'ApprovalExpired',
    decision: 'expired',
    by: { kind: 'timeout', id: 'deadline' },
    channel: 'api',
    note: null,
    now,
  });

/**
 * The agent takes its request back. Twice is once.
 * @throws Refused `already_decided` naming the winner.
 */
export const withdraw = (command: Withdraw, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status === 'closed') {
    if (state.type === 'ApprovalWithdrawn') return [];
    throw alreadyDecided(state);
  }
  return [
    end(state, {
      type: 'ApprovalWithdrawn',
      decision: 'withdrawn',
      by: command.by,
      channel: 'api',
      note: command.note ?? null,
      now: command.now,
    }),
  ];
};
