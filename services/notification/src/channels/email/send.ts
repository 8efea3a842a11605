import type { InboundItem, Message, OpenChannel, Outcome, Reply, SendOptions, SendResult, To } from '../channel.ts';
import { classifyMailError, type MailError } from './classify.ts';
import type { MailSettings } from './mail-settings.ts';
import { renderMail } from './render.ts';
import { replyAddressOf } from './reply-address.ts';

/** Connections to the mail server, and messages over one of them before it is replaced. */
const CONNECTIONS_MAX = 3;
const MESSAGES_PER_CONNECTION_MAX = 100;
/** Waits for connection, greeting and each reply, milliseconds: an alert is urgent, and the schedule tries again. */
const CONNECT_MS_MAX = 5_000;
const REPLY_MS_MAX = 10_000;

type Nodemailer = typeof import('nodemailer');
type Transport = ReturnType<Nodemailer['createTransport']>;

/** Opens the pool on first use: importing nodemailer is slow, and many installations send no mail. Its own retries are off. */
export const openSender = (settings: MailSettings): Pick<OpenChannel, 'send' | 'acknowledge' | 'healthCheck' | 'close'> => {
  let pool: Promise<Transport> | undefined;
  const transport = (): Promise<Transport> =>
    (pool ??= import('nodemailer').then(nodemailer => nodemailer.createTransport(poolOptions(settings))));

  return {
    send: async (to: To, message: Message, { attemptId, signal }: SendOptions): Promise<SendResult> => {
      try {
        const sent = await (
          await transport()
        ).sendMail({ ...mailOf(settings, to, message, attemptId), ...(signal === undefined ? {} : { signal }) });
        const refusal = sent.rejectedErrors?.[0];
        if (refusal !== undefined) return { outcome: 'failed', ...classifyMailError(refusal as MailError) };
        return { outcome: 'accepted', providerMessageId: sent.messageId };
      } catch (error) {
        // The error itself goes nowhere: it may quote the message and the server's URL.
        return { outcome: 'failed', ...classifyMailError(error as MailError) };
      }
    },
    acknowledge: async (item, result) => {
      const answer = answerTo(settings, item, result);
      if (answer === null) return;
      try {
        await (await transport()).sendMail(answer);
      } catch {
        // Of no consequence, and the error may quote the message: what was decided is in the console.
      }
    },
    healthCheck: async () => {
      try {
        await (await transport()).verify();
        return null;
      } catch (error) {
        return classifyMailError(error as MailError).safeMessage;
      }
    },
    close: async () => (await pool)?.close(),
  };
};

const mailOf = ({ from, domain, replies }: MailSettings, { address }: To, message: Message, attemptId: string) => {
  const replyTo = replies === null ? null : replyAddressOf(message, replies.domain);
  const threadId = `<${message.approvalId}@${domain}>`;
  return {
    from,
    to: address,
    ...(replyTo === null ? {} : { replyTo }),
    ...renderMail(message, replyTo !== null),
    messageId: `<${attemptId}@${domain}>`,
    ...(message.approvalId === null ? {} : { references: threadId, inReplyTo: threadId }),
    headers: fromAMachine('auto-generated'),
  };
};

/** What came of an answer, to whoever gave it, in the same thread. */
const answerTo = ({ from }: MailSettings, { reply }: Extract<InboundItem, { reply: Reply }>, { text, message }: Outcome) => {
  const { to, messageId, subject, refusal } = reply;
  if (typeof to !== 'string') return null;
  const thread = typeof messageId === 'string' ? { inReplyTo: messageId, references: messageId } : {};
  return {
    from,
    to,
    subject: subject === null || subject === undefined ? '[Holdpoint] Your answer' : /^re:/i.test(subject) ? subject : `Re: ${subject}`,
    text: [
      `Holdpoint: ${text}`,
      // Why nobody is proven to have written it: without that, the words above would puzzle its real author.
      ...(typeof refusal === 'string' ? ['', `Your answer could not be taken as yours: ${refusal}.`] : []),
      ...(message === undefined ? [] : ['', `${message.link.label}: ${message.link.url}`]),
      '',
    ].join('\n'),
    ...thread,
    headers: fromAMachine('auto-replied'),
  };
};

/** RFC 3834: keeps out-of-office machines from answering, and ourselves from taking it for a person's answer. */
const fromAMachine = (how: 'auto-generated' | 'auto-replied') => ({ 'Auto-Submitted': how, 'X-Auto-Response-Suppress': 'All' });

const poolOptions = (settings: MailSettings) => ({
  pool: true as const,
  host: settings.host,
  port: settings.port,
  secure: settings.implicitTls,
  requireTLS: settings.startTls === 'required',
  ignoreTLS: settings.startTls === 'off',
  ...(settings.auth === null ? {} : { auth: settings.auth }),
  maxConnections: CONNECTIONS_MAX,
  maxMessages: MESSAGES_PER_CONNECTION_MAX,
  maxRequeues: 0,
  connectionTimeout: CONNECT_MS_MAX,
  greetingTimeout: CONNECT_MS_MAX,
  socketTimeout: REPLY_MS_MAX,
  disableFileAccess: true,
  disableUrlAccess: true,
});
