import { decide, evolve, initial, type ApprovalCommand, type ApprovalState, type AskedPeople } from '@holdpoint/approval';
import { isTerminal, streamOf, type ApprovalEvent, type Schedule, type Worker, WORKERS } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { onCall } from '@holdpoint/gate';
import { uuidV5 } from '@holdpoint/sealing';
import { TENANT } from '@holdpoint/testing';
import { openApprovals } from './open-approvals.ts';
import type { Wait } from './open-work.ts';
import { PACE } from './pace.ts';
import { openRinger, type Ringer } from './ring.ts';

/** Something that happens at an instant of simulated time, beside what comes due: a request, a person's decision, a restart of the relay. */
export type Happening = { atMs: number; happen(): void };

const NOTHING = { begun: () => undefined, ended: () => undefined };
/** A worker takes at most so long from the ring to the append. */
const WORK_MS_MAX = 300;

/**
 * The relay's waits, ringers and rules, the approval's decider and the schedules, as they are, on a clock that jumps to whatever comes next. Rings
 * reach their worker late, some twice, some too early; the relay forgets everything when it restarts and reads the log again.
 */
export const openWorld = (schedules: readonly Schedule[], random: () => number) => {
  let nowMs = 0;
  const log = new Map<string, LoggedEvent[]>();
  const states = new Map<string, ApprovalState>();
  const openRingers = (): Record<Worker, Ringer> =>
    Object.fromEntries(WORKERS.map(worker => [worker, openRinger(worker, PACE)])) as Record<Worker, Ringer>;
  let ringers = openRingers();
  let approvals = openApprovals(ringers);

  const peopleAt =
    (now: string): AskedPeople =>
    ({ schedules: ids = [], operators }) => ({
      operators: [...new Set([...operators, ...schedules.filter(({ id }) => ids.includes(id)).flatMap(one => onCall(one, now))])].sort(),
      standIns: [],
    });
  const append = (stream: string, events: readonly { type: string; data: unknown }[]): void => {
    const before = log.get(stream) ?? [];
    log.set(stream, before);
    for (const { type, data } of events) {
      const revision = before.length;
      const event: LoggedEvent = {
        stream,
        revision,
        id: uuidV5(`${stream}@${revision}`),
        type,
        data,
        metadata: { tenant: TENANT, actor: 'service:spec', schemaVersion: 1, recordedAt: new Date(nowMs).toISOString() },
        position: String(nowMs),
        createdMs: nowMs,
      };
      before.push(event);
      approvals.take(event, nowMs, NOTHING);
    }
  };
  const command = (id: string, of: (now: string, people: AskedPeople) => ApprovalCommand): ApprovalEvent[] => {
    const now = new Date(nowMs).toISOString();
    const state = states.get(id) ?? initial;
    const events = decide(of(now, peopleAt(now)), state);
    states.set(id, events.reduce(evolve, state));
    append(streamOf.approval(id), events);
    return events;
  };
  const timer = (id: string, kind: Wait['kind']): ApprovalEvent[] =>
    command(id, (now, people) =>
      kind === 'escalate'
        ? { type: 'EscalateStep', now, people, hold: null }
        : kind === 'expire'
          ? { type: 'ExpireApproval', now }
          : { type: 'ReleaseExpiredClaim', now },
    );
  /** Alerts and callbacks are answered at once: they are not what is looked at here. */
  const answer = ({ kind, key, approvalId }: Wait): void => {
    const [stepIndex, level] = key.split('/').map(Number);
    if (kind === 'alert')
      append(streamOf.notification(approvalId), [{ type: 'NotificationSent', data: { stepIndex, level, attemptId: key } }]);
    if (kind === 'deliver') append(streamOf.callback(approvalId), [{ type: 'CallbackDelivered', data: {} }]);
  };
  const ring = (): void => {
    for (const worker of WORKERS)
      for (const wait of ringers[worker].due(nowMs)) {
        if (worker !== 'routing') {
          answer(wait);
          continue;
        }
        nowMs += Math.floor(random() * WORK_MS_MAX);
        timer(wait.approvalId, wait.kind);
        // Delivered twice: the second time there is nothing left to do.
        if (random() < 0.3 && timer(wait.approvalId, wait.kind).length > 0) throw new Error(`${wait.kind} had effect twice`);
      }
  };
  const nextMs = (): number => Math.min(...WORKERS.map(worker => ringers[worker].nextMs(nowMs)));

  return {
    command,
    timer,
    nowMs: () => nowMs,
    isOpen: (id: string) => (states.get(id) ?? initial).status === 'review',
    events: (id: string) => log.get(streamOf.approval(id)) ?? [],
    /** The relay is away for a while and comes back with what the log says. */
    restart: (awayMs: number): void => {
      nowMs += awayMs;
      ringers = openRingers();
      approvals = openApprovals(ringers);
      const all = [...log.values()]
        .flat()
        .toSorted(
          (a, b) =>
            a.createdMs - b.createdMs ||
            Number(b.stream.startsWith('approval-')) - Number(a.stream.startsWith('approval-')) ||
            a.revision - b.revision,
        );
      for (const event of all) approvals.take(event, nowMs, NOTHING);
    },
    /** What the relay still waits for. */
    waiting: () => approvals.size(),
    /** Runs through the happenings, and on until nothing waits any more. */
    run: (happenings: readonly Happening[]): void => {
      const left = happenings.toSorted((a, b) => a.atMs - b.atMs);
      for (;;) {
        const due = nextMs();
        const next = left[0];
        if (next === undefined && due === Number.POSITIVE_INFINITY) return;
        if (next !== undefined && next.atMs <= due) {
          left.shift();
          nowMs = Math.max(nowMs, next.atMs);
          next.happen();
        } else {
          nowMs = Math.max(nowMs, due);
          ring();
        }
      }
    },
  };
};
export const isOver = (events: readonly LoggedEvent[]): LoggedEvent[] => events.filter(({ type }) => isTerminal(type));
