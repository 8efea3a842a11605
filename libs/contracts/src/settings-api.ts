import { z } from 'zod';
import { channelPolicy, language, messageTemplate, notificationRule, templateKind } from './channel-settings.ts';
import { alertChannel } from './delivery-events.ts';
import { gatePolicy } from './gate-policy.ts';
import { instant, jsonObject, settingId } from './ids.ts';
import { LIMITS } from './limits.ts';
import { quietHours, schedule, scheduleOverride, timeZone, workingHours } from './on-call.ts';
import { escalationPolicy } from './route.ts';
import { amountBand, callbackHost, grantPattern, killSwitchScope, organizationProfile } from './settings-events.ts';

/** Bodies and queries of the operators' settings API. Who makes the request is never in them. */

/** Text of a policy document, characters: 200 rules and 500 cases fit several times. */
const POLICY_TEXT_CHARS_MAX = 262_144;

/** `POST /api/teams`, `POST /api/teams/{id}/members`. */
export const newTeam = z.strictObject({ id: settingId, name: z.string().min(1).max(128) });
export const teamMember = z.strictObject({ operatorId: z.string().max(64) });

/** `PUT /api/schedules/{id}`: `document.id` may be left out; without `overrides` those there are stay. */
export const newScheduleVersion = z.strictObject({
  document: schedule
    .omit({ id: true, overrides: true })
    .extend({ id: settingId.optional(), overrides: schedule.shape.overrides.unwrap().optional() }),
  /** Version that was looked at; another one in the meantime is a conflict. 0: there is none yet. */
  expectedVersion: z.int().min(0).optional(),
});
/** `POST /api/schedules/{id}/overrides`. */
export const newOverride = scheduleOverride.omit({ id: true }).extend({ id: settingId.optional() });
/** `GET /api/schedules/{id}/on-call`. */
export const onCallQuery = z.strictObject({ at: instant.optional() });

/** `GET /api/schedules/{id}/ahead`. */
export const onCallAheadQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(31).default(14) });

/** `POST /api/escalations`. */
export const newEscalationVersion = z.strictObject({ document: escalationPolicy });

/** `PUT /api/organization/profile`: replaces all of it. */
export const organizationProfileBody = z.strictObject({ profile: organizationProfile });
/** `PUT /api/organization/logo`: PNG, JPEG or WebP, base64; null takes it away. What it is, its first bytes say. */
export const organizationLogoBody = z.strictObject({ image: z.base64().min(1).max(87_384).nullable() });
/** `PUT /api/agents/{id}/callback-hosts`, `POST /api/api-keys/{id}/rotate`; the overlap is a month at most. */
export const callbackHostsBody = z.strictObject({ hosts: z.array(callbackHost).max(50) });
export const rotateApiKeyBody = z.strictObject({ overlapSec: z.int().min(0).max(2_592_000).default(86_400) });

/** `GET /api/organization/history`. */
export const settingsHistoryQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(100) });
/** `PUT /api/organization/{working-hours,solo-mode,activation-rule}`. */
export const workingHoursBody = z.strictObject({ workingHours: workingHours.nullable() });
export const soloModeBody = z.strictObject({ on: z.boolean() });
export const activationRuleBody = z.strictObject({ secondPerson: z.boolean() });
/** `POST /api/organization/kill-switch`, `POST /api/organization/kill-switch/release`. Without `scope`: the whole organisation. */
export const engageKillSwitch = z.strictObject({
  scope: killSwitchScope.default({ kind: 'organization' }),
  reason: z.string().min(1).max(400),
});
export const releaseKillSwitch = z.strictObject({ scope: killSwitchScope.default({ kind: 'organization' }) });

/** `POST /api/members/{id}/absences`, `PUT /api/members/{id}/quiet-hours`. */
export const newAbsence = z.strictObject({ from: instant, to: instant, delegateId: z.string().max(64).nullable().default(null) });
export const quietHoursBody = z.strictObject({ quietHours: quietHours.nullable() });

/** `POST /api/grants`. */
export const newGrant = z.strictObject({
  pattern: grantPattern,
  usesMax: z.int().min(1).max(1_000),
  /** In all, in units of `currency`; null or absent for actions without an amount. */
  amountMax: z.number().positive().nullable().default(null),
  currency: z.string().max(16).nullable().default(null),
  expiresAt: instant,
  reason: z.string().min(1).max(LIMITS.noteCharsMax),
});

/** A policy as YAML or JSON text, or as a document: one of the two. */
const policySource = { text: z.string().min(1).max(POLICY_TEXT_CHARS_MAX).optional(), document: gatePolicy.optional() };
const oneSource = (body: { text?: unknown; document?: unknown }): boolean => (body.text === undefined) !== (body.document === undefined);
const ONE_SOURCE = { message: 'give either `text` (YAML or JSON) or `document`' };
/** `POST /api/policies`: publishes the next version; `activate` makes it the one that decides, or proposes it where a second person must agree. */
export const publishPolicyBody = z.strictObject({ ...policySource, activate: z.boolean().default(true) }).refine(oneSource, ONE_SOURCE);
/** `POST /api/policies/check`. */
export const checkPolicyBody = z.strictObject({ text: z.string().min(1).max(POLICY_TEXT_CHARS_MAX) });
/** `POST /api/policy-drafts`: a new draft, or another text of one there is. */
export const newDraft = z.strictObject({ ...policySource, draftId: z.string().max(64).optional() }).refine(oneSource, ONE_SOURCE);
/** `POST /api/policy-drafts/{id}/publish`. */
export const publishDraftBody = z.strictObject({ activate: z.boolean().default(false) });
/** `PUT /api/policies/{id}/versions/{version}/shadow`. */
export const shadowBody = z.strictObject({ on: z.boolean() });
/** `GET /api/policies/{id}/diff`. Without `to`: the newest version. */
export const diffQuery = z.strictObject({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1).optional() });

/** `GET /api/reviews`. */
export const afterReviewsQuery = z.strictObject({
  state: z.enum(['open', 'done', 'all']).default('open'),
  kind: z.enum(['sample', 'breakGlass']).optional(),
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50),
});
/** `POST /api/bands/release`. */
export const releaseBand = z.strictObject({ agentId: z.string(), tool: z.string().max(LIMITS.toolNameCharsMax), band: amountBand });

/** `GET /api/calibration`: what people and rules decided lately. */
export const calibrationQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(365).default(90),
  agent: z.string().max(128).optional(),
  tool: z.string().max(LIMITS.toolNameCharsMax).optional(),
});
/** `POST /api/calibration/propose`: a draft with one narrow rule for a band people always approve. */
export const proposeRuleBody = z.strictObject({
  agentId: z.string(),
  tool: z.string().max(LIMITS.toolNameCharsMax),
  band: amountBand,
  currency: z.string().max(16).nullable().default(null),
  days: z.int().min(1).max(365).default(90),
});

/** `PUT /api/channels/{channel}`: settings of the channel's own form; secrets that are left out stay what they are. */
export const channelConfigBody = z.strictObject({
  config: jsonObject,
  /** Save it although the provider could not be asked or says no. */
  untested: z.boolean().default(false),
});
/** `PUT /api/organization/channel-policy`: replaces all of it. */
export const channelPolicyBody = z.strictObject({ policy: channelPolicy });
/** `PUT /api/templates/{channel}/{language}/{kind}`: null goes back to the built-in words. */
export const templateBody = z.strictObject({ document: messageTemplate.nullable() });
/** `POST /api/templates/preview`. */
export const templatePreviewBody = z.strictObject({ channel: alertChannel, kind: templateKind, document: messageTemplate.nullable() });

/** `POST /api/addresses`: where I want to be told. */
export const newAddress = z.strictObject({
  channel: alertChannel,
  /** Absent where only the proof tells it (Telegram, Slack, Teams, Messenger, Instagram). */
  address: z.string().min(1).max(2_048).optional(),
  /** Keys of a push subscription, as the browser gives them; `key`: the public key it subscribed with, where it is not the present one. */
  keys: z
    .strictObject({ p256dh: z.string().min(1).max(256), auth: z.string().min(1).max(128), key: z.string().max(128).optional() })
    .optional(),
  /** What a person calls the browser a push subscription is of. */
  name: z.string().trim().min(1).max(64).optional(),
});
/** `POST /api/addresses/{id}/verify`. */
export const verifyAddressBody = z.strictObject({ code: z.string().min(1).max(32) });
/** `PUT /api/members/{id}/notification-rules`: null tells every verified address at once. */
export const notificationRulesBody = z.strictObject({ rules: z.array(notificationRule).min(1).max(40).nullable() });
/** `PUT /api/members/{id}/profile`. */
export const profileBody = z.strictObject({ language, timeZone });
