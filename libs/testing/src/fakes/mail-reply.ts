/** What a person's mail program and the mail server in front of us make of an answer. */
export type MailReplyOptions = {
  /** Address, or `Name <address>`. */
  from: string;
  /** What the person wrote above the quoted mail. */
  text: string;
  /** Name under which our mail server writes its verdict; without one it writes none. */
  authservId?: string;
  dmarc?: 'pass' | 'fail' | 'none' | 'temperror';
  /** Whole header lines on top of the others, as a sender or a mail server in between may add them. */
  headers?: readonly string[];
  messageId?: string;
  contentType?: string;
};

/** Headers may be folded; their names have no case. */
const headerOf = (raw: string, name: string): string =>
  new RegExp(`^${name}: *(.*(?:\\r?\\n[ \\t].*)*)`, 'im')
    .exec(raw.split(/\r?\n\r?\n/)[0] ?? '')?.[1]
    ?.replace(/\r?\n[ \t]+/g, ' ')
    .trim() ?? '';

/**
 * The answer to a mail as its reply address gets it: addressed to its Reply-To, threaded, the mail quoted below, and judged by DMARC as the mail
 * server does. @param raw the mail that is answered, as it came over the wire @returns the whole message, to be handed over
 */
export const mailReply = (raw: string, options: MailReplyOptions): string => {
  const { from, text, authservId, dmarc = 'pass', headers = [], contentType = 'text/plain; charset=utf-8' } = options;
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'unknown.test';
  const verdict =
    authservId === undefined ? [] : [`Authentication-Results: ${authservId};\r\n\tdmarc=${dmarc} (p=REJECT) header.from=${domain}`];
  const quoted = (raw.split(/\r?\n\r?\n/)[1] ?? '')
    .split(/\r?\n/)
    .map(line => `> ${line}`)
    .join('\r\n');
  return [
    ...headers,
    ...verdict,
    `From: ${from}`,
    `To: ${headerOf(raw, 'Reply-To') || headerOf(raw, 'From')}`,
    `Subject: Re: ${headerOf(raw, 'Subject')}`,
    `Message-ID: ${options.messageId ?? `<answer-${headerOf(raw, 'Message-ID').replace(/[<>]/g, '')}>`}`,
    `In-Reply-To: ${headerOf(raw, 'Message-ID')}`,
    `Content-Type: ${contentType}`,
    '',
    text,
    '',
    `On Sun, 22 Nov 2026 at 12:01, Holdpoint wrote:`,
    quoted,
    '',
  ].join('\r\n');
};
