import type { ApprovalEvent } from '@holdpoint/contracts';
import type { ExpireApproval, Revise, Withdraw } from './commands.ts';
import type { ApprovalState, OpenApproval } from './state.ts';
import { alreadyDecided, assertKnown, end } from './terminal.ts';
import { reached } from './time.ts';

/** Nobody decided in time: it ends as not approved. Too early, or over already: nothing to do. */
export const expire = (command: ExpireApproval, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  return state.status === 'closed' || !reached(command.now, state.expiresAt) ? [] : [expired(state, command.now)];
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

/**
 * The agent asked again in other words, and the new request is on record. This one ends without telling the app: its answer is the new one's.
 * Twice is once.
 * @throws Refused `already_decided` naming the winner.
 */
export const revise = ({ by, revisedBy, now }: Revise, state: ApprovalState): ApprovalEvent[] => {
  assertKnown(state);
  if (state.status === 'closed') {
    if (state.end.decision.reasonCode === 'revised') return [];
    throw alreadyDecided(state);
  }
  const ending = { type: 'ApprovalWithdrawn', decision: 'withdrawn', by, channel: 'api', reasonCode: 'revised', note: null, now } as const;
  return [{ type: 'ApprovalRevised', data: { revisedBy, at: now } }, end(withoutDelivery(state), ending)];
};

const withoutDelivery = (state: OpenApproval): OpenApproval => ({
  ...state,
  requested: { ...state.requested, delivery: { ...state.requested.delivery, callback: false, resume: { mode: 'none' } } },
});
