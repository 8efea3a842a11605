import { describe, expect, it } from 'vitest';
import { addressOf, mailConfig, mailSettings } from './mail-settings.ts';

const from = 'Holdpoint <alerts@Example.com>';
const settings = (smtpUrl: string) => mailSettings({ smtpUrl, from });

describe('mail settings', () => {
  it('are read from one URL', () => {
    expect(settings('smtp://us%40er:p%3Ass@mail.example.com')).toEqual({
      host: 'mail.example.com',
      port: 587,
      implicitTls: false,
      startTls: 'required',
      auth: { user: 'us@er', pass: 'p:ss' },
      from,
      domain: 'example.com',
      replies: null,
    });
    expect(settings('smtps://mail.example.com')).toMatchObject({ port: 465, implicitTls: true, auth: null });
  });

  it('insist on TLS except on this machine', () => {
    expect(settings('smtp://mail.example.com').startTls).toBe('required');
    for (const host of ['127.0.0.1:1025', 'localhost:1025', '[::1]:1025']) expect(settings(`smtp://${host}`).startTls).toBe('off');
  });

  it.each(['smtp://user:se%cret@', 'smtp://user:se%cret@mail.example.com'])('that are wrong are named without being repeated: %s', url => {
    expect(() => settings(url)).toThrow(/^smtpUrl: (?!.*cret)/);
  });

  it('name the sender when it is none', () => {
    expect(() => mailSettings({ smtpUrl: 'smtp://localhost', from: 'nobody' })).toThrow(/^from: /);
  });

  it('read replies with all of domain, secret and authserv-id, or not at all', () => {
    const whole = { replyDomain: 'Reply.example.com', inboundSecret: 's'.repeat(24), authservId: 'MX.example.com' };
    const withReplies = (some: Partial<typeof whole>) => mailSettings({ smtpUrl: 'smtp://localhost', from, ...some }).replies;
    expect(withReplies(whole)).toEqual({ domain: 'reply.example.com', secret: 's'.repeat(24), authservId: 'mx.example.com' });
    for (const missing of ['replyDomain', 'inboundSecret', 'authservId'] as const) {
      const { [missing]: _, ...rest } = whole;
      expect(() => withReplies(rest)).toThrow(new RegExp(`^${missing}: `));
    }
  });

  it('say which members are secrets', () => {
    const secrets = Object.entries(mailConfig.shape).filter(([, schema]) => schema.meta()?.['secret'] === true);
    expect(secrets.map(([name]) => name)).toEqual(['smtpUrl', 'inboundSecret']);
  });
});

describe('an address', () => {
  it.each([
    ['ada@example.test', 'ada@example.test'],
    [' Ada <Ada@EXAMPLE.test> ', 'Ada@example.test'],
    ['a@b', 'a@b'],
    ['ada', null],
    ['a@b@c', null],
    ['a@b.test, c@d.test', null],
    ['a@b.test\r\nBcc: c@d.test', null],
    ['', null],
  ])('%j is %j', (text, address) => {
    expect(addressOf(text)).toBe(address);
  });
});
