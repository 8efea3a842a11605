import { isTerminal, type NotificationEvent, type RecordedEvent } from '@holdpoint/contracts';
import { EventErased } from '@holdpoint/event-log';
import { readHistory } from './alert-people.ts';
import { attemptIdOf, type Attempts } from './attempts.ts';
import type { Deps } from './deps.ts';
import { attemptOf } from './hold.ts';
import { heldForDigest } from './pace-alerts.ts';
import { isClaimedByOther } from './reached.ts';
import { inInbox, type Recipient } from './recipients.ts';
import { readAttempts, recordAlerts } from './record-alerts.ts';
import { isAlarm, isOpen, type Round } from './round.ts';
import { isPermanent } from './schedule.ts';
import { leaveInInbox } from './send-alert.ts';
import { sendDigest, type DigestResult } from './send-digest.ts';

/** An alert that waits to be told together with others. */
export type Waiting = { tenant: string; approvalId: string; round: Round; to: Recipient & { address: string }; dueMs: number };
/** `alone`: nothing else waits for this person, so it is told by itself. */
export type Settled = 'recorded' | 'alone';

export type Digests = {
  /** An alert was held back: the digest it waits for will know of it without being rung for each. */
  hold(waiting: Waiting): void;
  /** It is over, or told otherwise. */
  forget(attemptId: string): void;
  /** These have come due: sends the digests of all that are, and records what became of each. @throws LogUnavailable */
  settle(waiting: readonly Waiting[]): Promise<Map<string, Settled>>;
};

/** What comes due together is rung one after the other; so long is waited for the first ones, milliseconds. */
const GATHER_MS = 500;
/** A timer may ring a little early when the relay's clock is ahead of ours, milliseconds. */
const SKEW_MS = 1_000;
/** Approvals read and written at a time. */
const AT_ONCE_MAX = 64;
/** What was never settled, because another process did, is forgotten after this, milliseconds. */
const FORGET_AFTER_MS = 600_000;

/**
 * Digests: what waits is known in memory, so that one ring settles all that is due, and the log has each of it as held with its time, so that after a
 * restart every one is rung by itself.
 */
export const openDigests = (deps: () => Deps): Digests => {
  const waiting = new Map<string, Waiting>();
  let flush: Promise<Map<string, Settled>> | null = null;

  const settleDue = async (): Promise<Map<string, Settled>> => {
    await new Promise(resolve => setTimeout(resolve, GATHER_MS));
    flush = null;
    const nowMs = Date.parse(deps().now());
    const due = [...waiting.values()].filter(({ dueMs }) => dueMs <= nowMs + SKEW_MS);
    for (const { to } of due) waiting.delete(to.attemptId);
    for (const [id, { dueMs }] of waiting) if (dueMs < nowMs - FORGET_AFTER_MS) waiting.delete(id);
    return settleAll(deps(), due);
  };
  return {
    hold: one => void waiting.set(one.to.attemptId, one),
    forget: attemptId => void waiting.delete(attemptId),
    settle: due => {
      for (const one of due) waiting.set(one.to.attemptId, one);
      return (flush ??= settleDue());
    },
  };
};

type Known = { history: readonly RecordedEvent[]; attempts: Attempts };

/** With less than this left it is not put off once more, milliseconds: better one message too many than none. */
const LAST_CHANCE_MS = 20_000;

const settleAll = async (deps: Deps, due: readonly Waiting[]): Promise<Map<string, Settled>> => {
  const settled = new Map<string, Settled>();
  const known = await readAll(deps, due);
  const open = due.filter(one => stillWaits(known.get(one.approvalId), one, deps.now()));
  const events = new Map<string, NotificationEvent[]>();
  await Promise.all(
    [...Map.groupBy(open, keyOf).values()].map(async together => {
      if (together.length === 1) return void settled.set(together[0]!.to.attemptId, 'alone');
      const result = await sendDigest(deps, together);
      for (const one of together) {
        if (result.outcome !== 'sent' && Date.parse(one.round.expiresAt) - Date.parse(deps.now()) < LAST_CHANCE_MS) {
          settled.set(one.to.attemptId, 'alone');
          continue;
        }
        settled.set(one.to.attemptId, 'recorded');
        events.set(one.approvalId, [...(events.get(one.approvalId) ?? []), ...eventsOf(deps, one, result)]);
      }
    }),
  );
  await inTurns([...events], ([approvalId, told]) => {
    const { history, attempts } = known.get(approvalId)!;
    const cause = history[0]!;
    const commandId = `digest/${attempts.revision}/${told.map(({ data }) => ('attemptId' in data ? data.attemptId : '')).join(',')}`;
    return recordAlerts(deps, approvalId, told, attempts, commandId, { eventId: cause.id, metadata: cause.metadata });
  });
  return settled;
};

/** One digest for one person at one address. */
const keyOf = ({ to }: Waiting): string => `${to.operatorId}/${to.channel}/${to.address}`;

/** What is known of each approval, without those that are erased since: nobody is told of them, and they keep nobody else waiting. */
const readAll = async (deps: Deps, due: readonly Waiting[]): Promise<Map<string, Known>> => {
  const known = new Map<string, Known>();
  await inTurns([...new Set(due.map(({ approvalId }) => approvalId))], async approvalId => {
    try {
      const [history, attempts] = await Promise.all([readHistory(deps, approvalId), readAttempts(deps.eventLog, approvalId)]);
      known.set(approvalId, { history, attempts });
    } catch (error) {
      if (!(error instanceof EventErased)) throw error;
    }
  });
  return known;
};

/** Not decided, not told otherwise, the step open and nobody else on it. What no longer waits is rung by itself, and ends so. */
const stillWaits = (known: Known | undefined, { round, to }: Waiting, now: string): boolean => {
  const first = known?.history[0];
  if (known === undefined || first === undefined || known.history.some(({ type }) => isTerminal(type))) return false;
  const attempt = known.attempts.byId.get(to.attemptId);
  if (attempt === undefined || attempt.sent || attempt.heldFor !== 'digest') return false;
  return isAlarm(round.cause) || (isOpen(known.history, round.stepIndex) && !isClaimedByOther(known.history, to.operatorId, now));
};

const eventsOf = (deps: Deps, { tenant, round, approvalId, to }: Waiting, result: DigestResult): NotificationEvent[] => {
  const at = deps.now();
  const made = attemptOf(round, approvalId, to, at);
  if (result.outcome === 'sent') {
    const { providerMessageId, digestId } = result;
    return [{ type: 'NotificationSent', data: { ...made, providerMessageId, digestId, private: { address: to.address } } }];
  }
  // Never one by one after all: what could not be told together now is told together in a minute.
  if (result.outcome === 'later' || !isPermanent(result.class)) return [heldForDigest(deps, round, tenant, approvalId, to, at)];
  const { class: errorClass, code } = result;
  const inbox = inInbox(to);
  return [
    {
      type: 'NotificationFailed',
      data: { ...made, errorClass, code, permanent: true, nextAttemptAt: null, private: { address: to.address } },
    },
    leaveInInbox(deps, round, approvalId, { ...inbox, attemptId: attemptIdOf(round, inbox) }),
  ];
};

/** Works on a few at a time: thousands come due together. */
const inTurns = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < all.length) await work(all[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE_MAX, all.length) }, turn));
};
