import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSmtpCatcher, type SmtpCatcher } from './smtp-catcher.ts';

let catcher: SmtpCatcher;
beforeAll(async () => {
  catcher = await startSmtpCatcher();
});
afterAll(() => catcher.close());

const send = (to: string) =>
  createTransport({ host: '127.0.0.1', port: catcher.port, ignoreTLS: true, socketTimeout: 300 }).sendMail({
    from: 'a@example.test',
    to,
    subject: 'Hello',
    text: 'one\r\ntwo',
  });

describe('the mail server', () => {
  it('keeps what it is sent', async () => {
    await send('b@example.test');
    const [mail] = await catcher.atLeast(1);
    expect(mail).toMatchObject({ from: 'a@example.test', to: ['b@example.test'] });
    expect(mail!.raw).toContain('Subject: Hello');
  });

  it('fails as scripted, once per entry, for one address', async () => {
    catcher.script(
      'c@example.test',
      { at: 'rcpt', code: 550, message: '5.1.1 unknown' },
      { at: 'data', code: 421, message: 'later' },
      { at: 'data', hang: true },
    );
    await expect(send('c@example.test')).rejects.toMatchObject({ code: 'EENVELOPE', responseCode: 550 });
    await expect(send('c@example.test')).rejects.toMatchObject({ code: 'EMESSAGE', responseCode: 421 });
    await expect(send('c@example.test')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await send('c@example.test');
    expect(catcher.attempts('c@example.test')).toBe(4);
    expect(catcher.messages.filter(({ to }) => to[0] === 'c@example.test')).toHaveLength(1);
  });
});
