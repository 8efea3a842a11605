import { z } from 'zod';

const guid = z.guid();
const url = z.url({ protocol: /^https?$/ });

/** One way: a flow of Power Automate posts what it is sent into a channel or chat. */
export const workflowConfig = z.strictObject({
  mode: z.literal('workflow').describe('A flow posts cards into a channel; nothing can be decided from there'),
  url: url.max(2_048).describe('Address of the flow, from "When a Teams webhook request is received"').meta({ secret: true }),
});
export type WorkflowConfig = z.infer<typeof workflowConfig>;

/** Both ways: a bot that writes to people and hears what they press. */
export const botConfig = z.strictObject({
  mode: z.literal('bot').describe('A bot writes to people, who decide in the card'),
  appId: guid.describe('Microsoft App ID of the bot'),
  appSecret: z.string().min(8).max(256).describe('Client secret of the bot').meta({ secret: true }),
  tenantId: guid.describe('Tenant (directory) whose people use it; nobody else is heard'),
  authority: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,128}$/, 'must be a tenant id or domain')
    .optional()
    .describe('Where the bot signs in: its tenant by default; botframework.com for an old multi-tenant registration'),
  loginUrl: url.default('https://login.microsoftonline.com').describe('Sign-in service; another one for national clouds'),
  openIdUrl: url
    .default('https://login.botframework.com/v1/.well-known/openidconfiguration')
    .describe('Where the keys are announced that sign what Teams sends; another one for national clouds'),
  serviceHosts: z
    .array(z.string().regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be host or host:port'))
    .max(20)
    .default([])
    .describe('Hosts the bot may answer to besides those of Teams, "host" or "host:port"; also over http'),
});
export type BotConfig = z.infer<typeof botConfig>;

export const teamsConfig = z.discriminatedUnion('mode', [workflowConfig, botConfig]);
export type TeamsConfig = z.infer<typeof teamsConfig>;
