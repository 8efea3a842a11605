import { uuidV5 } from '@holdpoint/sealing';
import type { LoggedEvent } from '@holdpoint/event-log';
import * as fc from 'fast-check';

/** An event of an approval's life as the specs write it: category, type and the public data the relay looks at. */
export type Told = { category: 'approval' | 'notification' | 'callback'; type: string; data: Record<string, unknown> };

export const NOON_MS = Date.parse('2026-06-01T12:00:00.000Z');
export const noonPlus = (sec: number): string => new Date(NOON_MS + sec * 1_000).toISOString();
export const noonPlusMs = (sec: number): number => NOON_MS + sec * 1_000;

/** The events as the log has them: revisions by stream, ids by stream and revision, positions in order. */
export const logged = (lives: readonly { id: string; told: Told }[], tenant = 'acme'): LoggedEvent[] => {
  const revisions = new Map<string, number>();
  return lives.map(({ id, told }, index) => {
    const stream = `${told.category}-${id}`;
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    return {
      stream,
      revision,
      id: uuidV5(`${stream}@${revision}`),
      type: told.type,
      data: { approvalId: id, ...told.data },
      metadata: { tenant, actor: 'service:spec', schemaVersion: 1, recordedAt: noonPlus(index) },
      position: String((index + 1) * 100),
      createdMs: noonPlusMs(index),
    };
  });
};
export const lifeOf = (id: string, ...tellings: Told[]): LoggedEvent[] => logged(tellings.map(told => ({ id, told })));

const approval = (type: string, data: Record<string, unknown> = {}): Told => ({ category: 'approval', type, data });
const notification = (type: string, data: Record<string, unknown>): Told => ({ category: 'notification', type, data });
const callback = (type: string, data: Record<string, unknown> = {}): Told => ({ category: 'callback', type, data });

export const requested = (expiresAt = noonPlus(3_600)): Told => approval('ApprovalRequested', { expiresAt });
export const gated = approval('GateEvaluated');
export const stepOpened = (index = 0, escalateAt: string | null = noonPlus(300)): Told =>
  approval('ReviewStepOpened', { step: { index }, escalateAt, expiresAt: noonPlus(3_600) });
export const escalated = (stepIndex: number, level: number, escalateAt: string | null = noonPlus(600)): Told =>
  approval('ApprovalEscalated', { stepIndex, level, escalateAt });
/** A step that is opened together with others, from `first` on. */
export const parallelOpened = (first: number, index: number, escalateAt: string | null = noonPlus(300)): Told =>
  approval('ReviewStepOpened', { step: { index, parallel: { first, size: 2 } }, escalateAt, expiresAt: noonPlus(3_600) });
export const exhausted = (stepIndex: number, level: number, action?: string): Told =>
  approval('EscalationExhausted', { stepIndex, level, ...(action === undefined ? {} : { action }) });
export const claimed = (claimExpiresAt = noonPlus(300), more: Record<string, unknown> = {}): Told =>
  approval('ApprovalClaimed', { claimExpiresAt, ...more });
export const claimReleased = approval('ClaimReleased');
export const released = (more: Record<string, unknown>): Told => approval('ClaimReleased', more);
export const deadlineMoved = (expiresAt: string, ...escalations: [stepIndex: number, escalateAt: string | null][]): Told =>
  approval('DeadlineChanged', { expiresAt, escalations: escalations.map(([stepIndex, escalateAt]) => ({ stepIndex, escalateAt })) });
export const assigned = (stepIndex: number): Told => approval('ReviewerAssigned', { stepIndex });
export const delegated = (stepIndex: number): Told => approval('ApprovalDelegated', { stepIndex });
export const answered = approval('QuestionAnswered');
export const approvedBy = (stepIndex: number, satisfied?: true): Told =>
  approval('StepApproved', { stepIndex, ...(satisfied === undefined ? {} : { satisfied }) });
export const unanswerable = approval('GateEvaluated', { reachable: { ok: false, reason: 'nobody is there' } });
export const reviewedAfterwards = (agreed: boolean): Told => approval('AfterReviewed', { agreed });
/** An alert beside the ladder, because of an event. */
export const sentBecause = (cause: string, stepIndex = 0): Told =>
  notification('NotificationSent', { stepIndex, level: 0, attemptId: 'z', cause });
export const held = (stepIndex: number, level: number, attemptId: string, nextAttemptAt: string): Told =>
  notification('NotificationHeld', { stepIndex, level, attemptId, nextAttemptAt });
export const planned = (stepIndex: number, level: number): Told => notification('NotificationPlanned', { stepIndex, level, recipients: 0 });
export const ended = (type = 'ApprovalGranted', delivers = true, mode = 'callback'): Told =>
  approval(type, { delivery: { callback: delivers, resume: { mode } } });
export const sent = (stepIndex: number, level: number, attemptId = 'a'): Told =>
  notification('NotificationSent', { stepIndex, level, attemptId });
export const sendFailed = (stepIndex: number, level: number, attemptId: string, nextAttemptAt: string | null): Told =>
  notification('NotificationFailed', { stepIndex, level, attemptId, nextAttemptAt });
export const nobody = (stepIndex: number, level: number): Told => notification('NobodyReachable', { stepIndex, level });
export const attemptFailed = (nextAttemptAt: string | null): Told => callback('CallbackAttemptFailed', { nextAttemptAt });
export const delivered = callback('CallbackDelivered');
export const deliveryExhausted = callback('CallbackExhausted');
export const deferred = (nextAttemptAt = noonPlus(60)): Told => callback('CallbackScheduled', { nextAttemptAt, reason: 'deferred' });
export const replayed = (nextAttemptAt = noonPlus(60)): Told => callback('CallbackScheduled', { nextAttemptAt, reason: 'replay' });
export const resumeTried = (nextAttemptAt: string | null): Told => callback('ResumeAttempted', { nextAttemptAt });
export const resumed = callback('RunResumed');
export const resumeImpossible = callback('ResumeImpossible');

const soon = fc.integer({ min: 1, max: 900 }).map(noonPlus);
const soonOrNever = fc.option(soon, { nil: null });
const step = fc.integer({ min: 0, max: 1 });
const level = fc.integer({ min: 0, max: 2 });
const attempt = fc.constantFrom('a', 'b', 'c');

const reviewing = fc.oneof(
  fc.constant(gated),
  fc.tuple(step, soonOrNever).map(([index, at]) => stepOpened(index, at)),
  fc.tuple(step, level, soonOrNever).map(([index, on, at]) => escalated(index, on + 1, at)),
  fc.tuple(step, level).map(([index, on]) => exhausted(index, on)),
  soon.map(claimed),
  fc.constant(claimReleased),
  fc.tuple(step, level, attempt).map(([index, on, id]) => sent(index, on, id)),
  fc.tuple(step, level, attempt, soonOrNever).map(([index, on, id, at]) => sendFailed(index, on, id, at)),
  fc.tuple(step, level).map(([index, on]) => nobody(index, on)),
  fc.tuple(step, level, attempt, soon).map(([index, on, id, at]) => held(index, on, id, at)),
  fc.tuple(step, level).map(([index, on]) => planned(index, on)),
  fc.tuple(soon, step, soonOrNever).map(([at, index, next]) => deadlineMoved(at, [index, next])),
  soon.map(at => deadlineMoved(at)),
);
const delivering = fc
  .tuple(
    fc.array(soonOrNever.map(attemptFailed), { maxLength: 3 }),
    fc.option(fc.constantFrom(delivered, deliveryExhausted), { nil: null }),
  )
  .map(([failures, end]) => (end === null ? failures : [...failures, end]));
const resuming = fc
  .tuple(fc.array(soonOrNever.map(resumeTried), { maxLength: 3 }), fc.option(fc.constantFrom(resumed, resumeImpossible), { nil: null }))
  .map(([tries, end]) => (end === null ? tries : [...tries, end]));
const replays = fc.option(
  fc.tuple(soon.map(replayed), delivering).map(([scheduled, attempts]) => [scheduled, ...attempts]),
  { nil: null },
);

/** Lives as they can stand in a log: a review in any order, perhaps an end, then what the callback did, with alerts that came too late among it. */
export const lives: fc.Arbitrary<Told[]> = fc
  .record({
    review: fc.array(reviewing, { maxLength: 14 }),
    end: fc.option(fc.constantFrom('ApprovalGranted', 'ApprovalExpired', 'ApprovalWithdrawn', 'ApprovalGrantedAutomatically'), {
      nil: null,
    }),
    delivers: fc.boolean(),
    mode: fc.constantFrom('callback', 'none', 'openai.submitToolOutputs'),
    delivering,
    resuming,
    replays,
    late: fc.array(reviewing, { maxLength: 3 }),
    order: fc.infiniteStream(fc.boolean()),
  })
  .map(({ review, end, delivers, mode, late, order, ...after }) => {
    if (end === null) return [requested(), ...review];
    const resumes = mode === 'openai.submitToolOutputs';
    const told = interleave(delivers ? after.delivering : [], resumes ? after.resuming : [], order);
    const over = delivers && after.delivering.some(one => one === delivered || one === deliveryExhausted);
    const lateAlerts = late.filter(({ category }) => category === 'notification');
    return [
      requested(),
      ...review,
      ended(end, delivers, mode),
      ...interleave(told, lateAlerts, order),
      ...(over ? (after.replays ?? []) : []),
    ];
  });

/** Several lives mixed into one log, each in its own order. */
export const mixed = (all: readonly Told[][], order: Iterable<number>): { id: string; told: Told }[] => {
  const left = all.map((life, index) => ({ id: `apr_${'abcdefgh'[index] ?? 'x'}`.padEnd(30, 'a'), life: [...life] }));
  const out: { id: string; told: Told }[] = [];
  for (const pick of order) {
    const open = left.filter(({ life }) => life.length > 0);
    const next = open[pick % Math.max(open.length, 1)];
    const told = next?.life.shift();
    if (next === undefined || told === undefined) return out;
    out.push({ id: next.id, told });
  }
  return out;
};

const interleave = (a: readonly Told[], b: readonly Told[], order: Iterable<boolean>): Told[] => {
  const [left, right, out] = [[...a], [...b], [] as Told[]];
  for (const first of order) {
    const next = (first ? left.shift() : right.shift()) ?? left.shift() ?? right.shift();
    if (next === undefined) return out;
    out.push(next);
  }
  return out;
};
