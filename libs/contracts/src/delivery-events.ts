import { z } from 'zod';
import { approvalId, instant, noticeId, settingId } from './ids.ts';

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
    private: z.strictObject({ address: z.string().nullable() }),
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
    reason: z.enum(['quietHours']),
    nextAttemptAt: instant,
    private: z.strictObject({ address: z.string().nullable() }),
  }),
  NotificationDelivered: z.strictObject({ ...attempt, providerMessageId: z.string().nullable() }),
  NotificationSeen: z.strictObject({ approvalId, operatorId: z.string(), channel: alertChannel, at: instant }),
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
    outcome: z.enum(['failed', 'unknown', 'waiting']),
    detail: z.string(),
    nextAttemptAt: instant.nullable(),
  }),
  RunResumed: z.strictObject({
    approvalId,
    attempt: z.int().min(1),
    at: instant,
    durationMs: z.number(),
    how: z.enum(['submitted', 'reconciled']),
    runStatus: z.string(),
  }),
  ResumeImpossible: z.strictObject({
    approvalId,
    attempt: z.int().min(1),
    at: instant,
    reason: z.string(),
    runStatus: z.string().nullable(),
  }),
} as const;
