import { createHash } from 'node:crypto';
import type { addressParser, Email } from 'postal-mime';
import type { HttpAnswer, Inbound, InboundItem, InboundRequest, Verdict } from '../channel.ts';
import { firstLineOf } from '../reply-command.ts';
import { sameSecret } from '../same-secret.ts';
import { senderVerdict, type Header } from './authentication-results.ts';
import { addressOf, type ReplySettings } from './mail-settings.ts';
import { handleInAddress } from './reply-address.ts';

/** An answer is a few lines; what a parser has to look at stays small. Characters, bytes, levels. */
const TEXT_CHARS_MAX = 20_000;
const HEADERS_BYTES_MAX = 65_536;
const NESTING_MAX = 8;
/** Where mail servers write for whom a message was, besides To and Cc. */
const RECIPIENT_HEADERS = new Set(['delivered-to', 'x-original-to', 'envelope-to', 'x-forwarded-to']);

/**
 * Answers to our mails, handed over by the mail server of the reply domain: a POST of the whole message, with the shared secret. What an answer
 * says is read further on; here it is made sure whose it is, and that a person wrote it.
 */
export const mailInbound = (settings: ReplySettings): Inbound => ({
  verify: request => verifyHandOver(request, settings.secret),
  parse: async request => [await itemOf(request.rawBody, settings)],
  answersWithOutcome: false,
  answer: (): HttpAnswer => ({ status: 200 }),
});

/** The secret as a bearer token or, for mail servers that only know addresses with passwords in them, as the password of Basic. */
const verifyHandOver = ({ method, headers }: InboundRequest, secret: string): Verdict => {
  if (method !== 'POST') return { verdict: 'refused', reason: 'not a POST' };
  const [, scheme = '', credentials = ''] = /^(Bearer|Basic)\s+(\S+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const decoded = Buffer.from(credentials, 'base64').toString('utf8');
  const given = scheme.toLowerCase() === 'basic' ? decoded.slice(decoded.indexOf(':') + 1) : credentials;
  return sameSecret(given, secret) ? { verdict: 'accepted' } : { verdict: 'refused', reason: 'the secret is missing or wrong' };
};

const itemOf = async (raw: Buffer, settings: ReplySettings): Promise<InboundItem> => {
  const { default: PostalMime, addressParser } = await import('postal-mime');
  let mail: Email;
  try {
    mail = await PostalMime.parse(raw, {
      maxNestingDepth: NESTING_MAX,
      maxHeadersSize: HEADERS_BYTES_MAX,
      // A message that was attached is not what its sender says.
      forceRfc822Attachments: true,
    });
  } catch {
    return { kind: 'ignored', reason: 'it cannot be read as a message' };
  }
  const machine = fromAMachine(mail);
  if (machine !== null) return { kind: 'ignored', reason: machine };
  const handles = new Set(recipientsOf(mail).flatMap(address => handleInAddress(address, settings.domain) ?? []));
  const [handle, ...more] = handles;
  if (handle === undefined || more.length > 0) return { kind: 'ignored', reason: 'it is not to one reply address' };
  const from = senderOf(mail.headers, addressParser);
  if (from === null) return { kind: 'ignored', reason: 'it has no single sender' };
  const verdict = senderVerdict(mail.headers, settings.authservId, from.slice(from.lastIndexOf('@') + 1));
  return {
    kind: 'text',
    inboundId: mail.messageId ?? createHash('sha256').update(raw).digest('hex'),
    // Without a verdict nobody is proven to have written it: the answer says where to decide instead.
    identities: verdict.verdict === 'pass' ? [from] : [],
    text: await ownWords(mail),
    handle,
    reply: {
      to: from,
      messageId: mail.messageId ?? null,
      subject: mail.subject ?? null,
      refusal: verdict.verdict === 'pass' ? null : verdict.reason,
    },
  };
};

const valueOf = (headers: readonly Header[], name: string): string | null => headers.find(({ key }) => key === name)?.value.trim() ?? null;

/** Out-of-office notices, lists, bounces (RFC 3834 §2): an answer that nobody gave. @returns which, or null */
const fromAMachine = ({ headers, from, returnPath }: Email): string | null => {
  const said = (name: string): string => valueOf(headers, name)?.toLowerCase() ?? '';
  if (!['', 'no'].includes(said('auto-submitted').split(';')[0]!.trim())) return 'an automatic answer (Auto-Submitted)';
  if (/^(bulk|auto_reply|list|junk)\b/.test(said('precedence'))) return 'bulk mail (Precedence)';
  if (said('x-autoreply') !== '' || said('x-autorespond') !== '') return 'an automatic answer (X-Autoreply)';
  if (said('list-id') !== '') return 'mail of a list';
  if (said('content-type').startsWith('multipart/report')) return 'a report of a mail server';
  if (returnPath === '' || valueOf(headers, 'return-path') === '<>') return 'a bounce (null sender)';
  return /^(mailer-daemon|postmaster)(@|$)/i.test(from?.address ?? '') ? 'mail of a mail server' : null;
};

const recipientsOf = ({ headers, to = [], cc = [] }: Email): string[] => [
  ...[...to, ...cc].flatMap(one => (one.group === undefined ? [one.address] : one.group.map(({ address }) => address))),
  ...headers.filter(({ key }) => RECIPIENT_HEADERS.has(key)).flatMap(({ value }) => addressOf(value) ?? []),
];

/** The one address of the one From header: a second one is how mail programs are made to show another sender than the one that was checked. */
const senderOf = (headers: readonly Header[], parse: typeof addressParser): string | null => {
  const [from, ...more] = headers.filter(({ key }) => key === 'from').flatMap(({ value }) => parse(value));
  return from?.address === undefined || more.length > 0 ? null : addressOf(from.address);
};

/** The first line that the sender wrote, without what was quoted. */
const ownWords = async ({ text, html }: Email): Promise<string> => {
  const { default: EmailReplyParser } = await import('email-reply-parser');
  const whole = (text ?? textOf(html ?? '')).slice(0, TEXT_CHARS_MAX);
  return firstLineOf(new EmailReplyParser().parseReply(whole));
};

/** Enough of a text for its first line, from mails that have no text part. */
const textOf = (html: string): string =>
  html
    .slice(0, TEXT_CHARS_MAX)
    .replace(/<(style|script|head|blockquote)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<(br|\/p|\/div|\/tr|\/h\d|\/li)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;|&#160;/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&quot;/gi, '"')
    .replace(/&#39;|&apos;/gi, "'")
    .replace(/&amp;/gi, '&');
