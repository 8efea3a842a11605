import { openEgress } from '@holdpoint/egress';
import { mailReply, startSmtpCatcher, type SmtpCatcher } from '@holdpoint/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aMessage, handleFor } from '../a-message.fixture.ts';
import type { InboundItem } from '../channel.ts';
import { openProviderHttp } from '../provider-http.ts';
import { classifyMailError } from './classify.ts';
import { email } from './email.ts';
import { mailSettings } from './mail-settings.ts';
import { openSender } from './send.ts';

describe('a mail error', () => {
  it.each([
    [{ code: 'EENVELOPE', responseCode: 550, response: '550 5.1.1 no such user' }, 'recipient_gone'],
    [{ code: 'EENVELOPE', responseCode: 550, response: '550 no such user' }, 'recipient_gone'],
    [{ code: 'EENVELOPE', responseCode: 550, response: '550 5.7.1 blocked by policy' }, 'content_rejected'],
    [{ code: 'EENVELOPE', responseCode: 451, response: '451 4.7.1 greylisted' }, 'retryable'],
    [{ code: 'EENVELOPE', responseCode: 452, response: '452 4.2.2 full' }, 'retryable'],
    [{ code: 'EMESSAGE', responseCode: 554, response: '554 spam' }, 'content_rejected'],
    [{ code: 'EMESSAGE', responseCode: 552, response: '552 too big' }, 'content_rejected'],
    [{ code: 'EMESSAGE', responseCode: 421, response: '421 closing' }, 'retryable'],
    [{ code: 'ETIMEDOUT', command: 'CONN', message: 'Timeout' }, 'unknown_outcome'],
    [{ code: 'ETIMEDOUT', command: 'CONN', message: 'Connection timeout' }, 'retryable'],
    [{ code: 'ETIMEDOUT', command: 'CONN', message: 'Greeting never received' }, 'retryable'],
    [{ code: 'EAUTH', responseCode: 535, response: '535 bad' }, 'config'],
    [{ code: 'ETLS', responseCode: 500 }, 'config'],
    [{ code: 'EDNS' }, 'retryable'],
    [{ code: 'ESOCKET' }, 'retryable'],
    [{ code: 'EABORT' }, 'unknown_outcome'],
    [{}, 'retryable'],
  ])('%j is %s', (error, expected) => {
    const failure = classifyMailError(error);
    expect(failure.class).toBe(expected);
    if ('response' in error) expect(failure.safeMessage).not.toContain(error.response);
  });

  it('after greylisting is not worth another try for five minutes', () => {
    expect(classifyMailError({ code: 'EENVELOPE', responseCode: 451 }).retryAfterMs).toBe(300_000);
  });
});

describe('a real conversation with a mail server', () => {
  let catcher: SmtpCatcher;
  beforeAll(async () => {
    catcher = await startSmtpCatcher({ auth: { user: 'u', password: 'p' } });
  });
  afterAll(() => catcher.close());

  const sendWith = async (url: string, to: string, tls?: 'required') => {
    const sender = openSender(
      mailSettings({ smtpUrl: url, from: 'Holdpoint <h@example.test>', ...(tls === undefined ? {} : { startTls: tls }) }),
    );
    const result = await sender.send({ address: to, route: null }, aMessage(), { attemptId: 'ntf_1', correlation: null });
    const health = await sender.healthCheck();
    await sender.close();
    return { result, health };
  };
  const url = (credentials = 'u:p') => `smtp://${credentials}@127.0.0.1:${catcher.port}`;

  it('ends with the server’s acceptance and our own Message-ID', async () => {
    const { result, health } = await sendWith(url(), 'ada@example.test');
    expect(result).toEqual({ outcome: 'accepted', providerMessageId: '<ntf_1@example.test>' });
    expect(health).toBeNull();
  });

  it.each([
    ['gone@example.test', { at: 'rcpt', code: 550, message: '5.1.1 unknown' }, 'recipient_gone'],
    ['later@example.test', { at: 'rcpt', code: 451, message: '4.7.1 greylisted' }, 'retryable'],
    ['spam@example.test', { at: 'data', code: 554, message: '5.7.1 spam' }, 'content_rejected'],
  ] as const)('to %s ends as scripted', async (to, failure, expected) => {
    catcher.script(to, failure);
    expect((await sendWith(url(), to)).result).toMatchObject({ outcome: 'failed', class: expected });
  });

  it('under a wrong password, or without the TLS we insist on, is a matter of settings', async () => {
    const wrong = await sendWith(url('u:wrong-secret'), 'ada@example.test');
    expect(wrong.result).toMatchObject({ outcome: 'failed', class: 'config', code: 'EAUTH/535' });
    expect(wrong.health).toContain('smtpUrl');
    expect(JSON.stringify(wrong)).not.toContain('wrong-secret');
    expect((await sendWith(url(), 'ada@example.test', 'required')).result).toMatchObject({ outcome: 'failed', class: 'config' });
  });

  it('that nobody answers is tried again', async () => {
    expect((await sendWith('smtp://127.0.0.1:1', 'ada@example.test')).result).toMatchObject({ outcome: 'failed', class: 'retryable' });
  });
});

describe('an answer to a mail', () => {
  const SECRET = 'a-secret-of-the-mail-server';
  let catcher: SmtpCatcher;
  beforeAll(async () => {
    catcher = await startSmtpCatcher();
  });
  afterAll(() => catcher.close());

  const opened = () =>
    email.open(
      email.config.parse({
        smtpUrl: catcher.url,
        from: 'Holdpoint <h@example.test>',
        replyDomain: 'reply.example.test',
        inboundSecret: SECRET,
        authservId: 'mx.example.test',
      }),
      { http: openProviderHttp(openEgress()), hookUrl: 'https://approvals.example.test/channels/email/x', nowMs: () => 0 },
    );

  it('goes from the mail that was sent to an item of its sender, and is answered in its thread', async () => {
    const channel = opened();
    await channel.send({ address: 'ada@example.test', route: null }, aMessage(), { attemptId: 'ntf_7', correlation: null });
    const [sent] = await catcher.atLeast(1);
    expect(sent!.raw).toMatch(new RegExp(`^Reply-To:\\s+r\\+${handleFor('reject').slice(3)}@reply\\.example\\.test`, 'm'));
    const answer = mailReply(sent!.raw, { from: 'Ada <ada@example.test>', text: 'Reject: wrong customer', authservId: 'mx.example.test' });
    const request = { method: 'POST', url: '', headers: { authorization: `Bearer ${SECRET}` }, rawBody: Buffer.from(answer) };
    expect(await channel.inbound!.verify(request, 0)).toEqual({ verdict: 'accepted' });
    const [item] = (await channel.inbound!.parse(request)) as [Extract<InboundItem, { kind: 'text' }>];
    expect(item).toMatchObject({
      kind: 'text',
      identities: ['ada@example.test'],
      handle: handleFor('reject'),
      text: 'Reject: wrong customer',
    });
    expect(channel.inbound!.answer([item], [])).toEqual({ status: 200 });

    await channel.acknowledge!(item, { outcome: 'done', text: 'Rejected.', message: aMessage({ kind: 'decided', actions: [] }) });
    const [, told] = await catcher.atLeast(2);
    expect(told!.to).toEqual(['ada@example.test']);
    expect(told!.raw).toContain('In-Reply-To: <answer-ntf_7@example.test>');
    expect(told!.raw).toContain('Auto-Submitted: auto-replied');
    expect(told!.raw).toContain('Holdpoint: Rejected.');
    expect(told!.raw).not.toMatch(/^Reply-To/m);
    await channel.close();
  });

  it('is not asked for where nothing can be decided', async () => {
    const channel = opened();
    const before = catcher.messages.length;
    await channel.send({ address: 'ada@example.test', route: null }, aMessage({ actions: [] }), { attemptId: 'ntf_8', correlation: null });
    const sent = (await catcher.atLeast(before + 1)).at(-1)!;
    expect(sent.raw).not.toMatch(/^Reply-To/m);
    expect(sent.raw).toContain('Replies to this message are not read.');
    await channel.close();
  });

  it('whose thanks cannot be sent leaves no trace of it', async () => {
    const channel = opened();
    catcher.script('ada@example.test', { at: 'data', code: 554, message: 'spam' });
    const reply = { to: 'ada@example.test', messageId: null, subject: null };
    const item = { kind: 'text', inboundId: '1', identities: [], text: '', reply } as const;
    await expect(channel.acknowledge!(item, { outcome: 'refused', text: 'No.' })).resolves.toBeUndefined();
    await channel.close();
  });
});
