import { z } from 'zod';
import { approvalId, instant } from './ids.ts';

const CHANNELS = ['inbox', 'email', 'sms', 'telegram', 'whatsapp', 'messenger', 'instagram', 'slack', 'teams', 'push', 'voice'] as const;
export const alertChannel = z.enum(CHANNELS);
export type AlertChannel = z.infer<typeof alertChannel>;

const attempt = {
  approvalId,
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
    approvalId,
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

const callbackAttempt = {
  approvalId,
  /** The same for one decision for ever (Standard Webhooks `webhook-id`). */
  webhookId: z.string(),
  attempt: z.int().min(1),
  at: instant,
  durationMs: z.number(),
};

/** Events of `callback-<approvalId>`. */
export const callbackEvents = {
  CallbackScheduled: z.strictObject({
    approvalId,
    webhookId: z.string(),
    nextAttemptAt: instant,
    reason: z.enum(['replay', 'deferred']),
    at: instant,
  }),
  CallbackAttemptFailed: z.strictObject({
    ...callbackAttempt,
    status: z.int().nullable(),
    errorClass: z.string(),
    resolvedAddress: z.string().nullable(),
    nextAttemptAt: instant.nullable(),
    private: z.strictObject({ responseExcerpt: z.string().nullable() }),
  }),
  CallbackDelivered: z.strictObject({ ...callbackAttempt, status: z.int(), resolvedAddress: z.string().nullable() }),
  CallbackExhausted: z.strictObject({ approvalId, webhookId: z.string(), attempts: z.int(), at: instant, lastErrorClass: z.string() }),
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
