import { z } from 'zod';
import { approvalId, instant, noticeId, settingId, sha256Hex } from './ids.ts';

const CHANNELS = ['inbox', 'email', 'sms', 'telegram', 'whatsapp', 'messenger', 'instagram', 'slack', 'teams', 'push', 'voice'] as const;
export const alertChannel = z.enum(CHANNELS);
export type AlertChannel = z.infer<typeof alertChannel>;

/** What people are told about: an approval; an organisation, where it is its gate. */
const about = z.union([approvalId, settingId]);

const attempt = {
  approvalId: about,
  /** Derived from approval, step, level, operator, channel and address: one alert, however often it is rung. */
  attemptId: z.string(),
  stepIndex: z.int(),
  level: z.int(),
  operatorId: z.string(),
  channel: alertChannel,
  at: instant,
  cause: z.string().optional(),
};

/**
 * Events of `notification-<approvalId>`. `cause` is the event that asked for the alert, where step and level do not tell it from another:
 * somebody put on a step by name, an answer, an alarm.
 */
export const notificationEvents = {
  /** Whom an event asks for, where nothing was sent: `recipients` 0 says that there is nobody to alert, and that this is as it should be. */
  NotificationPlanned: z.strictObject({
    approvalId: about,
    stepIndex: z.int(),
    level: z.int(),
    recipients: z.int(),
    at: instant,
    cause: z.string().optional(),
  }),
  NotificationSent: z.strictObject({
    ...attempt,
    providerMessageId: z.string().nullable(),
    /** Revision of the approval that was shown: what is pressed later decides about nothing newer. */
    shownRevision: z.int().min(0).optional(),
    /** It can be changed later, and is when there is nothing left to decide. */
    editable: z.literal(true).optional(),
    /** What may be pressed or answered there. The handle itself is never recorded. */
    handles: z
      .array(z.strictObject({ verb: z.enum(['approve', 'reject', 'claim']), hash: sha256Hex }))
      .max(6)
      .optional(),
    /** Paid units it took. */
    units: z.int().min(0).optional(),
    /** The digest it was told in, where it had no message of its own. */
    digestId: z.string().optional(),
    /** `ref` names the message to the provider, where it can be changed later. */
    private: z.strictObject({ address: z.string().nullable(), ref: z.string().max(1_024).optional() }),
  }),
  NotificationFailed: z.strictObject({
    ...attempt,
    errorClass: z.string(),
    code: z.string(),
    permanent: z.boolean(),
    nextAttemptAt: instant.nullable(),
    private: z.strictObject({ address: z.string().nullable() }),
  }),
  /** Kept back while the person is not to be disturbed; sent at `nextAttemptAt` if the request still waits then. */
  NotificationHeld: z.strictObject({
    ...attempt,
    reason: z.enum(['quietHours', 'rule', 'digest']),
    nextAttemptAt: instant,
    private: z.strictObject({ address: z.string().nullable() }),
  }),
  NotificationDelivered: z.strictObject({ ...attempt, providerMessageId: z.string().nullable() }),
  NotificationSeen: z.strictObject({
    approvalId,
    operatorId: z.string(),
    channel: alertChannel,
    at: instant,
    attemptId: z.string().optional(),
  }),
  /** A copy of the message after the end: it says who decided, and offers nothing to press. `gone`: it is not there any more. */
  NotificationUpdated: z.strictObject({
    ...attempt,
    outcome: z.enum(['updated', 'gone', 'failed']),
    code: z.string().nullable(),
    nextAttemptAt: instant.nullable(),
  }),
  /** A person said something from a channel, and it was taken. */
  ChannelReplyAccepted: z.strictObject({
    approvalId,
    attemptId: z.string(),
    operatorId: z.string(),
    channel: alertChannel,
    verb: z.string(),
    /** The provider's own id of what came in. */
    inboundId: z.string(),
    at: instant,
  }),
  /** It was not taken: by whom, as far as that is known, and why. */
  ChannelReplyRefused: z.strictObject({
    approvalId,
    attemptId: z.string().nullable(),
    operatorId: z.string().nullable(),
    channel: alertChannel,
    verb: z.string().nullable(),
    reason: z.string(),
    inboundId: z.string(),
    at: instant,
  }),
  /** No alert reached anybody who may decide: admins and owners are told on every address they have. */
  NobodyReachable: z.strictObject({
    approvalId,
    stepIndex: z.int(),
    level: z.int(),
    reason: z.string(),
    at: instant,
    cause: z.string().optional(),
  }),
} as const;

/** Stream `digest-<digestId>`: one message in place of many, to one person on one channel. Appended before it is sent, by whoever sends it. */
export const digestEvents = {
  DigestPlanned: z.strictObject({
    digestId: z.string(),
    operatorId: z.string(),
    channel: alertChannel,
    requests: z.int().min(1),
    at: instant,
  }),
  DigestSent: z.strictObject({
    digestId: z.string(),
    providerMessageId: z.string().nullable(),
    units: z.int().min(0).optional(),
    at: instant,
  }),
  DigestFailed: z.strictObject({ digestId: z.string(), errorClass: z.string(), code: z.string(), at: instant }),
  /** Stream `spend-…`, one for each organisation, channel and day: paid units a process may use from now on. */
  UnitsReserved: z.strictObject({ channel: alertChannel, day: z.iso.date(), units: z.int().min(1), at: instant }),
} as const;

/** An approval, or a notice: what an endpoint is told beside decisions. */
const told = z.union([approvalId, noticeId]);

/** What an endpoint is told beside decisions, under the names Svix gave such messages; `endpoint.test` is what a person sends to try an endpoint. */
export const NOTICE_TYPES = ['endpoint.disabled', 'message.attempt.exhausted', 'message.attempt.recovered', 'endpoint.test'] as const;
export const notice = z.strictObject({
  type: z.enum(NOTICE_TYPES),
  /** The endpoint that is told. */
  endpointId: z.string(),
  /** What happened: ids and classes of failure only, nothing that anybody wrote. */
  about: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type Notice = z.infer<typeof notice>;

/** Where an attempt went: the stored endpoint, null for an address that came with the request, and the host. Absent in the oldest events. */
const receiver = { endpointId: z.string().nullable().optional(), host: z.string().optional() };

const callbackAttempt = {
  approvalId: told,
  /** The same for one decision for ever (Standard Webhooks `webhook-id`). */
  webhookId: z.string(),
  attempt: z.int().min(1),
  at: instant,
  durationMs: z.number(),
};

/** Events of `callback-<approvalId>`, and of `callback-<noticeId>`, which begins with the notice. */
export const callbackEvents = {
  /**
   * `replay`: somebody asked for it once more, the schedule begins anew. `deferred`: no attempt was made, or one is under way that takes its
   * time; the schedule stays where it is. `notice`: the stream is the notice's own.
   */
  CallbackScheduled: z.strictObject({
    approvalId: told,
    webhookId: z.string(),
    nextAttemptAt: instant,
    reason: z.enum(['replay', 'deferred', 'notice']),
    at: instant,
    notice: notice.optional(),
  }),
  CallbackAttemptFailed: z.strictObject({
    ...callbackAttempt,
    ...receiver,
    status: z.int().nullable(),
    errorClass: z.string(),
    resolvedAddress: z.string().nullable(),
    nextAttemptAt: instant.nullable(),
    private: z.strictObject({ responseExcerpt: z.string().nullable() }),
  }),
  CallbackDelivered: z.strictObject({
    ...callbackAttempt,
    ...receiver,
    status: z.int(),
    resolvedAddress: z.string().nullable(),
  }),
  CallbackExhausted: z.strictObject({
    approvalId: told,
    webhookId: z.string(),
    attempts: z.int(),
    at: instant,
    lastErrorClass: z.string(),
    endpointId: z.string().nullable().optional(),
  }),
  ResumeAttempted: z.strictObject({
    approvalId,
    attempt: z.int().min(1),
    at: instant,
    durationMs: z.number(),
    /** `sending`: about to be sent, and not to be sent twice; what came of it is recorded next, or nobody knows. */
    outcome: z.enum(['failed', 'unknown', 'waiting', 'sending']),
    detail: z.string(),
    nextAttemptAt: instant.nullable(),
  }),
  RunResumed: z.strictObject({
    approvalId,
    attempt: z.int().min(1),
    at: instant,
    durationMs: z.number(),
    /** `newRunOnThread`: the run itself was over, and a new one on its thread began with the answer. */
    how: z.enum(['submitted', 'reconciled', 'newRunOnThread']),
    runStatus: z.string(),
    /** The new run. */
    newRunId: z.string().optional(),
  }),
  ResumeImpossible: z.strictObject({
    approvalId,
    attempt: z.int().min(1),
    at: instant,
    reason: z.string(),
    runStatus: z.string().nullable(),
  }),
} as const;
