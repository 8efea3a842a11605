import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser, unlessSkipped, watchTrouble } from './a-browser.ts';
import { keyboardOf } from './a-keyboard.ts';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

/** Starting everything, and one way through several pages, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
const A_WAY_MS = 90_000;

/** What the tool takes: the form of an edit is made from it. */
const REFUND = {
  type: 'object',
  required: ['order_id', 'amount', 'currency'],
  properties: {
    order_id: { type: 'string' },
    amount: { type: 'number', minimum: 1, maximum: 2_000 },
    currency: { type: 'string', enum: ['USD', 'EUR'] },
  },
};

let product: WholeProduct;
let browser: Browser;
let page: Page;
let keys: ReturnType<typeof keyboardOf>;
const trouble: string[] = [];

const detailOf = (id: string) =>
  product.api<{ item: { status: string; claimedBy: unknown }; history: { type: string }[]; decision: { note: string | null } | null }>(
    'GET',
    `/api/approvals/${id}`,
  );
const shows = (text: string | RegExp) => page.getByText(text).first().waitFor();
/** How many lines of the list the focus is away from this request, downwards. */
const WAY_TO = (id: string) => `(() => {
  const lines = [...document.querySelectorAll('.rows [data-id]')];
  return lines.findIndex(line => line.dataset.id === '${id}') - lines.indexOf(document.activeElement);
})()`;
/** In the inbox, by J and K to the line of this request. */
const onLine = async (id: string) => {
  await page.locator(`[data-id="${id}"]`).waitFor();
  for (let moves = 0; ; moves += 1) {
    const way = (await page.evaluate(WAY_TO(id))) as number;
    if (way === 0) return;
    if (moves > 40) throw new Error(`no J or K came to ${id}`);
    await keys.press(way > 0 ? 'j' : 'k');
    await page.waitForTimeout(50);
  }
};
/** Whatever has the focus lies in this part of the page: it never falls out of it. */
const focusIn = (selector: string) =>
  expect
    .poll(() => page.evaluate(`document.activeElement?.closest(${JSON.stringify(selector)}) !== null`), { message: selector })
    .toBe(true);

/** One person, a keyboard, and every flow: from signing in to signing out. Nothing here clicks. */
describe.skipIf(!hasChromium)(`every flow by keyboard alone${unlessSkipped}`, () => {
  beforeAll(async () => {
    product = await startWholeProduct(await builtWeb());
    await product.join('Ben Ito', 'senior');
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    page.setDefaultTimeout(15_000);
    watchTrouble(page, product.url, trouble);
    keys = keyboardOf(page);
    await page.goto(product.url);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await product?.close();
  });

  it(
    'signs in, goes through the inbox, and approves, rejects with a reason, and edits in the form',
    async () => {
      const [approved, rejected, edited] = [
        await product.ask({ amount: 101, riskLevel: 'high' }),
        await product.ask({ amount: 102, riskLevel: 'medium' }),
        await product.ask({ amount: 103, riskLevel: 'low', argsSchema: REFUND }),
      ];
      await keys.focused(/^Email/);
      await keys.type(product.owner.email);
      await keys.press('Tab');
      await keys.type(product.owner.password);
      await keys.press('Enter');
      await shows('Live');

      // The way from one to the next is that of the list, so all three have to be in it.
      for (const id of [approved, edited]) await page.locator(`[data-id="${id}"]`).waitFor();
      await onLine(rejected);
      await keys.press('k');
      await keys.focused(/101/);
      await keys.press('Enter');
      await shows('These are the bound arguments');
      await keys.press('a');
      await keys.focused(/^Approve$/);
      await keys.press('Escape');
      await focusIn('.decision-bar');
      expect((await detailOf(approved)).item.status).toBe('pending');
      await keys.press('a');
      await keys.focused(/^Approve$/);
      await keys.press('Enter');
      await keys.focused(/^Next request$/);
      expect((await detailOf(approved)).item.status).toBe('approved');

      await keys.press('Enter');
      await shows(/102/);
      await keys.press('r');
      await keys.focused(/^Why not/);
      await keys.type('Paid back on Friday.');
      await keys.press('Shift+Tab', 'ArrowDown');
      await keys.tabTo(/^Reject$/);
      await keys.press('Enter');
      await keys.focused(/^Next request$/);
      expect(await detailOf(rejected)).toMatchObject({ item: { status: 'rejected' }, decision: { note: 'Paid back on Friday.' } });

      await keys.press('Enter');
      await shows(/103/);
      await keys.press('e');
      await keys.focused(/^order_id/);
      await keys.tabTo(/^amount/);
      await keys.retype('90');
      await keys.tabTo(/^Why the change/);
      await keys.type('Only the goods.');
      await keys.press('Control+Enter');
      await keys.focused(/^(Next request|Back to the inbox)$/);
      expect((await detailOf(edited)).item.status).toBe('modified');
    },
    A_WAY_MS,
  );

  it(
    'claims, asks, delegates and snoozes, and comes back to the same line',
    async () => {
      const [asked, later] = [await product.ask({ amount: 111, riskLevel: 'low' }), await product.ask({ amount: 112, riskLevel: 'high' })];
      await keys.press('Escape');
      await onLine(asked);
      await keys.press('c');
      await shows(/[Cc]laimed/);
      await page.locator(`[data-id="${asked}"] .claimed`).waitFor();
      await keys.press('c');
      await expect.poll(async () => (await detailOf(asked)).item.claimedBy).toBeNull();
      await keys.press('Enter');
      await shows('These are the bound arguments');
      await keys.press('q');
      await keys.focused(/^Question/);
      await keys.type('Is the charge settled?');
      await keys.press('Control+Enter');
      await shows('The agent owes an answer.');
      await focusIn('.decision-bar');
      await keys.press('d');
      await keys.focused(/Ben Ito/);
      await keys.press('Space', 'Control+Enter');
      await expect.poll(async () => (await detailOf(asked)).history.some(({ type }) => /Delegated/.test(type))).toBe(true);
      await focusIn('main');

      await keys.press('.');
      await keys.focused(/^Ask the agent/);
      await keys.press('Escape');
      await keys.focused(/^More$/);
      await keys.press('Escape');
      await onLine(later);
      // The list hears of it late: until it is asked again it answers as before.
      const before = await page.evaluate<string>(`fetch('/api/inbox?view=mine&limit=100').then(answer => answer.text())`);
      expect(before).toContain(later);
      await page.route(/\/api\/inbox\?/, route => route.fulfill({ body: before, contentType: 'application/json' }));
      await keys.press('s');
      await keys.focused(/minutes$/);
      await keys.press('Enter', 'Control+Enter');
      await shows('You snoozed it until');
      const answered = page.waitForResponse(/\/api\/inbox\?/);
      await keys.press('Escape');
      await page.locator('.row, .empty').first().waitFor();
      expect(await page.locator(`[data-id="${later}"]`).count()).toBe(0);
      await (await answered).finished();
      await page.evaluate('new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      expect(await page.locator(`[data-id="${later}"]`).count()).toBe(0);
      await page.unroute(/\/api\/inbox\?/);
      await keys.press('?');
      await keys.focused(/^Close$/);
      await keys.press('Escape');
      await focusIn('body');
      expect(await page.locator('dialog[open]').count()).toBe(0);
    },
    A_WAY_MS,
  );

  it(
    'decides several with one confirmation, and keeps a view',
    async () => {
      const ids = [await product.ask({ amount: 121, riskLevel: 'high' }), await product.ask({ amount: 122, riskLevel: 'critical' })];
      const last = await product.ask({ amount: 123, riskLevel: 'medium' });
      for (const id of ids) {
        await onLine(id);
        await keys.press('v');
      }
      await shows('2 selected');
      await keys.press('a');
      await shows('2 requests will be approved, exactly as listed.');
      await focusIn('dialog');
      await keys.tabTo(/^Note to each agent/);
      await keys.type('Checked against the bank.');
      await keys.tabTo(/^Approve 2 requests$/);
      await keys.press('Enter');
      await keys.focused(/^Close$/);
      for (const id of ids) expect((await detailOf(id)).item.status).toBe('approved');
      await keys.press('Enter');
      await focusIn('.rows');
      await onLine(last);

      await keys.press('/');
      await keys.focused(/^Search/);
      await keys.type('refund');
      await keys.tabTo(/^Keep this view$/);
      await keys.press('Enter');
      await keys.focused(/^Name of the view/);
      await keys.type('Refunds');
      await keys.press('Enter');
      await page.getByRole('link', { name: 'Refunds' }).waitFor();
      await focusIn('.saved-views');
      await keys.tabTo(/^Remove this view$/);
      await keys.press('Enter');
      await expect.poll(() => page.getByRole('link', { name: 'Refunds' }).count()).toBe(0);
      await focusIn('main');
    },
    A_WAY_MS,
  );

  it(
    'changes a setting, and engages and releases the kill switch',
    async () => {
      await keys.tabTo(/^Settings$/, 'Shift+Tab');
      await keys.press('Enter');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await keys.tabTo(/^Safety$/);
      await keys.press('Enter');
      await page.getByRole('heading', { name: 'Kill switch' }).waitFor();
      await keys.tabTo(/^Reason/);
      await keys.type('It refunds the same order again and again');
      await keys.tabTo(/^Engage the kill switch$/);
      await keys.press('Enter');
      await keys.focused(/^Engage now$/);
      await keys.press('Escape');
      await keys.focused(/^Engage the kill switch$/);
      await keys.press('Enter');
      await keys.focused(/^Engage now$/);
      await keys.press('Enter');
      await shows(/^Engaged for/);
      await focusIn('main');
      await keys.tabTo(/^Release$/, 'Shift+Tab');
      await keys.press('Enter');
      await keys.focused(/^Release$/);
      await keys.press('Enter');
      await shows(/^Released for/);
      await focusIn('main');

      await keys.tabTo(/^On call$/);
      await keys.press('Enter');
      await keys.tabTo(/^Id\b/);
      await keys.type('night');
      await keys.tabTo(/^Name\b/);
      await keys.type('Night');
      await keys.tabTo(/^Add to the turns/);
      await keys.type('Ben');
      await keys.tabTo(/^Save the schedule$/);
      await keys.press('Enter');
      await keys.focused(/^Save the schedule$/);
      await keys.press('Enter');
      await page.getByRole('heading', { name: 'Night', exact: true }).waitFor();
      await focusIn('main');
    },
    A_WAY_MS,
  );

  it(
    'reads the numbers, goes to a list and back, downloads, and signs out',
    async () => {
      await keys.tabTo(/^How it goes$/, 'Shift+Tab');
      await keys.press('Enter');
      await page.getByRole('heading', { name: 'What was asked' }).waitFor();
      await keys.tabTo(/^\d+ requests$/);
      const said = (await keys.focus()).name;
      await keys.press('Enter');
      await page.getByRole('heading', { name: said, exact: true }).waitFor();
      await focusIn('main');
      await keys.tabTo(/^Back to how it goes$/);
      await keys.press('Enter');
      await keys.tabTo(/^Requests as CSV$/);
      const [download] = await Promise.all([page.waitForEvent('download'), keys.press('Enter')]);
      expect(download.suggestedFilename()).toBe('holdpoint-approvals.csv');

      await keys.tabTo(/^Account of/, 'Shift+Tab');
      await keys.press('Enter');
      await keys.tabTo(/^Sign out$/);
      await keys.press('Escape');
      await keys.focused(/^Account of/);
      await keys.press('Enter');
      await keys.tabTo(/^Sign out$/);
      await keys.press('Enter');
      await page.getByRole('heading', { name: 'Sign in to review' }).waitFor();
      await keys.focused(/^Email/);
    },
    A_WAY_MS,
  );

  it('and whatever had the focus showed it, and nothing went wrong', () => {
    expect([...new Set(keys.unseen)]).toEqual([]);
    expect(trouble).toEqual([]);
  });
});
