import { streamOf, type SessionReply } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { TENANT } from '@holdpoint/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, tooWide, unlessSkipped, violationsInBothThemes } from '../web/a-browser.ts';
import { startAnsweringPeople, type AnsweringPeople } from './answering-people.ts';
import { urlsInMail } from './urls-in.ts';

let world: AnsweringPeople;
/** Whose console session the browser has. */
let session: SessionReply = null;
beforeAll(async () => {
  world = await startAnsweringPeople();
  world.parts.messaging.respond('hp.query.session', 'console', () => Promise.resolve(session));
});
afterEach(() => {
  session = null;
});
afterAll(() => world.close());

const types = async (id: string) => (await world.approval(id)).map(({ type }) => type);
const links = async (id: string, to = 'ada@example.test') => {
  await world.until(id, all => all.filter(({ type }) => type === 'NotificationSent').length >= 2);
  const mail = world.mail.messages.find(message => message.raw.includes(id) && message.to[0] === to);
  const urls = (await urlsInMail(mail!.raw)).filter(url => url.startsWith(`${world.url}/a/`));
  const labelled = await Promise.all(
    urls.map(async url => [/class="strong">([^<]+)/.exec(await (await fetch(url)).text())?.[1] ?? '', url] as const),
  );
  return Object.fromEntries(labelled) as Record<string, string>;
};
const nonceIn = (html: string) => /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';
const open = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
};
const send = async (
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = { origin: 'null', 'sec-fetch-site': 'same-origin' },
) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, html: await answer.text() };
};

describe('the page behind a link', () => {
  it('says whose it is, what would be decided and until when, and lets nothing in from elsewhere', async () => {
    const id = await world.ask(['ada'], {
      private: {
        arguments: {
          contextSummary: '<b>See</b> https://evil.example/pay',
          proposedAction: 'Refund $245',
          entityId: 'A-1',
          riskLevel: 'low',
        },
      },
    });
    const { Approve } = await links(id);
    const { status, headers, html } = await open(Approve!);
    expect(status).toBe(200);
    for (const words of [
      'You decide as ada',
      'Example &amp; Sons',
      'issue_refund (low risk)',
      'Decide before',
      '&lt;b&gt;See',
      'https[:]//evil[.]example',
    ])
      expect(html).toContain(words);
    expect(html).not.toMatch(/<script|<img|<link|src=|<b>/);
    expect(html).toContain(`https://approvals.example.test/approvals/${id}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; style-src 'nonce-[^']+'; form-action 'self'; frame-ancestors 'none'/,
    );
    expect(headers.get('content-security-policy')).toContain(/<style nonce="([^"]+)"/.exec(html)![1]!);
    const head = await fetch(Approve!, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(await types(id)).not.toContain('StepApproved');
  });

  it('decides by its form, and a second time is the first one again', async () => {
    const id = await world.ask(['ada']);
    const { Approve } = await links(id);
    const form = { nonce: nonceIn((await open(Approve!)).html), verb: 'approve', note: '' };
    const first = await send(Approve!, form);
    expect([first.status, first.html]).toEqual([200, expect.stringContaining('Approved')]);
    const second = await send(Approve!, form);
    expect([second.status, second.html]).toEqual([200, expect.stringContaining('Approved')]);
    expect((await types(id)).filter(type => type === 'StepApproved')).toHaveLength(1);
    expect((await world.approval(id)).find(({ type }) => type === 'ApprovalGranted')?.data).toMatchObject({
      decision: { channel: 'email', by: { id: 'opr_ada' } },
    });
    const after = await open(Approve!);
    expect([after.status, after.html]).toEqual([410, expect.stringContaining('Approved by ada')]);
  });

  it('says so where what it was about is erased, and takes no form', async () => {
    const id = await world.ask(['ada']);
    const { Approve } = await links(id);
    const form = { nonce: nonceIn((await open(Approve!)).html), verb: 'approve', note: '' };
    expect((await send(Approve!, form)).status).toBe(200);
    await world.parts.eventLog.destroyKeys(id);
    for (const { status, html } of [await open(Approve!), await send(Approve!, form)]) {
      expect([status, html]).toEqual([410, expect.stringContaining('has been erased')]);
      expect(html).toContain(`https://approvals.example.test/approvals/${id}"`);
      expect(html).not.toContain('Approved by');
    }
  });

  it('rejects with the reason', async () => {
    const id = await world.ask(['ada'], { riskLevel: 'critical' });
    const { Reject, Approve } = await links(id);
    expect(Approve).toBeUndefined();
    const { html } = await open(Reject!);
    expect(html).toContain('To approve it, open the console');
    expect((await send(Reject!, { nonce: nonceIn(html), verb: 'approve' })).status).toBe(400);
    expect((await send(Reject!, { nonce: nonceIn(html), verb: 'reject', note: 'Too much.' })).html).toContain('Rejected');
    expect((await world.approval(id)).find(({ type }) => type === 'ApprovalRejected')?.data).toMatchObject({
      private: { note: 'Too much.' },
    });
  });

  it('takes no form from another site, from another page, or one that lay open for too long', async () => {
    const id = await world.ask(['ada']);
    const { Approve, Reject } = await links(id);
    const nonce = nonceIn((await open(Approve!)).html);
    const form = { nonce, verb: 'approve' };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: world.url, 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ])
      expect((await send(Approve!, form, headers)).status).toBe(403);
    expect((await fetch(Approve!, { method: 'POST', body: new URLSearchParams(form) })).status).toBe(403);
    expect((await send(Reject!, form)).status).toBe(409);
    expect((await send(Approve!, { ...form, nonce: 'a'.repeat(26) })).status).toBe(409);
    expect((await send(Approve!, { verb: 'approve' })).status).toBe(409);
    expect(await types(id)).not.toContain('StepApproved');
    expect((await send(Approve!, form, { origin: world.url })).status).toBe(200);
  });

  it('is refused to somebody else’s session, which is recorded when the form is sent', async () => {
    const id = await world.ask(['ada']);
    const { Approve } = await links(id);
    const nonce = nonceIn((await open(Approve!)).html);
    session = { operatorId: 'opr_cid', tenant: TENANT, name: 'cid' };
    const cookie = { cookie: 'holdpoint=x' };
    const page = await open(Approve!, cookie);
    expect([page.status, page.html]).toEqual([403, expect.stringContaining('This link is ada’s')]);
    expect(page.html).toContain('You are cid');
    expect(await world.answers(id)).toEqual([]);
    expect((await send(Approve!, { nonce, verb: 'approve' }, { ...cookie, origin: world.url })).status).toBe(403);
    expect(await world.answers(id)).toMatchObject([{ data: { reason: 'not_yours', operatorId: null, channel: 'email' } }]);
    session = { operatorId: 'opr_ada', tenant: TENANT, name: 'ada' };
    expect((await open(Approve!, cookie)).status).toBe(200);
  });

  it('says of a link that is cut off, forged, or whose address is gone that nothing can be decided', async () => {
    const id = await world.ask(['ada']);
    const { Approve } = await links(id);
    for (const url of [`${world.url}/a/hp1`, Approve!.slice(0, -1), `${Approve!.slice(0, -26)}${'a'.repeat(26)}`])
      expect((await open(url)).status).toBe(404);
    const addressId = await world.addAddress('dan', 'email', 'dan.home@example.test');
    const other = await world.ask(['dan']);
    const theirs = await links(other, 'dan.home@example.test');
    await world.settings(streamOf.operator('opr_dan'), {
      type: 'ChannelAddressDisabled',
      data: { operatorId: 'opr_dan', addressId, reason: 'removed', at: world.parts.now() },
    });
    const gone = await open(theirs['Approve']!);
    expect([gone.status, gone.html]).toEqual([410, expect.stringContaining('not in use any more')]);
  });
});

describe('the language of a page', () => {
  const german = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.1' };
  const reads = (name: string, language: string) =>
    world.settings(streamOf.operator(`opr_${name}`), {
      type: 'ProfileSet',
      data: { operatorId: `opr_${name}`, language, timeZone: 'Europe/Vienna', at: world.parts.now() },
    });

  it('is the browser’s where nobody is known to read it', async () => {
    const cutOff = await open(`${world.url}/a/hp1`, german);
    expect([cutOff.status, cutOff.html]).toEqual([404, expect.stringContaining('Dieser Link ist nicht bekannt')]);
    expect(cutOff.html).toContain('<html lang="de">');
    const old = await open(`${world.url}/confirm/${'a'.repeat(52)}`, { 'accept-language': 'nl' });
    expect([old.status, old.html]).toEqual([404, expect.stringContaining('<html lang="nl">')]);
    const id = await world.ask(['ada']);
    const { Approve } = await links(id);
    expect((await open(Approve!, german)).html).toContain('Sie entscheiden als ada, für Example &amp; Sons.');
  });

  it('is that of whom the link is for, by their clock, until the end and after it is erased', async () => {
    const id = await world.ask(['dan'], { riskLevel: 'low' });
    const { Approve, Reject } = await links(id, 'dan@example.test');
    await reads('dan', 'fr-CH');
    const asked = await open(Approve!, german);
    for (const words of [
      '<html lang="fr">',
      'issue_refund (risque faible)',
      'Vous décidez en tant que dan',
      '(Europe/Vienna) (dans 59 minutes)',
    ])
      expect(asked.html).toContain(words);
    expect(await types(id)).not.toContain('StepApproved');
    const form = { nonce: nonceIn(asked.html), verb: 'approve' };
    session = { operatorId: 'opr_cid', tenant: TENANT, name: 'cid' };
    await reads('cid', 'it');
    const elses = await open(Approve!, { ...german, cookie: 'holdpoint=x' });
    expect([elses.status, elses.html]).toEqual([403, expect.stringContaining('Questo link è per dan')]);
    session = null;
    expect((await send(Approve!, form)).html).toContain('<p>Approuvé. L’agent peut continuer.</p>');
    expect((await open(Reject!, german)).html).toContain('Demande approuvée par dan. Il n’y a plus rien à décider.');
    await world.parts.eventLog.destroyKeys(id);
    const erased = await open(Approve!, german);
    expect([erased.status, erased.html]).toEqual([410, expect.stringContaining('<html lang="fr">')]);
    expect(erased.html).toContain('L’objet de ce message a été effacé.');
  });
});

describe.skipIf(!hasChromium)(`pages in a browser${unlessSkipped}`, () => {
  it('can be used by everybody, at any width, in either theme and in the browser’s language, and decide by their button only', async () => {
    const id = await world.ask(['ada']);
    const { Approve, Reject } = await links(id);
    const browser = await launchBrowser();
    try {
      const page = await (await browser.newContext({ locale: 'de-AT', viewport: { width: 390, height: 844 } })).newPage();
      const shows = async (title: string) => {
        expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title);
        expect(await page.locator('html').getAttribute('lang')).toBe('de');
        for (const width of [1_440, 390]) {
          await page.setViewportSize({ width, height: 844 });
          expect(await tooWide(page)).toBe(0);
        }
        expect(await violationsInBothThemes(page)).toEqual([]);
      };
      await page.goto(Reject!);
      await shows('issue_refund (geringes Risiko)');
      expect(await page.getByRole('button').allInnerTexts()).toEqual(['Ablehnen', 'Freigeben', 'Ich kümmere mich darum']);
      await page.getByLabel('Grund, wenn Sie ablehnen. Der Agent erfährt ihn.').fill('Zu viel.');
      await page.reload();
      expect(await types(id)).not.toContain('ApprovalRejected');
      await page.getByLabel('Grund, wenn Sie ablehnen. Der Agent erfährt ihn.').fill('Zu viel.');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('Abgelehnt. Der Agent darf es nicht tun.').waitFor();
      await shows('Angenommen');
      await page.goto(Approve!);
      await page.getByText('Abgelehnt von ada. Es gibt nichts mehr zu entscheiden.').waitFor();
      await shows('Hier kann nichts mehr entschieden werden');
      await page.goto(`${world.url}/confirm/${'a'.repeat(52)}`);
      await shows('Dieser Link gilt nicht mehr');
    } finally {
      await browser.close();
    }
  });
});

describe('the page that confirms an address', () => {
  it('confirms by its form only', async () => {
    const operatorId = 'opr_eve';
    const addressId = newId('adr');
    const at = world.parts.now();
    await world.settings(streamOf.operator(operatorId), {
      type: 'EnrolmentStarted',
      data: {
        operatorId,
        addressId,
        channel: 'email',
        expiresAt: new Date(Date.parse(at) + 600_000).toISOString(),
        at,
        private: { address: 'eve.home@example.test' },
      },
    });
    await world.parts.messaging.request('hp.cmd.notification.enrol', { tenant: TENANT, addressId }, { timeoutMs: 5_000 });
    const mail = world.mail.messages.find(({ to }) => to[0] === 'eve.home@example.test');
    const url = (await urlsInMail(mail!.raw)).find(link => link.startsWith(`${world.url}/confirm/`))!;
    const isVerified = () =>
      world.parts.directory.operator(operatorId)!.addresses.some(({ address }) => address === 'eve.home@example.test');
    const { status, html } = await open(url);
    expect([status, isVerified()]).toEqual([200, false]);
    expect(html).toContain('Is this');
    expect((await send(url, { nonce: nonceIn(html), verb: 'confirm' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(url, { nonce: 'x', verb: 'confirm' })).status).toBe(409);
    expect(isVerified()).toBe(false);
    expect((await send(url, { nonce: nonceIn(html), verb: 'confirm' })).status).toBe(200);
    expect(isVerified()).toBe(true);
    expect((await open(url)).status).toBe(404);
  });
});
