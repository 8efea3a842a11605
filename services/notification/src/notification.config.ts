import type { AlertChannel } from '@holdpoint/contracts';
import { addressRules } from '@holdpoint/egress';
import { ConfigError, readConfig, variable } from '@holdpoint/service-kit';
import { z } from 'zod';
import type { Channel } from './channels/channel.ts';
import { email } from './channels/email/email.ts';

const list = (text: string): string[] =>
  text
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '');
const isReadable = (cidrs: string[]): boolean => {
  try {
    addressRules(cidrs);
    return true;
  } catch {
    return false;
  }
};

export const notificationSchema = z.object({
  NOTIFICATION_PORT: variable.port(7072),
  NOTIFICATION_HOST: variable.host(),
  NOTIFICATION_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform(url => url.replace(/\/+$/, ''))
    .optional()
    .describe('Base URL under which providers call back and links in messages open; http://127.0.0.1 and the port unless set'),
  NOTIFICATION_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/.+/, 'must be smtp://user:password@host:port or smtps://…')
    .optional()
    .describe('Mail server of this installation, for organisations without their own; without it alerts by e-mail stay in the inbox'),
  NOTIFICATION_EMAIL_FROM: z
    .string()
    .min(3)
    .default('Holdpoint <holdpoint@localhost>')
    .describe('Sender of e-mail alerts, "Name <address>"'),
  NOTIFICATION_SMTP_TLS: z
    .enum(['required', 'opportunistic', 'off'])
    .optional()
    .describe('STARTTLS on smtp://: required by default, off by default for a server on this machine'),
  HOLDPOINT_EGRESS_ALLOW: z
    .string()
    .default('')
    .transform(list)
    .refine(isReadable, 'must be ranges such as 10.0.0.0/8 or ::1/128, separated by commas')
    .describe('CIDR ranges that may be called although they are not public, also over http'),
});
export type NotificationConfig = z.output<typeof notificationSchema> & {
  /** Channels of this installation, for organisations without their own. */
  installed: ReadonlyMap<AlertChannel, unknown>;
};

/** Reads the service's variables. @throws ConfigError naming each that is wrong */
export const readNotificationConfig = (env: NodeJS.ProcessEnv): NotificationConfig => {
  const config = readConfig(notificationSchema, env);
  const { NOTIFICATION_SMTP_URL: smtpUrl, NOTIFICATION_EMAIL_FROM: from, NOTIFICATION_SMTP_TLS: startTls } = config;
  if (smtpUrl === undefined) return { ...config, installed: new Map() };
  const mail = { smtpUrl, from, ...(startTls === undefined ? {} : { startTls }) };
  checkMail(mail);
  return { ...config, installed: new Map([['email', mail]]) };
};

/** Names of the variables behind the members of the mail channel's settings. */
const VARIABLES: Readonly<Record<string, string>> = {
  smtpUrl: 'NOTIFICATION_SMTP_URL',
  from: 'NOTIFICATION_EMAIL_FROM',
  startTls: 'NOTIFICATION_SMTP_TLS',
};

/** Opens the channel once to check settings that depend on each other; nothing connects before the first alert. */
const checkMail = (mail: object): void => {
  const channel = email as unknown as Channel<unknown>;
  try {
    const options = { http: { request: unused, fetch: unused }, hookUrl: '', nowMs: () => 0 };
    void channel.open(channel.config.parse(mail), options).close();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError([error.message.replace(/^\w+/, member => VARIABLES[member] ?? member)]);
  }
};
const unused = (): never => {
  throw new Error('nothing is called while settings are read');
};
