import { DEFAULT_CEILINGS } from '@holdpoint/contracts';
import { z } from 'zod';
import { defineChannel } from '../channel.ts';
import { openSlack } from './open.ts';
import { renderSlack, TEXT_CHARS_MAX } from './render.ts';

/** One app, installed in one workspace. */
export const slackConfig = z.strictObject({
  botToken: z
    .string()
    .regex(/^xoxb-[A-Za-z0-9-]{10,250}$/, 'must be the bot user OAuth token, xoxb-…')
    .describe('Bot user OAuth token of the app, from "OAuth & Permissions"')
    .meta({ secret: true }),
  signingSecret: z
    .string()
    .regex(/^[A-Za-z0-9]{16,128}$/, 'must be the signing secret, 32 hexadecimal characters')
    .describe('Signing secret of the app, from "Basic Information"')
    .meta({ secret: true }),
  appId: z
    .string()
    .regex(/^A[A-Z0-9]{4,20}$/, 'must be the app id, A…')
    .describe('Id of the app, from "Basic Information": people are led to its direct message by it'),
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://slack.com/api/')
    .describe('Where the Web API is; another one only for GovSlack (https://slack-gov.com/api/)'),
});
export type SlackConfig = z.infer<typeof slackConfig>;

/** Direct messages of an app: buttons that decide, a modal for the reason of a rejection, messages that change once it is decided. */
export const slack = defineChannel<SlackConfig>({
  id: 'slack',
  displayName: 'Slack',
  capabilities: {
    interactive: 'forms',
    actionsMax: 3,
    canEdit: true,
    receipts: 'accepted',
    identityStrength: 'strong',
    defaultCeiling: DEFAULT_CEILINGS.slack,
    contentLevel: 'summary',
    lockScreenVisible: true,
    textCharsMax: TEXT_CHARS_MAX,
    needsOpenWindow: false,
    paid: false,
    enrolment: 'link',
  },
  config: slackConfig,
  normaliseAddress: address => {
    const [, team, user] = ADDRESS.exec(address.trim().toUpperCase()) ?? [];
    return team === undefined ? null : `${team}/${user}`;
  },
  render: renderSlack,
  open: openSlack,
});

/** Workspace (or Enterprise organisation) and member: a member id alone says nothing about whose workspace it is of. */
const ADDRESS = /^([TE][A-Z0-9]{2,20})\/([UW][A-Z0-9]{2,20})$/;
