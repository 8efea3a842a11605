import { z } from 'zod';
import { alertChannel, type AlertChannel } from './delivery-events.ts';
import { instant, jsonObject, RISK_LEVELS, riskLevel, sha256Hex, type DecisionChannel, type RiskLevel } from './ids.ts';
import { LIMITS } from './limits.ts';

/** How urgent an alert is to a person: what a level of escalation marks as important, and everything else. */
export const importance = z.enum(['default', 'important']);
export type Importance = z.infer<typeof importance>;

/** One of a person's rules: for alerts of this importance, this address, so long after the alert was due. */
export const notificationRule = z.strictObject({
  importance,
  addressId: z.string().max(64),
  afterSec: z.int().min(0).max(86_400).default(0),
});
export type NotificationRule = z.infer<typeof notificationRule>;

/** Up to which risk a channel may approve; `none` leaves everything but rejecting to the console. */
export const decisionCeiling = z.enum(['none', ...riskLevel.options]);
export type DecisionCeiling = z.infer<typeof decisionCeiling>;

/**
 * Up to which risk each channel may approve where the organisation says nothing: by how strongly the channel proves who pressed. A number can be
 * taken over and a From line written by anybody; a linked account signed by its provider says more. The inbox is the console itself.
 */
export const DEFAULT_CEILINGS: Readonly<Record<AlertChannel, DecisionCeiling>> = {
  inbox: 'critical',
  email: 'low',
  sms: 'low',
  voice: 'low',
  messenger: 'low',
  instagram: 'low',
  push: 'low',
  telegram: 'medium',
  whatsapp: 'medium',
  slack: 'high',
  teams: 'high',
};

/** What an organisation allows its channels. What is absent has its default. */
export const channelPolicy = z.strictObject({
  /** Up to which risk may be approved from a channel. Rejecting is possible at any risk. */
  ceilings: z.partialRecord(alertChannel, decisionCeiling).default({}),
  /** Paid units (segments, calls, conversations) a channel may use from midnight to midnight UTC. */
  unitsPerDayMax: z.partialRecord(alertChannel, z.int().min(0).max(1_000_000)).default({}),
  /** Alerts one person gets on one channel in a minute before the rest comes as one digest. */
  alertsPerMinuteMax: z.int().min(1).max(600).default(6),
  /** How long a new address may be told but not approve, seconds; absent: a day for what a SIM swap takes over, else nothing. */
  coolDownSec: z.int().min(0).max(2_592_000).optional(),
  /** JSON Pointers into the action's arguments whose values never leave for a channel. */
  redactPaths: z
    .array(
      z
        .string()
        .max(256)
        .regex(/^(\/|$)/, 'must be a JSON Pointer'),
    )
    .max(50)
    .default([]),
});
export type ChannelPolicy = z.infer<typeof channelPolicy>;

/** Up to which risk may be approved from where. The console and its API, where people prove who they are, have no ceiling. */
export const ceilingOf = ({ ceilings }: Pick<ChannelPolicy, 'ceilings'>, channel: DecisionChannel): DecisionCeiling =>
  channel === 'console' || channel === 'api' ? 'critical' : (ceilings[channel] ?? DEFAULT_CEILINGS[channel]);

/** Whether a risk is too high for a ceiling. */
export const isAbove = (risk: RiskLevel, ceiling: DecisionCeiling): boolean =>
  ceiling === 'none' || RISK_LEVELS.indexOf(risk) > RISK_LEVELS.indexOf(ceiling);

/** BCP 47, as much of it as templates are written for. */
export const language = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'must be a language such as en or de-AT');

export const TEMPLATE_KINDS = ['request', 'escalation', 'assigned', 'answered', 'digest', 'decided'] as const;
export const templateKind = z.enum(TEMPLATE_KINDS);
export type TemplateKind = z.infer<typeof templateKind>;
/** Words of a message; `{name}` is replaced by a variable. The agent's words, buttons and the link are added by the channel. */
export const messageTemplate = z.strictObject({
  title: z.string().min(1).max(160),
  lines: z.array(z.string().min(1).max(400)).min(1).max(8),
});
export type MessageTemplate = z.infer<typeof messageTemplate>;

/** Settings of channels and addresses; streams `organization-` and `operator-`. */
export const channelSettingsEvents = {
  /** Credentials of a provider; the newest for a channel counts. `hookId` stands in the address that the provider calls back. */
  ChannelConnected: z.strictObject({
    channel: alertChannel,
    hookId: z.string().regex(/^[a-z2-7]{26}$/),
    by: z.string(),
    at: instant,
    private: z.strictObject({ config: jsonObject }),
  }),
  ChannelDisconnected: z.strictObject({ channel: alertChannel, by: z.string(), at: instant }),
  /** The provider refuses the settings, with its own code or ours; said once until it takes a message again or the channel is set up anew. */
  ChannelFaulted: z.strictObject({ channel: alertChannel, code: z.string().max(128), at: instant }),
  ChannelRecovered: z.strictObject({ channel: alertChannel, at: instant }),
  ChannelPolicySet: z.strictObject({ policy: channelPolicy, by: z.string(), at: instant }),
  TemplatePublished: z.strictObject({
    channel: alertChannel,
    language,
    kind: templateKind,
    version: z.int().min(1),
    /** Null goes back to the built-in words. */
    document: messageTemplate.nullable(),
    by: z.string(),
    at: instant,
  }),

  /** A person wants to be reached there and has to prove that it is theirs: by a code sent to it, a link opened from it, or a session. */
  EnrolmentStarted: z.strictObject({
    operatorId: z.string(),
    addressId: z.string(),
    channel: alertChannel,
    expiresAt: instant,
    at: instant,
    private: z.strictObject({ address: z.string().max(2_048).nullable() }),
  }),
  /** A wrong code: after a few, the enrolment is over. */
  EnrolmentFailed: z.strictObject({ operatorId: z.string(), addressId: z.string(), at: instant }),
  /** Words with a wrong code came from a person's number. */
  ReplyCodeRefused: z.strictObject({ operatorId: z.string(), channel: alertChannel, at: instant }),
  /** Too many of them: nothing is decided from that channel until then. */
  ReplyCodesLocked: z.strictObject({ operatorId: z.string(), channel: alertChannel, until: instant, at: instant }),
  NotificationRulesSet: z.strictObject({ operatorId: z.string(), rules: z.array(notificationRule).min(1).max(40).nullable(), at: instant }),
  ProfileSet: z.strictObject({ operatorId: z.string(), language, timeZone: z.string().max(64), at: instant }),
} as const;

/** What may be pressed or answered in a message: the verb, and the hash of the handle or code that stands for it. */
export const messageHandle = z.strictObject({ verb: z.enum(['approve', 'reject', 'claim']), hash: sha256Hex });
export type MessageHandle = z.infer<typeof messageHandle>;

/** Why a press or a reply was not taken; what the decider refuses has the decider's own code. */
export const REPLY_REFUSALS = [
  'unknown_handle',
  'not_yours',
  'not_linked',
  'stale_content',
  'expired',
  'already_used',
  'too_early',
  'locked',
  'ambiguous',
  'not_allowed_here',
] as const;
export const replyNoteCharsMax = LIMITS.noteCharsMax;
