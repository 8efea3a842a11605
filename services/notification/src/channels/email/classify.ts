import type { Failure } from '../channel.ts';

/** The members of a nodemailer error that say what happened. The rest of it may quote the message or the credentials. */
export type MailError = { code?: string; responseCode?: number; response?: string; command?: string; message?: string };

/** Greylisting servers want a pause; five minutes is what most of them ask for, milliseconds. */
const GREYLIST_MS = 300_000;

/**
 * What a failed send means, by SMTP reply and by nodemailer's code (measured with 10.6.0).
 * @returns a failure whose text holds codes only
 */
export const classifyMailError = (error: MailError): Failure => {
  const { code = 'unknown', responseCode } = error;
  const named = responseCode === undefined ? code : `${code}/${responseCode}`;
  const failure = (name: Failure['class'], safeMessage: string, retryAfterMs?: number): Failure => ({
    class: name,
    code: named,
    safeMessage: `${safeMessage} (${named})`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  switch (code) {
    case 'EENVELOPE':
      return ofRecipient(error, failure);
    case 'EMESSAGE':
      return (responseCode ?? 0) >= 500
        ? failure('content_rejected', 'The mail server refused the message')
        : failure('retryable', 'The mail server is not taking mail now');
    case 'EAUTH':
    case 'ENOAUTH':
    case 'NoAuth':
      return failure('config', 'The mail server refused our credentials; check smtpUrl');
    case 'ETLS':
      return failure('config', 'The mail server offers no TLS; check startTls');
    case 'ETIMEDOUT':
      // Before the greeting nothing was sent; later the server may have taken the message and lost its answer.
      return /connection timeout|greeting/i.test(error.message ?? '')
        ? failure('retryable', 'The mail server does not answer')
        : failure('unknown_outcome', 'The mail server fell silent');
    case 'EABORT':
      return failure('unknown_outcome', 'The send was given up');
    default:
      return failure('retryable', 'The mail server could not be reached');
  }
};

type Fail = (name: Failure['class'], safeMessage: string, retryAfterMs?: number) => Failure;

/** Replies to RCPT: the enhanced status code (RFC 3463) tells a mailbox that is gone (5.1.x) from a policy. */
const ofRecipient = ({ responseCode = 0, response = '' }: MailError, failure: Fail): Failure => {
  if (responseCode < 500)
    return failure('retryable', 'The mail server puts this recipient off', responseCode === 451 ? GREYLIST_MS : undefined);
  const enhanced = /\b5\.(\d{1,3})\.\d{1,3}\b/.exec(response)?.[1];
  const gone = enhanced === undefined ? [550, 551, 553].includes(responseCode) : enhanced === '1';
  return gone
    ? failure('recipient_gone', 'The recipient does not exist')
    : failure('content_rejected', 'The mail server refused this recipient');
};
