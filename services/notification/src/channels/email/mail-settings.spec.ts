import { describe, expect, it } from 'vitest';
import { addressOf, mailSettings } from './mail-settings.ts';

const from = 'Holdpoint <alerts@Example.com>';
const settings = (url: string | undefined) => mailSettings({ NOTIFICATION_SMTP_URL: url, NOTIFICATION_EMAIL_FROM: from });

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
    });
    expect(settings('smtps://mail.example.com')).toMatchObject({ port: 465, implicitTls: true, auth: null });
  });

  it('insist on TLS except on this machine', () => {
    expect(settings('smtp://mail.example.com')!.startTls).toBe('required');
    for (const host of ['127.0.0.1:1025', 'localhost:1025', '[::1]:1025']) expect(settings(`smtp://${host}`)!.startTls).toBe('off');
  });

  it('are absent without a URL, and a wrong one is named without being repeated', () => {
    expect(settings(undefined)).toBeNull();
    expect(() => settings('smtp://user:se%cret@')).toThrow(/^NOTIFICATION_SMTP_URL: (?!.*cret)/);
    expect(() => mailSettings({ NOTIFICATION_SMTP_URL: 'smtp://localhost', NOTIFICATION_EMAIL_FROM: 'nobody' })).toThrow(
      'NOTIFICATION_EMAIL_FROM',
    );
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
