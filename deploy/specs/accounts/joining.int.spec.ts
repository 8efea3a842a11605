import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notification } from '@holdpoint/notification';
import type { RunningService } from '@holdpoint/service-kit';
import { newestLink, startSmtpCatcher, type SmtpCatcher } from '@holdpoint/testing';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';
import { aBrowser } from './a-browser.ts';

const PASSWORD = 'seven quiet herons';
let world: RunningConsole;
let catcher: SmtpCatcher;
let notifying: RunningService;

const invite = (email: string, more: object = {}) =>
  world.json<{ id: string; link: string; mailed: boolean }>('POST', '/api/invitations', {
    email,
    name: 'Nadia',
    roles: ['senior'],
    ...more,
  });
const tokenIn = (link: string): string => link.split('#')[1] ?? '';
const accept = (token: string, more: object = {}) => ({ token, password: PASSWORD, ...more });
const linkMailedTo = async (email: string, page: string): Promise<string> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const link = newestLink(catcher.messages, email, page);
    if (link !== null) return link;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`nothing about ${page} was mailed to ${email}`);
};
const subjectTo = async (address: string): Promise<string | undefined> => {
  const mail = catcher.messages.findLast(({ to }) => to.includes(address));
  return mail === undefined ? undefined : (await PostalMime.parse(mail.raw)).subject;
};
const eventsOf = async (email: string): Promise<string[]> => {
  const member = world.parts.directory.list('operators', world.credentials.organizationId).find(operator => operator.email === email);
  return (await world.parts.eventLog.load(`operator-${member?.operatorId}`)).events.map(({ type }) => type);
};

beforeAll(async () => {
  catcher = await startSmtpCatcher();
  world = await startConsole();
  const env = { NOTIFICATION_PORT: '0', NOTIFICATION_SMTP_URL: catcher.url, NOTIFICATION_EMAIL_FROM: 'Holdpoint <h@example.test>' };
  notifying = await notification.start(notification.readConfig(env), world.parts);
});
afterAll(async () => {
  await notifying.close();
  await world.close();
  await catcher.close();
});

describe('an invitation', () => {
  it('is mailed and shown, made of the configured address only, and lets its person join with roles and teams', async () => {
    await world.json('POST', '/api/teams', { id: 'finance', name: 'Finance' });
    const made = await world.call(
      'POST',
      '/api/invitations',
      { email: 'nadia@example.test', name: 'Nadia', roles: ['senior'], teams: ['finance'] },
      {
        authorization: `Bearer ${world.credentials.personalAccessToken}`,
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      },
    );
    const { link, mailed } = (await made.json()) as { link: string; mailed: boolean };
    const sent = await linkMailedTo('nadia@example.test', 'invitation');
    expect([link, sent].map(one => one.replace(/#.*/, ''))).toEqual([
      'http://127.0.0.1:7071/invitation',
      'http://127.0.0.1:7071/invitation',
    ]);
    expect([mailed, tokenIn(sent) === tokenIn(link)]).toEqual([true, false]);

    const browser = aBrowser(world);
    expect(await browser.json('POST', '/api/invitations/look', { token: tokenIn(sent) })).toMatchObject({
      email: 'nadia@example.test',
      roles: ['senior'],
      organization: 'My organisation',
      invitedBy: 'Owner',
    });
    await browser.json('POST', '/api/invitations/accept', accept(tokenIn(sent), { name: 'Nadia S.' }));
    expect(await browser.json('GET', '/api/me')).toMatchObject({ email: 'nadia@example.test', name: 'Nadia S.', roles: ['senior'] });
    const { items } = await browser.json<{ items: { id: string; members: string[] }[] }>('GET', '/api/teams');
    expect(items.find(({ id }) => id === 'finance')?.members).toHaveLength(1);
    expect(await eventsOf('nadia@example.test')).toEqual([
      'MemberInvited',
      'MemberJoined',
      'RoleGranted',
      'ChannelAddressAdded',
      'ChannelAddressVerified',
      'SignedIn',
    ]);
  });

  it('works once, by either link; the secret stands nowhere', async () => {
    const { link } = await invite('once@example.test');
    const tokens = [tokenIn(link), tokenIn(await linkMailedTo('once@example.test', 'invitation'))];
    const outcomes = await Promise.all(tokens.map(token => aBrowser(world).call('POST', '/api/invitations/accept', accept(token))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 410]);
    for (const token of tokens) expect(await aBrowser(world).refused('POST', '/api/invitations/look', { token })).toBe('link_over');
    const { events } = await world.parts.eventLog.load(
      `operator-${world.parts.directory.list('operators', world.credentials.organizationId).at(-1)?.operatorId}`,
    );
    const stored = JSON.stringify(events) + (await readFile(join(world.dataDir, 'accounts.sqlite'))).toString('latin1');
    for (const secret of [...tokens, PASSWORD]) expect(stored).not.toContain(secret);
  });

  it('that was handed over otherwise proves no address: a mail asks for that', async () => {
    const { link } = await invite('handed@example.test');
    const browser = aBrowser(world);
    await browser.json('POST', '/api/invitations/accept', accept(tokenIn(link)));
    expect(await browser.json('GET', '/api/security')).toMatchObject({ emailVerified: false, password: true });
    expect(await eventsOf('handed@example.test')).toContain('EnrolmentStarted');
    expect(catcher.messages.some(({ to, raw }) => to.includes('handed@example.test') && raw.includes('Confirm'))).toBe(true);
  });

  it('replaced or withdrawn is over, and a weak password does not use it up', async () => {
    const first = await invite('again@example.test');
    const second = await invite('again@example.test');
    const browser = aBrowser(world);
    expect(await browser.refused('POST', '/api/invitations/accept', accept(tokenIn(first.link)))).toBe('link_over');
    for (const password of ['too short', 'aaaaaaaaaaaaaa', '123456789012345', 'Password1234!', 'again@example.test'])
      expect(await browser.refused('POST', '/api/invitations/accept', { token: tokenIn(second.link), password }), password).toBe(
        'weak_password',
      );
    expect(await world.json('GET', '/api/invitations')).toMatchObject({ items: [{ id: second.id, email: 'again@example.test' }] });
    expect((await world.call('DELETE', `/api/invitations/${second.id}`)).status).toBe(204);
    expect(await browser.refused('POST', '/api/invitations/accept', accept(tokenIn(second.link)))).toBe('link_over');
  });

  it('is mailed in the language of whoever invites, and a new password in that of its member', async () => {
    await world.json('PUT', '/api/members/me/profile', { language: 'fr', timeZone: 'Europe/Paris' });
    await invite('reads@example.test');
    await world.json('PUT', '/api/members/me/profile', { language: 'en', timeZone: 'UTC' });
    expect(await subjectTo('reads@example.test')).toBe('[Holdpoint] Invitation à rejoindre My organisation');
    const browser = aBrowser(world);
    const mailed = await linkMailedTo('reads@example.test', 'invitation');
    await browser.json('POST', '/api/invitations/accept', accept(tokenIn(mailed)));
    await browser.json('PUT', '/api/members/me/profile', { language: 'nl', timeZone: 'Europe/Brussels' });
    await browser.call('POST', '/api/password-reset', { email: 'reads@example.test' });
    await linkMailedTo('reads@example.test', 'password-reset');
    expect(await subjectTo('reads@example.test')).toBe('[Holdpoint] Een nieuw wachtwoord voor My organisation');
  });

  it('gives no role its maker may not give', async () => {
    const { link } = await invite('admin@example.test', { roles: ['admin'] });
    const admin = aBrowser(world);
    await admin.json('POST', '/api/invitations/accept', accept(tokenIn(link)));
    const body = { email: 'boss@example.test', name: 'Boss', roles: ['owner'] };
    expect(await admin.refused('POST', '/api/invitations', body)).toBe('role_required');
    expect(await admin.refused('POST', '/api/invitations', { ...body, roles: ['admin'], teams: ['nowhere'] })).toBe('unknown_team');
    expect(await admin.refused('POST', '/api/invitations', { ...body, roles: ['admin'], email: 'nadia@example.test' })).toBe(
      'member_exists',
    );
  });
});

describe('a forgotten password', () => {
  it('is replaced by a mailed link, once; every session ends', async () => {
    const before = aBrowser(world);
    await before.json('POST', '/api/sign-in', { email: 'nadia@example.test', password: PASSWORD });
    expect((await before.call('POST', '/api/password-reset', { email: 'Nadia@example.test' }, { host: 'evil.example' })).status).not.toBe(
      500,
    );
    const link = await linkMailedTo('nadia@example.test', 'password-reset');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:7071\/password-reset#/);
    const browser = aBrowser(world);
    const body = { token: tokenIn(link), password: 'nine slow barges' };
    expect(await browser.refused('POST', '/api/password-reset/confirm', { ...body, password: 'short' })).toBe('weak_password');
    expect((await browser.call('POST', '/api/password-reset/confirm', body)).status).toBe(204);
    expect(await browser.refused('POST', '/api/password-reset/confirm', body)).toBe('link_over');
    expect(await before.refused('GET', '/api/me')).toBe('not_signed_in');
    expect(await browser.refused('GET', '/api/me')).toBe('not_signed_in');
    await browser.json('POST', '/api/sign-in', { email: 'nadia@example.test', password: body.password });
  });

  it('says nothing about who has an account, and mails nobody else', async () => {
    const sent = catcher.messages.length;
    const answers = await Promise.all(
      ['stranger@example.test', 'handed@example.test'].map(async email => {
        const reply = await world.call('POST', '/api/password-reset', { email }, {});
        return [reply.status, await reply.text()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    await new Promise(resolve => setTimeout(resolve, 300));
    // An address that was never proved gets no link to an account.
    expect(catcher.messages.slice(sent).filter(({ raw }) => raw.includes('password-reset#'))).toEqual([]);
  });

  it('is asked for three times in a quarter of an hour, known or not', async () => {
    for (let asked = 0; asked < 3; asked += 1)
      expect((await world.call('POST', '/api/password-reset', { email: 'nobody@example.test' }, {})).status).toBe(202);
    expect((await world.call('POST', '/api/password-reset', { email: 'nobody@example.test' }, {})).status).toBe(429);
  });

  it('may be replaced by a link of an administrator, which is an event', async () => {
    const member = world.parts.directory
      .list('operators', world.credentials.organizationId)
      .find(({ email }) => email === 'handed@example.test');
    const { link } = await world.json<{ link: string }>('POST', `/api/members/${member?.operatorId}/password-reset`, {});
    expect(
      (await aBrowser(world).call('POST', '/api/password-reset/confirm', { token: tokenIn(link), password: 'nine slow barges' })).status,
    ).toBe(204);
    expect(await eventsOf('handed@example.test')).toEqual(expect.arrayContaining(['PasswordResetIssued', 'PasswordChanged']));
  });
});

describe('another address to sign in with', () => {
  const eventsAt = async (operatorId: string) => (await world.parts.eventLog.load(`operator-${operatorId}`)).events;
  const joined = async (email: string) => {
    const { link } = await invite(email);
    const sent = await linkMailedTo(email, 'invitation');
    expect(sent).not.toBe(link);
    const browser = aBrowser(world);
    const { operatorId } = await browser.json<{ operatorId: string }>('POST', '/api/invitations/accept', accept(tokenIn(sent)));
    return { browser, operatorId };
  };

  it('holds once the link to it is opened: sessions and rules stay, alerts go there, the old address hears of it', async () => {
    const { browser, operatorId } = await joined('maiden@example.test');
    const before = (await browser.json<{ items: { id: string }[] }>('GET', '/api/addresses')).items[0]!.id;
    await browser.json('PUT', '/api/members/me/notification-rules', { rules: [{ importance: 'important', addressId: before }] });
    await browser.json('PUT', '/api/members/me/profile', { language: 'de-AT', timeZone: 'Europe/Vienna' });
    const asked = await browser.call('POST', '/api/me/email', { email: 'Married@example.test' });
    expect(asked.status).toBe(202);
    expect(await browser.json('GET', '/api/security')).toMatchObject({
      email: 'maiden@example.test',
      emailChange: { email: 'Married@example.test' },
    });
    const token = tokenIn(await linkMailedTo('Married@example.test', 'confirm-email'));
    expect((await aBrowser(world).call('GET', `/api/me/email/confirm?token=${token}`)).status).toBe(404);
    expect(await aBrowser(world).json('POST', '/api/me/email/confirm', { token })).toEqual({ email: 'Married@example.test' });
    expect(await aBrowser(world).refused('POST', '/api/me/email/confirm', { token })).toBe('link_over');

    expect(await browser.json('GET', '/api/me')).toMatchObject({ operatorId, email: 'Married@example.test' });
    expect(await browser.json('GET', '/api/security')).toMatchObject({ emailVerified: true, emailChange: null });
    const { items, rules } = await browser.json<{ items: { id: string; address: string }[]; rules: object[] }>('GET', '/api/addresses');
    expect(items.map(({ address }) => address)).toEqual(['Married@example.test']);
    expect(rules).toMatchObject([{ importance: 'important', addressId: items[0]!.id }]);
    expect(await subjectTo('Married@example.test')).toBe('[Holdpoint] Bestätigen Sie Ihre neue Adresse für My organisation');
    expect(await subjectTo('maiden@example.test')).toBe(
      '[Holdpoint] Sie melden sich bei My organisation jetzt mit einer anderen Adresse an',
    );

    const again = aBrowser(world);
    await again.json('POST', '/api/sign-in', { email: 'married@example.test', password: PASSWORD });
    expect(await again.refused('POST', '/api/sign-in', { email: 'maiden@example.test', password: PASSWORD })).toBe('wrong_credentials');
    // Neither the secret of the link nor an address stands in the log as it is stored.
    const stored = JSON.stringify((await eventsAt(operatorId)).map(({ data }) => ({ ...data, private: undefined })));
    for (const secret of [token, 'arried@example', 'maiden@example']) expect(stored).not.toContain(secret);
  });

  it('leaves the one before to somebody else, who is somebody else', async () => {
    const { link } = await invite('maiden@example.test');
    const { operatorId } = await aBrowser(world).json<{ operatorId: string }>('POST', '/api/invitations/accept', accept(tokenIn(link)));
    const married = world.parts.directory
      .list('operators', world.credentials.organizationId)
      .find(({ email }) => email === 'Married@example.test');
    expect(operatorId).not.toBe(married?.operatorId);
    expect((await world.call('POST', '/api/invitations', { email: 'married@example.test', name: 'M', roles: ['viewer'] })).status).toBe(
      409,
    );
  });

  it('is refused where it is somebody’s, by a token, from an older session, and too often', async () => {
    const { browser } = await joined('mover@example.test');
    expect(await browser.refused('POST', '/api/me/email', { email: 'NADIA@example.test' })).toBe('email_taken');
    expect(await browser.refused('POST', '/api/me/email', { email: 'mover@example.test' })).toBe('same_email');
    expect(await browser.refused('POST', '/api/me/email', { email: 'nowhere' })).toBe('invalid_body');
    expect(await (await world.call('POST', '/api/me/email', { email: 'x@example.test' })).json()).toMatchObject({
      code: 'session_required',
    });
    for (const email of ['one@example.test', 'two@example.test', 'three@example.test'])
      expect((await browser.call('POST', '/api/me/email', { email })).status).toBe(202);
    expect(await browser.refused('POST', '/api/me/email', { email: 'four@example.test' })).toBe('too_many_attempts');
    // Only the newest link counts; an address that was invited in the meantime is taken.
    expect(
      await browser.refused('POST', '/api/me/email/confirm', { token: tokenIn(await linkMailedTo('two@example.test', 'confirm-email')) }),
    ).toBe('link_over');
    await invite('three@example.test');
    expect(
      await browser.refused('POST', '/api/me/email/confirm', { token: tokenIn(await linkMailedTo('three@example.test', 'confirm-email')) }),
    ).toBe('email_taken');
  });
});
