import { startFakeProviders, type FakeProviders } from '@holdpoint/testing';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  goTo,
  hasChromium,
  launchBrowser,
  signInAt,
  tooWide,
  unlessSkipped,
  violations,
  violationsInBothThemes,
  watchTrouble,
} from './a-browser.ts';
import { clickNotification, deliver, notificationsOf, subscribeThrough } from './a-pushed-browser.ts';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

const START_MS = 120_000;
const FLOW_MS = 120_000;
const wrongToken = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
/** What a person sees within, milliseconds: far more than it takes. */
const STEP_MS = 10_000;

/** Settings of people and organisations, and notifications, in a real browser on the real parts; providers are fakes on loopback. */
describe.skipIf(!hasChromium)(`settings and notifications in the browser${unlessSkipped}`, () => {
  let product: WholeProduct;
  let fakes: FakeProviders;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const trouble: string[] = [];

  const go = async (part: string) => {
    await goTo(page, `/settings/${part}`);
    await page.locator('.panel').first().waitFor();
  };
  const confirm = async (label: string) => {
    await page.getByRole('button', { name: label, exact: true }).click();
    await page.getByRole('group', { name: label }).getByRole('button', { name: label }).click();
  };

  beforeAll(async () => {
    fakes = await startFakeProviders();
    product = await startWholeProduct(await builtWeb(), { HOLDPOINT_EGRESS_ALLOW: '127.0.0.0/8' });
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
    await subscribeThrough(context, fakes.push, fakes.origin);
    page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    watchTrouble(page, product.url, trouble);
    await signInAt(page, product.url, product.owner);
  }, START_MS);
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await product?.close();
    await fakes?.close();
  });
  afterEach(() => expect(trouble.splice(0)).toEqual([]));

  it(
    'tells this browser: subscribed in the settings, encrypted on its way, shown by the worker, decided by its button',
    async () => {
      // Which push services may be called is the organisation's to say; ours is on this machine.
      await go('channels');
      await page.locator('summary', { hasText: 'Browser notifications' }).click();
      await page.getByLabel('Extra hosts').fill(new URL(fakes.origin).host);
      await confirm('Save and check');
      await page.getByText('The provider agrees; saved.').waitFor();
      await go('notifications');
      await page.getByLabel('Call it').fill('Work laptop');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Notify me in this browser' }).click();
      await page.getByText('You are told here, as Work laptop').waitFor();

      const id = await product.ask({ riskLevel: 'low', amount: 300 });
      const [message] = await fakes.push.atLeast(1);
      expect(message).toMatchObject({
        urgency: 'high',
        payload: { tag: id, risk: 'low', actions: [{ verb: 'approve' }, { verb: 'reject' }] },
      });
      expect(JSON.stringify(message)).not.toContain('charged twice');
      const alert = async () => {
        const { alerts } = await product.api<{ alerts: { channel: string; state: string }[] }>('GET', `/api/approvals/${id}`);
        return alerts.find(({ channel }) => channel === 'push')?.state;
      };
      await deliver(page, message?.payload);
      await expect.poll(async () => (await notificationsOf(page)).map(({ tag }) => tag)).toEqual([id]);
      await expect.poll(alert).toBe('delivered');
      const shown = async () => (await notificationsOf(page)).length;
      /** Once the browser has closed what was clicked: it would close the next one of the same tag with it. A busy browser may drop what its tools deliver. */
      const again = async () => {
        await expect.poll(shown).toBe(0);
        const deliverUntilShown = async () => {
          if ((await shown()) === 0) await deliver(page, message?.payload);
          return shown();
        };
        await expect.poll(deliverUntilShown, { interval: 1_000 }).toBe(1);
      };

      expect(await clickNotification(page, id, '')).toEqual([`${product.url}/approvals/${id}`]);
      await expect.poll(alert).toBe('seen');
      await again();
      expect(await clickNotification(page, id, 'reject')).toEqual([`${product.url}/approvals/${id}?do=reject`]);
      await again();
      expect(await clickNotification(page, id, 'approve')).toEqual([]);
      const { item, decision } = await product.api<{ item: { status: string }; decision: { channel: string } }>(
        'GET',
        `/api/approvals/${id}`,
      );
      expect([item.status, decision.channel]).toEqual(['approved', 'push']);
      expect((await notificationsOf(page)).map(({ body, actions }) => [body, actions])).toEqual([[expect.stringMatching(/approved/i), []]]);
    },
    FLOW_MS,
  );

  it(
    'opens the page instead of deciding where nobody is signed in',
    async () => {
      const id = await product.ask({ riskLevel: 'low', amount: 310 });
      const payload = () => fakes.push.messages.map(message => message.payload as { tag: string }).find(({ tag }) => tag === id);
      await expect.poll(payload).toBeDefined();
      const cookies = await context.cookies();
      await context.clearCookies();
      await deliver(page, payload());
      await expect.poll(async () => (await notificationsOf(page)).some(({ tag }) => tag === id)).toBe(true);
      expect(await clickNotification(page, id, 'approve')).toEqual([`${product.url}/approvals/${id}?do=approve`]);
      await context.addCookies(cookies);
      const { item } = await product.api<{ item: { status: string } }>('GET', `/api/approvals/${id}`);
      expect(item.status).toBe('pending');
    },
    FLOW_MS,
  );

  it(
    'says when there is no connection, keeps nothing to decide by, and goes on by itself',
    async () => {
      await page.goto(product.url);
      await page.getByText('Live', { exact: true }).waitFor();
      await context.setOffline(true);
      await page.goto(`${product.url}/settings/profile`);
      await page.getByRole('heading', { name: 'The console cannot be reached' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await context.setOffline(false);
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
      expect(
        await page.evaluate(
          "caches.open('offline-1').then(cache => cache.keys()).then(keys => keys.map(({ url }) => new URL(url).pathname).sort())",
        ),
      ).toEqual(['/favicon.svg', '/offline.css', '/offline.html']);
    },
    FLOW_MS,
  );

  it(
    'saves what a person and an organisation want, and uses it: rules, words, limits, and a provider that says no',
    async () => {
      await go('notifications');
      await page.getByRole('button', { name: 'By my rules' }).click();
      await page.getByLabel('Ordinary alerts, 1: where').selectOption({ label: 'Work laptop' });
      await page.getByRole('button', { name: 'Save where first' }).click();
      await page.getByText('Saved.', { exact: true }).waitFor();
      const { rules } = await product.api<{ rules: { importance: string; afterSec: number }[] }>('GET', '/api/addresses');
      expect(rules).toMatchObject([{ importance: 'default', afterSec: 0 }]);
      expect(await page.getByText('At least one rule remains.').count()).toBe(1);

      await go('channels');
      await page.locator('summary', { hasText: 'Telegram' }).click();
      const telegram = page.locator('.fold-row[open]');
      await telegram.getByLabel('Bot token').fill(wrongToken);
      await telegram.getByLabel('API URL').fill(`${fakes.origin}/telegram`);
      await confirm('Set up and check');
      await page.getByRole('button', { name: 'Save it all the same' }).waitFor();
      // The fake answers 401: its bot has another token.
      expect(await telegram.locator('.field-problem').allInnerTexts()).toEqual(['Telegram does not know the bot; check “Bot token” (401)']);
      expect(await telegram.getByLabel('Bot token').getAttribute('aria-invalid')).toBe('true');
      expect(await telegram.getByLabel('Bot token').inputValue()).toBe(wrongToken);
      expect(await telegram.getByLabel('API URL').inputValue()).toBe(`${fakes.origin}/telegram`);
      expect(await telegram.locator('.said').innerText()).toMatch(/^The provider says no: .* Nothing was saved/);
      expect(await violationsInBothThemes(page)).toEqual([]);

      await go('templates');
      await page.getByLabel('Channel').selectOption({ label: 'Browser notifications' });
      await page.getByLabel('Title').fill('Northwind asks: {actoin}');
      await page.getByText('{actoin} stands for nothing').waitFor();
      await page.getByLabel('Title').fill('Northwind asks: {action}');
      await page.locator('.message-card', { hasText: /Northwind asks: \w/ }).waitFor();
      await confirm('Publish these words');
      await page.locator('.tag', { hasText: /^version 1$/ }).waitFor();

      await go('channel-limits');
      await page.getByLabel('Browser notifications may approve').selectOption('none');
      await confirm('Save the limits');
      await page.getByText('Saved.', { exact: true }).waitFor();
      const id = await product.ask({ riskLevel: 'low', amount: 320 });
      type Pushed = { tag: string; title: string; actions: { verb: string }[] };
      const pushed = () => fakes.push.messages.map(({ payload }) => payload as Pushed).find(({ tag }) => tag === id);
      await expect.poll(pushed).toMatchObject({ title: expect.stringMatching(/^Northwind asks: \w/) });
      const verbs = pushed()?.actions.map(({ verb }) => verb) ?? [];
      expect([verbs.includes('reject'), verbs.includes('approve')]).toEqual([true, false]);
    },
    FLOW_MS,
  );

  it(
    'says at a channel that its provider refuses it since, until it is saved anew',
    async () => {
      const [message] = await fakes.push.atLeast(1);
      // A second browser of the same person: what is wrong with one alone is that one's own.
      const { publicKey } = await product.api<{ publicKey: string }>('GET', '/api/push');
      const other = fakes.push.subscribe(fakes.origin, publicKey);
      const body = JSON.stringify({ channel: 'push', address: other.endpoint, keys: other.keys, name: 'Phone' });
      const added = `fetch('/api/addresses', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} })`;
      expect(await page.evaluate(`${added}.then(({ ok }) => ok)`)).toBe(true);
      const { operatorId } = await product.api<{ operatorId: string }>('GET', '/api/me');
      await product.api('PUT', `/api/members/${operatorId}/notification-rules`, { rules: null });
      for (const endpoint of [message?.endpoint ?? '', other.endpoint]) fakes.push.fail(endpoint, { status: 403 }, 9);
      await product.ask({ riskLevel: 'low', amount: 330 });
      const fault = async () => {
        const { items } = await product.api<{ items: { id: string; fault: { code: string } | null }[] }>('GET', '/api/channels');
        return items.find(({ id }) => id === 'push')?.fault?.code;
      };
      // Once may be those browsers' own fault; both again a second later, with none taken between, is the keys'.
      await page.waitForTimeout(1_200);
      expect(await fault()).toBeUndefined();
      await product.ask({ riskLevel: 'low', amount: 340 });
      await expect.poll(fault).toBe('403');
      await page.reload();
      await go('channels');
      const push = page.locator('.fold-row', { hasText: 'Browser notifications' });
      await push.locator('summary .bad', { hasText: /^refused \(403\) since/ }).waitFor();
      await push.locator('summary').click();
      await push.getByText('Nobody is reached there until it takes them again.').waitFor();
      expect(await push.getByLabel('Extra hosts').inputValue()).toBe(new URL(fakes.origin).host);
      await page.setViewportSize({ width: 390, height: 844 });
      expect([await tooWide(page), await violationsInBothThemes(page)]).toEqual([0, []]);
      await page.setViewportSize({ width: 1_280, height: 900 });
      await confirm('Save and check');
      await push.locator('summary .good', { hasText: 'set up' }).waitFor();
      expect(await push.getByText('Nobody is reached there').count()).toBe(0);
    },
    FLOW_MS,
  );
});
