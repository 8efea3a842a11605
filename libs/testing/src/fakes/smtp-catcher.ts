import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { arrivals, readBody } from './loopback-server.ts';

export type CaughtMail = {
  from: string;
  to: string[];
  /** The whole message as it came over the wire. */
  raw: string;
  atMs: number;
};

/** How the mail server treats the next message to one address: a reply code at a stage of the conversation, or silence after DATA. */
export type MailFailure = { at: 'rcpt' | 'data'; code: number; message: string } | { at: 'data'; hang: true };

export type SmtpCatcher = {
  port: number;
  /** `smtp://127.0.0.1:port` */
  url: string;
  messages: CaughtMail[];
  /** Scripted failures for one address, one per attempt; afterwards mail is taken. */
  script(address: string, ...failures: MailFailure[]): void;
  /** Commands of the conversation are real: this counts those that reached RCPT. */
  attempts(address: string): number;
  atLeast(count: number, timeoutMs?: number): Promise<CaughtMail[]>;
  close(): Promise<void>;
};

export type SmtpCatcherOptions = { port?: number; auth?: { user: string; password: string } };

const replyOf = (code: number, message: string): Error => Object.assign(new Error(message), { responseCode: code });

/** Starts a real SMTP server on loopback that keeps what it is sent and fails as scripted. It offers no TLS, as on loopback. */
export const startSmtpCatcher = async (options: SmtpCatcherOptions = {}): Promise<SmtpCatcher> => {
  const mail = arrivals<CaughtMail>('mails');
  const scripts = new Map<string, MailFailure[]>();
  const attempts = new Map<string, number>();
  const { auth } = options;

  const nextFailure = (address: string, at: MailFailure['at']): MailFailure | undefined => {
    const script = scripts.get(address);
    return script?.[0]?.at === at ? script.shift() : undefined;
  };
  const keep = async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const raw = (await readBody(stream)).toString('utf8');
    const { mailFrom, rcptTo } = session.envelope;
    mail.add({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), raw, atMs: performance.now() });
  };

  const server = new SMTPServer({
    authOptional: auth === undefined,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    disableReverseLookup: true,
    onAuth: (given, _session, done) =>
      given.username === auth?.user && given.password === auth?.password
        ? done(null, { user: given.username })
        : done(replyOf(535, 'Authentication failed')),
    onRcptTo: ({ address }, _session, done) => {
      attempts.set(address, (attempts.get(address) ?? 0) + 1);
      const failure = nextFailure(address, 'rcpt');
      if (failure !== undefined && 'code' in failure) done(replyOf(failure.code, failure.message));
      else done();
    },
    onData: (stream, session, done) => {
      const failure = session.envelope.rcptTo.map(({ address }) => nextFailure(address, 'data')).find(found => found !== undefined);
      if (failure === undefined) return void keep(stream, session).then(() => done(), done);
      stream.resume();
      if ('code' in failure) stream.once('end', () => done(replyOf(failure.code, failure.message)));
    },
  });
  server.on('error', () => {});
  await new Promise<void>((ready, failed) => {
    server.once('error', failed);
    server.listen(options.port ?? 0, '127.0.0.1', ready);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    messages: mail.entries,
    script: (address, ...failures) => {
      scripts.set(address, [...(scripts.get(address) ?? []), ...failures]);
    },
    attempts: address => attempts.get(address) ?? 0,
    atLeast: mail.atLeast,
    close: () => new Promise<void>(closed => server.close(() => closed())),
  };
};
