import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newestLink, startSmtpCatcher, type SmtpCatcher } from '@holdpoint/testing';
import { codeOf } from '../accounts/totp-code.ts';
import { hasChromium, launchBrowser, signInAt, unlessSkipped, violationsInBothThemes, watchTrouble } from './a-browser.ts';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

/** A PNG of 64 × 24 pixels. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAYAQMAAABwemkHAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABlBMVEUlY+v///8tVMD8AAAAAWJLR0QB/wIt3gAAAAd0SU1FB+oLHgEdKpkITAQAAAAMSURBVAjXY2AYngAAANgAAehTIP8AAAAldEVYdGRhdGU6Y3JlYXRlADIwMjYtMTEtMzBUMDE6Mjk6NDIrMDA6MDD1SIi1AAAAJXRFWHRkYXRlOm1vZGlmeQAyMDI2LTExLTMwVDAxOjI5OjQyKzAwOjAwhBUwCQAAAABJRU5ErkJggg==',
  'base64',
);
/** Starting everything, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
const FLOW_MS = 90_000;

const route = (roles: string[], name: string) => ({ name, approvers: { roles } });
/** Two people, and a fresh proof from high risk on. */
const POLICY = {
  id: 'careful',
  name: 'Careful',
  rules: [],
  routes: { review: { steps: [route(['owner'], 'first look'), route(['senior'], 'second look')] } },
  defaultRoute: 'review',
  stepUp: 'high',
};

/** People join, sign in without a password, and prove anew to be there before high risk runs: real browsers, virtual authenticators. */
describe.skipIf(!hasChromium)(`accounts in the browser${unlessSkipped}`, () => {
  let product: WholeProduct;
  let mail: SmtpCatcher;
  /** Signed in by the first story. */
  let owner: Page;
  let browser: Browser;
  /** The name passkeys are made for on this machine. */
  let base: string;
  const contexts: BrowserContext[] = [];
  const trouble: string[] = [];

  /** A browser of one person, with an authenticator that is unlocked when asked. */
  const aPage = async (): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    contexts.push(context);
    const page = await context.newPage();
    watchTrouble(page, base, trouble);
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return page;
  };
  const looksRight = async (page: Page, what: string) => {
    expect(await violationsInBothThemes(page), what).toEqual([]);
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth'), `${what} on a phone`).toBeLessThanOrEqual(360);
    if (size) await page.setViewportSize(size);
  };
  const signOut = async (page: Page) => {
    await page.locator('.top-bar summary').click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in to review' }).waitFor();
  };
  const approve = async (page: Page, id: string) => {
    await page.goto(`${base}/approvals/${id}`);
    await page.getByText('These are the bound arguments').waitFor();
    await page.keyboard.press('a');
    await page.getByText('You confirm with your passkey or a code.').waitFor();
    await page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    mail = await startSmtpCatcher();
    const mailed = { NOTIFICATION_SMTP_URL: mail.url, NOTIFICATION_EMAIL_FROM: 'Holdpoint <holdpoint@example.test>' };
    product = await startWholeProduct(await builtWeb(), mailed);
    base = product.url.replace('127.0.0.1', 'localhost');
    await product.api('POST', '/api/policies', { document: POLICY });
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await product?.close();
    await mail?.close();
  });
  afterEach(() => expect(trouble.splice(0)).toEqual([]));

  it(
    'an invited colleague joins with a passkey, signs in by it alone, and decides the second step of what an owner began',
    async () => {
      owner = await aPage();
      await signInAt(owner, base, product.owner);

      await owner.goto(`${base}/settings/people`);
      await owner.getByText('Invite somebody').click();
      await owner.getByLabel('Email').fill('ben@example.test');
      await owner.getByRole('region', { name: 'Members' }).getByLabel('Name', { exact: true }).fill('Ben Ito');
      await owner.getByLabel('Role of the new member').selectOption('senior');
      await owner.getByRole('button', { name: 'Invite' }).click();
      await owner.getByRole('button', { name: 'Invite' }).click();
      const link = await owner.locator('.secret code').innerText();
      expect(link).toMatch(/\/invitation#[\w-]{43}$/);
      await looksRight(owner, 'people');

      await owner.goto(`${base}/settings/security`);
      await owner.getByLabel('Name of the new passkey').fill('Laptop');
      await owner.getByRole('button', { name: 'Add a passkey' }).click();
      await owner.getByText('The passkey is added.').waitFor();
      await looksRight(owner, 'security');

      const ben = await aPage();
      await ben.goto(`${base}/invitation#${link.split('#')[1]}`);
      await ben.getByRole('heading', { name: 'Join Northwind Outdoor' }).waitFor();
      expect(ben.url()).toBe(`${base}/invitation`);
      await looksRight(ben, 'invitation');
      await ben.getByRole('button', { name: 'Join with a passkey' }).click();
      await ben.getByText('Live', { exact: true }).waitFor();
      await signOut(ben);
      await ben.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await ben.getByText('Live', { exact: true }).waitFor();

      const id = await product.ask({ riskLevel: 'high' });
      await approve(owner, id);
      await owner.getByText('Your approval is recorded').waitFor();
      await approve(ben, id);
      await owner.getByRole('heading', { name: 'Approved by Ben Ito' }).waitFor();
      const { history } = await product.api<{ history: { type: string; data: { stepUp?: { method: string } } }[] }>(
        'GET',
        `/api/approvals/${id}`,
      );
      expect(history.flatMap(({ type, data }) => (type === 'StepApproved' ? [data.stepUp?.method] : []))).toEqual(['passkey', 'passkey']);
    },
    FLOW_MS,
  );

  it(
    'whoever must add a second factor sees nothing else before, and a code opens the door afterwards',
    async () => {
      const { email, password } = await product.join('Cleo Park', 'operator');
      await owner.goto(`${base}/settings/sign-in`);
      await owner.getByLabel('A password alone is not enough').check();
      for (const _click of ['it says what it will do', 'it does it'])
        await owner.getByRole('button', { name: 'Save', exact: true }).click();
      await owner.getByText('Saved.').waitFor();
      await looksRight(owner, 'sign-in policy');
      const cleo = await aPage();
      await cleo.goto(base);
      await cleo.getByLabel('Email').fill(email);
      await cleo.getByLabel('Password').fill(password);
      await cleo.keyboard.press('Enter');
      await cleo.getByRole('heading', { name: 'Add a second factor' }).waitFor();
      await looksRight(cleo, 'add a second factor');
      await cleo.getByRole('button', { name: 'Add a passkey' }).click();
      await cleo.getByText('Live', { exact: true }).waitFor();
      await cleo.goto(`${base}/forgot-password`);
      await cleo.getByRole('heading', { name: 'A new password' }).waitFor();
      await looksRight(cleo, 'forgotten password');
      await cleo.getByLabel('Email').fill(email);
      await cleo.getByRole('button', { name: 'Send the link' }).click();
      await cleo.getByText('If there is an account under this address').waitFor();
      const { link } = await product.api<{ link: string }>(
        'POST',
        `/api/members/${(await product.api<{ items: { id: string; email: string }[] }>('GET', '/api/members')).items.find(one => one.email === email)?.id}/password-reset`,
        {},
      );
      await cleo.goto(`${base}/password-reset#${link.split('#')[1]}`);
      await cleo.getByLabel('New password').fill('nine slow barges');
      await looksRight(cleo, 'new password');
      await cleo.getByRole('button', { name: 'Set the password' }).click();
      await cleo.getByRole('heading', { name: 'Your password is set' }).waitFor();
      await cleo.getByRole('link', { name: 'Sign in' }).click();
      await cleo.getByLabel('Email').fill(email);
      await cleo.getByLabel('Password').fill('nine slow barges');
      await cleo.keyboard.press('Enter');
      await cleo.getByText('sign in with your passkey').waitFor();
    },
    FLOW_MS,
  );

  it(
    'whoever has an app scans its code, proves by it to be there, and moves to another address without signing in anew',
    async () => {
      const olga = await aPage();
      const { email, password } = await product.join('Olga Ruiz', 'owner');
      await olga.goto(base);
      await olga.getByLabel('Email').fill(email);
      await olga.getByLabel('Password').fill(password);
      await olga.keyboard.press('Enter');
      await olga.getByRole('button', { name: 'Set up an app' }).click();
      const code = olga.getByRole('img', { name: 'QR code of the key' });
      await code.waitFor();
      // As a camera needs it: square, dark on white whatever the theme, and not too small.
      const { width, height } = (await code.boundingBox()) ?? { width: 0, height: 1 };
      expect([Math.round(width - height), width > 150]).toEqual([0, true]);
      expect(await code.locator('rect').getAttribute('fill')).toBe('#fff');
      await looksRight(olga, 'an app and its code');
      const secret = (await olga.locator('.secret code').innerText()).replaceAll(' ', '');
      await olga.getByLabel('What the app shows').fill(codeOf(secret, -1));
      await olga.getByRole('button', { name: 'Confirm' }).click();
      await olga.getByRole('button', { name: 'I have kept them' }).click();
      await olga.getByText('Live', { exact: true }).waitFor();

      const id = await product.ask({ riskLevel: 'high' });
      await approve(olga, id);
      await olga.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
      await olga.getByLabel('Code').fill(codeOf(secret));
      await olga.keyboard.press('Enter');
      await olga.getByText('Your approval is recorded').waitFor();

      const address = 'olga.ruiz@example.test';
      await olga.goto(`${base}/settings/profile`);
      await olga.getByLabel('New address').fill(address);
      await olga.getByRole('button', { name: 'Mail the link' }).click();
      await olga.getByText('A link was mailed to').waitFor();
      await looksRight(olga, 'a profile with another address under way');
      const link = newestLink(mail.messages, address, 'confirm-email');
      const stranger = await aPage();
      await stranger.goto(`${base}/confirm-email#${link?.split('#')[1]}`);
      await stranger.getByRole('heading', { name: 'Confirm your new address' }).waitFor();
      expect(stranger.url()).toBe(`${base}/confirm-email`);
      await looksRight(stranger, 'confirm an address');
      await stranger.getByRole('button', { name: 'Confirm' }).click();
      await stranger.getByText(address).waitFor();
      await olga.goto(`${base}/settings/profile`);
      await olga.getByRole('region', { name: 'Address to sign in with' }).getByText(address).waitFor();
    },
    FLOW_MS,
  );

  it(
    'an owner gives the organisation a logo, which is in the bar and where people sign in, and moves its hours there',
    async () => {
      await owner.goto(`${base}/settings/organization`);
      await owner.getByLabel('Image').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: LOGO });
      await owner.getByRole('button', { name: 'Set the logo' }).click();
      await owner.locator('.top-bar').getByRole('img', { name: 'Northwind Outdoor' }).waitFor();
      await owner.getByRole('heading', { name: 'Working hours' }).waitFor();
      await looksRight(owner, 'the organisation with its logo');
      expect(
        await owner.locator('.top-bar .logo').evaluate('(image => image.naturalWidth)(document.querySelector(".top-bar .logo"))'),
      ).toBe(64);
      const somebody = await aPage();
      await somebody.goto(base);
      await somebody.getByRole('img', { name: 'Northwind Outdoor' }).waitFor();
      await looksRight(somebody, 'sign-in with a logo');
      await owner.goto(`${base}/settings/safety`);
      await owner.getByRole('main').getByRole('link', { name: 'organisation', exact: true }).click();
      await owner.getByRole('heading', { name: 'Working hours' }).waitFor();
    },
    FLOW_MS,
  );
});
