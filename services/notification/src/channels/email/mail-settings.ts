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
};

export type MailVariables = {
  NOTIFICATION_SMTP_URL?: string | undefined;
  NOTIFICATION_EMAIL_FROM: string;
  NOTIFICATION_SMTP_TLS?: 'required' | 'opportunistic' | 'off' | undefined;
};

/** Submission port with STARTTLS, and with implicit TLS (RFC 6409, RFC 8314). */
const SUBMISSION_PORT = 587;
const SUBMISSIONS_PORT = 465;

/**
 * Reads the mail server's URL.
 * @returns null when there is none
 * @throws RangeError naming the variable; the URL itself is never repeated, it holds a password
 */
export const mailSettings = (variables: MailVariables): MailSettings | null => {
  const { NOTIFICATION_SMTP_URL: text, NOTIFICATION_EMAIL_FROM: from, NOTIFICATION_SMTP_TLS: tls } = variables;
  if (text === undefined) return null;
  if (!URL.canParse(text))
    throw new RangeError('NOTIFICATION_SMTP_URL: must be smtp://user:password@host:port with user and password percent-encoded');
  const url = new URL(text);
  const address = addressOf(from);
  if (address === null) throw new RangeError('NOTIFICATION_EMAIL_FROM: must be an address or "Name <address>"');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const implicitTls = url.protocol === 'smtps:';
  return {
    host,
    port: url.port === '' ? (implicitTls ? SUBMISSIONS_PORT : SUBMISSION_PORT) : Number(url.port),
    implicitTls,
    startTls: tls ?? (isThisMachine(host) ? 'off' : 'required'),
    auth: url.username === '' ? null : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    from,
    domain: address.slice(address.lastIndexOf('@') + 1),
  };
};

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** The bare address of `Name <address>` or `address`, host in lower case; null when it is not one. */
export const addressOf = (text: string): string | null => {
  const bare = (/^[^<>]*<([^<>]+)>$/.exec(text.trim())?.[1] ?? text).trim();
  const parts = /^([^\s@<>,;:"()[\]\\]{1,64})@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/i.exec(bare);
  return parts === null ? null : `${parts[1]}@${parts[2]?.toLowerCase()}`;
};
