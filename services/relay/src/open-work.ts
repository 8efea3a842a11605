import { idOf, isTerminal, streamOf, type TimerKind, type Worker } from '@holdpoint/contracts';
import type { LoggedEvent } from '@holdpoint/event-log';
import { packUuid } from './packed-uuid.ts';

/** Work that waits for a worker to act now, or a timer for something that comes due. */
export type WaitKind = 'gate' | 'alert' | 'neutralise' | 'deliver' | 'resume' | 'afterReview' | 'erase' | TimerKind;

/** One thing an approval waits for, from the event that began it until the log shows how it ended. */
export type Wait = {
  readonly kind: WaitKind;
  /**
   * Tells waits of one kind and approval apart: `<step>/<level>` of an alert, `<step>/@<event>` or `@<event>` of one beside the ladder,
   * `<step>/<attempt id>` of a retry, `<step>` of an escalation or a claim, else empty.
   */
  readonly key: string;
  /** The approval; the organisation, where its gate is what people are told about. */
  readonly approvalId: string;
  readonly tenant: string;
  /** Id, revision and type of the event that began it. The id is packed into 16 characters: there are many of these. */
  readonly eventId: string;
  readonly revision: number;
  readonly type: string;
  /** When to ring first: milliseconds since 1970, {@link AT_ONCE}, or {@link CARRIED} by the ring of another wait on the same event. */
  readonly dueMs: number;
  /** The ringer's bookkeeping: its place in the timetable (−1 outside), rings so far, and whether a ring is out that may still be answered. */
  slot: number;
  rings: number;
  inFlight: boolean;
};
export const AT_ONCE = 0;
export const CARRIED = -1;
/** Never by itself: copies of an alert that can be changed wait for the end of their approval. The latest instant a date can hold. */
export const AT_THE_END = 8_640_000_000_000_000;

export const WORKER_OF: Readonly<Record<WaitKind, Worker>> = {
  gate: 'routing',
  expire: 'routing',
  escalate: 'routing',
  claimExpires: 'routing',
  afterReview: 'routing',
  erase: 'routing',
  alert: 'notification',
  neutralise: 'notification',
  nextNotification: 'notification',
  deliver: 'callback',
  resume: 'callback',
  nextCallback: 'callback',
  nextResume: 'callback',
};
const WORK: ReadonlySet<WaitKind> = new Set(['gate', 'alert', 'neutralise', 'deliver', 'resume', 'afterReview', 'erase']);
export const isTimer = (kind: WaitKind): kind is TimerKind => !WORK.has(kind);

/**
 * Whether the wait is over once the broker has it: a person disagreed with an automatic approval, so somebody should look for drift. No event answers
 * that; when it is lost, the next disagreement is looked at together with this one.
 */
export const endsWhenTold = ({ kind }: Wait): boolean => kind === 'afterReview';

/** The stream of the event that began the wait. */
export const streamOfWait = ({ kind, type, approvalId }: Wait): string => {
  if (kind === 'alert' && type in NOTICE_STREAMS) return NOTICE_STREAMS[type as keyof typeof NOTICE_STREAMS](approvalId);
  if (kind === 'nextNotification') return streamOf.notification(approvalId);
  if (kind === 'nextCallback' || kind === 'nextResume') return streamOf.callback(approvalId);
  return streamOf.approval(approvalId);
};

/** Where the event of a notice stands, when it is not the approval's own stream. */
const NOTICE_STREAMS = {
  BandReturnedToReview: streamOf.gatePolicy,
  CallbackExhausted: streamOf.callback,
  EndpointDisabled: streamOf.organization,
  ChannelFaulted: streamOf.organization,
} as const;

/** What an approval waits for: nothing, once it is over and told. Few (two or three), so lists are searched from end to end. */
export type OpenWork = readonly Wait[];
export const NOTHING_OPEN: OpenWork = [];

/**
 * What an approval waits for after one more of its events (`approval-`, `notification-` or `callback-` stream, in log order). Pure; waits that go
 * on stay the same objects. The last event about a wait decides, whatever was known before: so a snapshot whose rows are a little newer than its
 * position comes right when the events after the position are applied again.
 */
export const advance = (open: OpenWork, event: LoggedEvent): OpenWork => {
  const { type } = event;
  if (isTerminal(type)) return ended(open, event);
  if (type === 'ApprovalRequested') return [begun('gate', '', event, open), begun('expire', '', event, open, dueAt(event, 'expiresAt'))];
  // Nothing of it is told to anybody any more: what is left to do is to destroy its keys.
  if (type === 'ErasureOrdered') return [begun('erase', '', event, NOTHING_OPEN)];
  if (type === 'ApprovalErased') return NOTHING_OPEN;
  if (isToBeErased(open)) return open;
  if (type === 'CallbackScheduled') return scheduled(open, event);
  if (type === 'AfterReviewed') return disagreed(event) ? put(open, begun('afterReview', String(event.revision), event, open)) : open;
  if (type === 'CallbackExhausted') return givenUp(open, event);
  if (type === 'EndpointDisabled') return isByHand(event) ? open : put(open, begun('alert', `@${event.id}`, event, open));
  if (type === 'BandReturnedToReview' || type === 'ChannelFaulted') return put(open, begun('alert', `@${event.id}`, event, open));
  if (type === 'AfterReviewOpened') return isBreakGlass(event) ? put(open, begun('alert', `@${event.id}`, event, open)) : open;
  // What comes after the end (an alert sent too late, a receipt of execution) begins nothing.
  const rules = isUndecided(open) ? WHILE_UNDECIDED : WHILE_TOLD;
  return open.length === 0 ? open : (rules[type]?.(open, event) ?? open);
};

/** Who was at it when the order came may still record something: that is of no consequence any more. */
const isToBeErased = (open: OpenWork): boolean => open[0]?.kind === 'erase';

/** An attempt is put off only while one is waited for: put off by somebody who was late, it would be waited for for ever. */
const scheduled = (open: OpenWork, event: LoggedEvent): OpenWork =>
  (event.data as { reason?: unknown }).reason === 'deferred' && !isToBeTold(open)
    ? open
    : put(without(open, 'deliver'), timer('nextCallback', '', event, open, 'nextAttemptAt'));

/** Whether the app is still to be told. */
const isToBeTold = (open: OpenWork): boolean => open.some(({ kind }) => kind === 'deliver' || kind === 'nextCallback');

/** The app could not be told: admins are, unless it was itself only told of deliveries, or nobody waited for it any more. */
const givenUp = (open: OpenWork, event: LoggedEvent): OpenWork => {
  const over = without(without(open, 'deliver'), 'nextCallback');
  return idOf(event.stream).startsWith('apr_') && isToBeTold(open) ? put(over, begun('alert', `@${event.id}`, event, over)) : over;
};

/** Who disables an endpoint by hand knows. */
const isByHand = ({ metadata }: LoggedEvent): boolean => metadata.actor.startsWith('operator:');

const disagreed = ({ data }: LoggedEvent): boolean => (data as { agreed?: unknown }).agreed === false;

const isBreakGlass = ({ data }: LoggedEvent): boolean => (data as { kind?: unknown }).kind === 'breakGlass';

/** An approval has its deadline from the request to the decision. */
const isUndecided = (open: OpenWork): boolean => open.some(({ kind }) => kind === 'expire');

type Rule = (open: OpenWork, event: LoggedEvent) => OpenWork;

const WHILE_UNDECIDED: Readonly<Record<string, Rule>> = {
  GateEvaluated: (open, event) => {
    const { reachable } = event.data as { reachable?: { ok: boolean } };
    const gated = without(open, 'gate');
    // Nobody can answer in time: those who run the gate are told.
    return reachable?.ok === false ? put(gated, begun('alert', `@${event.id}`, event, open)) : gated;
  },
  ReviewStepOpened: (open, event) => {
    const { index = 0, parallel } = (event.data as { step?: { index?: number; parallel?: { first: number } } }).step ?? {};
    // Steps that were opened together stay; any other one is over.
    const before = leftBehind(open, parallel !== undefined && parallel.first < index ? parallel.first : Number.POSITIVE_INFINITY);
    return put(escalates(before, event, String(index)), begun('alert', `${index}/0`, event, open));
  },
  ApprovalEscalated: (open, event) => put(escalates(open, event, stepKey(event)), begun('alert', alertKey(event), event, open)),
  // The people asked so far did not answer and nobody is left: one more alert, for those who run the gate, unless the deadline alone ends it.
  EscalationExhausted: (open, event) => {
    const over = escalates(open, event, stepKey(event));
    return (event.data as { action?: string }).action === 'expire' ? over : put(over, begun('alert', levelAfter(event), event, open));
  },
  ReviewerAssigned: (open, event) => put(open, begun('alert', `${stepKey(event)}/@${event.id}`, event, open)),
  ApprovalDelegated: (open, event) => put(open, begun('alert', `${stepKey(event)}/@${event.id}`, event, open)),
  QuestionAnswered: (open, event) => put(open, begun('alert', `@${event.id}`, event, open)),
  DeadlineChanged: (open, event) => {
    const moved = put(open, begun('expire', '', event, open, dueAt(event, 'expiresAt')));
    const { escalations = [] } = event.data as { escalations?: { stepIndex: number; escalateAt: string | null }[] };
    return escalations.reduce((now, { stepIndex, escalateAt }) => escalates(now, event, String(stepIndex), escalateAt), moved);
  },
  ApprovalClaimed: (open, event) =>
    heldBack(
      put(without(open, 'claimExpires', stepKey(event)), timer('claimExpires', stepKey(event), event, open, 'claimExpiresAt')),
      event,
    ),
  ClaimReleased: (open, event) => heldBack(without(open, 'claimExpires', stepKey(event) || undefined), event),
  // A step that has all it needs, while others that are open at the same time still wait.
  StepApproved: (open, event) =>
    (event.data as { satisfied?: boolean }).satisfied === true ? open.filter(wait => !isOfStep(wait, Number(stepKey(event)))) : open,

  NotificationSent: (open, event) => {
    const told = without(alerted(open, event), 'nextNotification', attemptKey(event));
    return isEditable(event) ? put(told, begun('neutralise', '', event, open, AT_THE_END)) : told;
  },
  NotificationFailed: (open, event) => triedLater(open, event),
  NotificationHeld: (open, event) => triedLater(open, event),
  NotificationPlanned: (open, event) => alerted(open, event),
  NobodyReachable: (open, event) => alerted(open, event),
};

/** What comes once the decision is there: the callback's events, and those of a notice, which says by `cause` what it is about. */
const WHILE_TOLD: Readonly<Record<string, Rule>> = {
  NotificationSent: (open, event) => (isNotice(event) ? without(alerted(open, event), 'nextNotification', attemptKey(event)) : open),
  NotificationFailed: (open, event) => (isNotice(event) ? triedLater(open, event) : open),
  NotificationPlanned: (open, event) => (isNotice(event) ? alerted(open, event) : open),
  NotificationUpdated: (open, event) => {
    const key = attemptKey(event);
    const done = without(without(open, 'neutralise'), 'nextNotification', key);
    return put(done, timer('nextNotification', key, event, open, 'nextAttemptAt'));
  },
  CallbackAttemptFailed: (open, event) => retried(open, event, 'deliver', 'nextCallback'),
  CallbackDelivered: open => without(without(open, 'deliver'), 'nextCallback'),
  ResumeAttempted: (open, event) => retried(open, event, 'resume', 'nextResume'),
  RunResumed: open => without(without(open, 'resume'), 'nextResume'),
  ResumeImpossible: open => without(without(open, 'resume'), 'nextResume'),
};

/** Resume modes in which the app, not Holdpoint, goes on with the run. */
const APP_RESUMES = new Set<unknown>(['callback', 'none', undefined]);

/** The end of the approval ends all its waits; what is left is to tell the app, to resume the run, and to take the buttons off what people were sent. */
const ended = (open: OpenWork, event: LoggedEvent): OpenWork => {
  const told = toTell(event);
  return open.some(({ kind }) => kind === 'neutralise') ? [...told, begun('neutralise', '', event, told)] : told;
};

const toTell = (event: LoggedEvent): OpenWork => {
  const { delivery } = event.data as { delivery?: { callback?: boolean; resume?: { mode?: string } } };
  const resumes = !APP_RESUMES.has(delivery?.resume?.mode);
  if (delivery?.callback !== true) return resumes ? [begun('resume', '', event, NOTHING_OPEN)] : NOTHING_OPEN;
  const deliver = begun('deliver', '', event, NOTHING_OPEN);
  // One ring of the event serves both: the worker sends the callback and resumes the run.
  return resumes ? [deliver, begun('resume', '', event, [deliver], CARRIED)] : [deliver];
};

/** An attempt failed: a time for the next one makes a timer; without one what was rung is still unanswered, and no end is in sight. */
const retried = (open: OpenWork, event: LoggedEvent, work: 'deliver' | 'resume', next: 'nextCallback' | 'nextResume'): OpenWork => {
  const timed = timer(next, '', event, open, 'nextAttemptAt');
  return timed === null ? open : put(without(without(open, work), next), timed);
};

/** When the step is asked on now; without a time, never. Only one step open: an event need not name it. */
const escalates = (open: OpenWork, event: LoggedEvent, step: string, at?: string | null): OpenWork => {
  const key = step === '' ? (open.find(({ kind }) => kind === 'escalate')?.key ?? '') : step;
  const before = without(without(open, 'escalate', key), 'escalate', '');
  const dueMs = at === undefined ? dueAt(event, 'escalateAt') : msOf(at);
  return dueMs === AT_ONCE ? before : put(before, begun('escalate', key, event, open, dueMs));
};

/** A claim may hold the next rung back, and gives it free when it ends. */
const heldBack = (open: OpenWork, event: LoggedEvent): OpenWork =>
  (event.data as { escalateAt?: unknown }).escalateAt === undefined ? open : escalates(open, event, stepKey(event));

/** Without what steps below `first` wait for: their alerts are of no use to anybody. */
const leftBehind = (open: OpenWork, first: number): OpenWork => {
  const isBefore = ({ kind, key }: Wait) =>
    (kind === 'alert' || kind === 'nextNotification' || kind === 'escalate') &&
    !key.startsWith('@') &&
    !(Number.parseInt(key, 10) >= first);
  return open.some(isBefore) ? open.filter(wait => !isBefore(wait)) : open;
};
const isOfStep = ({ kind, key }: Wait, step: number): boolean =>
  (kind === 'alert' || kind === 'nextNotification' || kind === 'escalate') && Number.parseInt(key, 10) === step;

const triedLater = (open: OpenWork, event: LoggedEvent): OpenWork => {
  const key = attemptKey(event);
  return put(without(alerted(open, event), 'nextNotification', key), timer('nextNotification', key, event, open, 'nextAttemptAt'));
};

/** An alert's round is told by step and level, or by the event that asked for it. */
const alerted = (open: OpenWork, event: LoggedEvent): OpenWork => {
  const { cause } = event.data as Alerted;
  if (cause !== undefined) return without(without(open, 'alert', `${stepKey(event)}/@${cause}`), 'alert', `@${cause}`);
  // Snapshots of version 0.1 name the alert after an exhausted escalation so.
  return without(without(open, 'alert', alertKey(event)), 'alert', `${stepKey(event)}/exhausted`);
};

const isEditable = ({ data }: LoggedEvent): boolean => (data as { editable?: true }).editable === true;
const isNotice = ({ data }: LoggedEvent): boolean => (data as Alerted).cause !== undefined;
type Alerted = { stepIndex?: number; level?: number; attemptId?: string; cause?: string };
const stepKey = ({ data }: LoggedEvent): string => String((data as Alerted).stepIndex ?? '');
const alertKey = ({ data }: LoggedEvent): string => `${(data as Alerted).stepIndex}/${(data as Alerted).level}`;
const levelAfter = ({ data }: LoggedEvent): string => `${(data as Alerted).stepIndex}/${((data as Alerted).level ?? 0) + 1}`;
const attemptKey = ({ data }: LoggedEvent): string => `${(data as Alerted).stepIndex}/${(data as Alerted).attemptId}`;

const without = (open: OpenWork, kind: WaitKind, key?: string): OpenWork => {
  const gone = (wait: Wait) => wait.kind === kind && (key === undefined || wait.key === key);
  return open.some(gone) ? open.filter(wait => !gone(wait)) : open;
};

const put = (open: OpenWork, wait: Wait | null): OpenWork => {
  if (wait === null) return open;
  return [...without(open, wait.kind, wait.key), wait];
};

const timer = (kind: TimerKind, key: string, event: LoggedEvent, open: OpenWork, member: string): Wait | null => {
  const dueMs = dueAt(event, member);
  return dueMs === AT_ONCE ? null : begun(kind, key, event, open, dueMs);
};

/** The instant a member of the event's data names; {@link AT_ONCE} when it names none. */
const dueAt = (event: LoggedEvent, member: string): number => msOf((event.data as Record<string, unknown>)[member]);
const msOf = (text: unknown): number => {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? AT_ONCE : ms;
};

const begun = (kind: WaitKind, key: string, event: LoggedEvent, open: OpenWork, dueMs: number = AT_ONCE): Wait => ({
  kind,
  key,
  approvalId: open[0]?.approvalId ?? ownIdOf(event),
  tenant: shared(event.metadata.tenant),
  eventId: packUuid(event.id),
  revision: event.revision,
  type: shared(event.type),
  dueMs,
  slot: -1,
  rings: 0,
  inFlight: false,
});

/** The id from the event's data where it stands there: cut from the stream's name it would keep that whole name in memory. */
const ownIdOf = ({ stream, data }: LoggedEvent): string => {
  const cut = idOf(stream);
  const own = (data as { approvalId?: unknown }).approvalId;
  return own === cut ? (own as string) : cut;
};

/** One copy of each tenant and type name instead of one per event. */
const copies = new Map<string, string>();
const COPIES_MAX = 10_000;
export const shared = (text: string): string => {
  const copy = copies.get(text);
  if (copy !== undefined) return copy;
  if (copies.size >= COPIES_MAX) copies.clear();
  copies.set(text, text);
  return text;
};
