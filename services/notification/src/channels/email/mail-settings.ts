import { z } from 'zod';

/** What an organisation enters to send mail, and to read replies. */
export const mailConfig = z.strictObject({
  smtpUrl: z
    .string()
    .regex(/^smtps?:\/\/.+/, 'must be smtp://user:password@host:port or smtps://…')
    .describe('Mail server, smtp://user:password@host:port or smtps://…; user and password percent-encoded')
    .meta({ secret: true }),
  from: z.string().min(3).max(320).describe('Sender of alerts, "Name <address>"'),
  startTls: z
    .enum(['required', 'opportunistic', 'off'])
    .optional()
    .describe('STARTTLS on smtp://: required by default, off by default for a server on this machine'),
  replyDomain: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i, 'must be a domain such as reply.example.com')
    .optional()
    .describe('Domain whose mail is handed to the hook address; without it nothing is decided by reply'),
  inboundSecret: z
    .string()
    .min(24)
    .max(256)
    .optional()
    .describe('Secret with which your mail server hands mail over, as "Authorization: Bearer <secret>" or the password of Basic')
    .meta({ secret: true }),
  authservId: z
    .string()
    .regex(/^[\w.-]{1,255}$/, 'must be the first word of the Authentication-Results header of your mail server')
    .optional()
    .describe('Name under which your mail server writes Authentication-Results; only its verdict on a sender counts'),
});
export type MailConfig = z.infer<typeof mailConfig>;

/** Where mail goes out and under which name. */
export type MailSettings = {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`). */
  implicitTls: boolean;
  startTls: 'required' | 'opportunistic' | 'off';
  auth: { user: string; pass: string } | null;
  from: string;
  /** Right side of our Message-IDs. */
  domain: string;
  /** How replies come in; null where they are not read. */
  replies: ReplySettings | null;
};

export type ReplySettings = { domain: string; secret: string; authservId: string };

/** Submission port with STARTTLS, and with implicit TLS (RFC 6409, RFC 8314). */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

/**
 * Reads the configuration.
 * @throws RangeError naming the member; the URL itself is never repeated, it holds a password
 */
export const mailSettings = (config: MailConfig): MailSettings => {
  const { smtpUrl, from, startTls } = config;
  const refusal = 'smtpUrl: must be smtp://user:password@host:port with user and password percent-encoded';
  if (!URL.canParse(smtpUrl)) throw new RangeError(refusal);
  const url = new URL(smtpUrl);
  const address = addressOf(from);
  if (address === null) throw new RangeError('from: must be an address or "Name <address>"');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const implicitTls = url.protocol === 'smtps:';
  return {
    host,
    port: url.port === '' ? (implicitTls ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port),
    implicitTls,
    startTls: startTls ?? (isThisMachine(host) ? 'off' : 'required'),
    auth: url.username === '' ? null : { user: decoded(url.username, refusal), pass: decoded(url.password, refusal) },
    from,
    domain: address.slice(address.lastIndexOf('@') + 1),
    replies: replySettings(config),
  };
};

/** All three or none: a reply whose sender nobody has checked must never be taken for one that was. */
const replySettings = ({ replyDomain, inboundSecret, authservId }: MailConfig): ReplySettings | null => {
  if (replyDomain === undefined && inboundSecret === undefined && authservId === undefined) return null;
  if (replyDomain === undefined) throw new RangeError('replyDomain: is missing; replies need it beside inboundSecret and authservId');
  if (inboundSecret === undefined) throw new RangeError('inboundSecret: is missing; without it anybody could hand in replies');
  if (authservId === undefined) throw new RangeError("authservId: is missing; without it nobody vouches for a reply's sender");
  return { domain: replyDomain.toLowerCase(), secret: inboundSecret, authservId: authservId.toLowerCase() };
};

const decoded = (text: string, refusal: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError(refusal);
  }
};

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** The bare address of `Name <address>` or `address`, host in lower case; null when it is not one. */
export const addressOf = (text: string): string | null => {
  const bare = (/^[^<>]*<([^<>]+)>$/.exec(text.trim())?.[1] ?? text).trim();
  const parts = /^([^\s@<>,;:"()[\]\\]{1,64})@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/i.exec(bare);
  return parts === null ? null : `${parts[1]}@${parts[2]?.toLowerCase()}`;
};
