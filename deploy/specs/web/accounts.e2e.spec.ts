import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, signInAt, unlessSkipped, violationsInBothThemes, watchTrouble } from './a-browser.ts';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

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
    product = await startWholeProduct(await builtWeb());
    base = product.url.replace('127.0.0.1', 'localhost');
    await product.api('POST', '/api/policies', { document: POLICY });
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await product?.close();
  });
  afterEach(() => expect(trouble.splice(0)).toEqual([]));

  it(
    'an invited colleague joins with a passkey, signs in by it alone, and decides the second step of what an owner began',
    async () => {
      const owner = await aPage();
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
      const policy = { methods: ['password', 'passkey', 'oidc'], secondFactor: true };
      await product.api('PUT', '/api/organization/sign-in-policy', { policy });
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
});
