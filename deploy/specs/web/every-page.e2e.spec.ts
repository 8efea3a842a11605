import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTo, hasChromium, launchBrowser, signInAt, tooWide, unlessSkipped, violations } from './a-browser.ts';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

/** Starting everything, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
/** All pages in one browser, on a machine that may be busy, milliseconds. */
const EVERY_PAGE_MS = 240_000;
/** How each page is looked at: as on a desk and as on a small phone at night. */
const LOOKS = [
  ['light', 1_440],
  ['dark', 360],
] as const;
/** Verbs whose forms open from the menu of a request. */
const MENU = ['Ask the agent', 'Delegate', 'Reassign', 'Snooze', 'Extend the deadline', 'Break glass'];
/** Whatever can be opened without saving anything is open while it is looked at. */
const OPEN_ALL = `for (const more of document.querySelectorAll('main :is(.setting-more, .fold-row, .chart-table)')) { more.removeAttribute('name'); more.open = true; }`;

let product: WholeProduct;
let browser: Browser;
let waiting: string;
let decided: string;
let erased: string;

/** The addresses of every page: those the settings list for an owner, so that a new one is not forgotten, and the others. */
const addresses = async (page: Page): Promise<string[]> => {
  await goTo(page, '/settings');
  const settings = (await page.evaluate(
    `[...document.querySelectorAll('.settings-nav a')].map(link => link.getAttribute('href'))`,
  )) as string[];
  expect(settings.length).toBeGreaterThan(10);
  const inbox = ['mine', 'team', 'all', 'snoozed', 'decided'].map(view => `/?view=${view}`);
  return [
    ...inbox,
    '/?view=all&risk=high',
    `/approvals/${waiting}`,
    `/approvals/${waiting}?do=edit`,
    `/approvals/${decided}`,
    `/approvals/${erased}`,
    '/approvals/apr_none',
    '/nothing',
    '/reports',
    '/reports/requests?behind=asked',
    ...settings,
  ];
};

/** Something on every page of the settings: people, a schedule of many short turns (the widest picture there is), a grant, a destination, a look afterwards. */
const furnish = async () => {
  const ben = await product.join('Ben Ito', 'senior');
  const officeHours = [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }];
  const layer = { name: 'hours', startsOn: '2026-01-05', turns: [[ben.id]], restrictions: officeHours };
  await product.api('PUT', '/api/schedules/desk', { document: { name: 'Desk', timeZone: 'Europe/Berlin', layers: [layer] } });
  await product.api('POST', '/api/teams', { id: 'payments', name: 'Payments' });
  await product.api('POST', '/api/teams/payments/members', { operatorId: ben.id });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await product.api('POST', '/api/grants', { pattern: { tool: 'reship_parcel' }, usesMax: 10, expiresAt, reason: 'The processor is down' });
  const from = new Date(Date.now() + 86_400_000).toISOString();
  await product.api('POST', '/api/members/me/absences', { from, to: new Date(Date.now() + 172_800_000).toISOString(), delegateId: ben.id });
  await product.api('POST', '/api/inbox-views', { name: 'Risky ones', filters: { view: 'all', risk: 'high' } });
  const looked = await product.ask();
  await product.api('POST', `/api/approvals/${looked}/bypass`, { note: 'The card processor closes in a minute.' });
  const snoozed = await product.ask();
  await product.api('POST', `/api/approvals/${snoozed}/snooze`, { until: new Date(Date.now() + 600_000).toISOString() });
};

describe.skipIf(!hasChromium)(`every page${unlessSkipped}`, () => {
  beforeAll(async () => {
    product = await startWholeProduct(await builtWeb());
    await furnish();
    waiting = await product.ask({ amount: 245 });
    decided = await product.ask({ amount: 300, riskLevel: 'high' });
    await product.api('POST', `/api/approvals/${decided}/reject`, { note: 'Not this one.' });
    await product.api('POST', `/api/approvals/${decided}/placeHold`, { note: 'Case 2026-117.' });
    erased = await product.ask();
    await product.api('POST', `/api/approvals/${erased}/reject`, { note: 'Not this one either.' });
    await product.api('POST', `/api/approvals/${erased}/erase`, { note: 'Request 2026-14.' });
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await product?.close();
  });

  it(
    'has no accessibility violation, fits, and asks its policy for nothing, light at 1440 px and dark at 360 px',
    async () => {
      const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
      const refused: string[] = [];
      await page.exposeFunction('violated', (what: string) => void refused.push(what));
      await page.addInitScript(
        `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violated(violatedDirective + ' ' + blockedURI))`,
      );
      const found: string[] = [];
      const look = async (where: string, part?: string) => {
        for (const [colorScheme, width] of LOOKS) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          for (const one of await violations(page, part === undefined ? {} : { part }))
            found.push(`${where}, ${colorScheme}, ${width} px: ${one}`);
          const over = await tooWide(page);
          if (over > 0) found.push(`${where}: ${over} px too wide at ${width} px`);
        }
        await page.setViewportSize({ width: 1_440, height: 900 });
      };
      await page.goto(product.url);
      await page.getByLabel('Email').waitFor();
      await look('sign-in');
      await signInAt(page, product.url, product.owner);
      const all = await addresses(page);
      for (const path of all) {
        await goTo(page, path);
        await page.evaluate(OPEN_ALL);
        await look(path);
      }
      await goTo(page, `/approvals/${waiting}`);
      for (const verb of MENU) {
        await page.getByRole('button', { name: 'More' }).click();
        if (verb === MENU[0]) await look('menu', '.more-menu');
        await page.getByRole('menuitem', { name: verb }).click();
        await page.locator('.confirmation').waitFor();
        await look(verb, '.decision-bar');
        await page.getByRole('button', { name: 'Cancel' }).click();
      }
      await page.keyboard.press('?');
      await look('keys', '.key-help');
      console.error(`${all.length} pages and ${MENU.length} forms, each light and dark`);
      expect(found).toEqual([]);
      // axe itself sets styles the policy refuses; nothing else may.
      expect(refused.filter(what => !what.startsWith('style-src'))).toEqual([]);
      await page.close();
    },
    EVERY_PAGE_MS,
  );
});
