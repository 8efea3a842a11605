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
};

/** Events of `notification-<approvalId>`. */
export const notificationEvents = {
  NotificationPlanned: z.strictObject({ approvalId, stepIndex: z.int(), level: z.int(), recipients: z.int(), at: instant }),
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
  NotificationDelivered: z.strictObject({ ...attempt, providerMessageId: z.string().nullable() }),
  NotificationSeen: z.strictObject({ approvalId, operatorId: z.string(), channel: alertChannel, at: instant }),
  NobodyReachable: z.strictObject({ approvalId, stepIndex: z.int(), level: z.int(), reason: z.string(), at: instant }),
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
