import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { buildWeb } from './built-web.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** All pages in one browser, on a machine that may be busy, milliseconds. */
const EVERY_PAGE_MS = 180_000;

let dist: string;
let product: WholeProduct;
let browser: Browser;
let waiting: string;
let decided: string;

/** Goes there as a link would, without loading the app again. */
const goTo = async (page: Page, path: string) => {
  await page.evaluate(`(() => { history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate')); })()`);
  await page.locator('main :is(h1, h2)').first().waitFor();
  while ((await page.locator('main .loading').count()) > 0) await page.waitForTimeout(20);
};
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
    '/approvals/apr_none',
    '/nothing',
    '/reports',
    ...settings,
  ];
};

describe.skipIf(!existsSync(CHROMIUM))('every page', () => {
  beforeAll(async () => {
    dist = await buildWeb();
    product = await startWholeProduct(dist);
    waiting = await product.ask({ amount: 245 });
    decided = await product.ask({ amount: 300, riskLevel: 'high' });
    await product.api('POST', `/api/approvals/${decided}/reject`, { note: 'Not this one.' });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.close();
    await rm(dist, { recursive: true, force: true });
  });

  it.each([
    ['light', 1_440],
    ['dark', 360],
  ] as const)(
    'has no accessibility violation, fits, and asks its policy for nothing: %s at %i px',
    async (colorScheme, width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const refused: string[] = [];
      await page.exposeFunction('violated', (what: string) => void refused.push(what));
      await page.addInitScript(
        `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violated(violatedDirective + ' ' + blockedURI))`,
      );
      const devtools = await page.context().newCDPSession(page);
      const violations = async (): Promise<string[]> => {
        const expression = `${AXE}; axe.run(document).then(found => found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' '))))`;
        const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
        return result.value as string[];
      };
      await page.goto(product.url);
      await page.getByLabel('Email').fill(product.owner.email);
      await page.getByLabel('Password').fill(product.owner.password);
      const found: string[] = (await violations()).map(one => `sign-in: ${one}`);
      await page.keyboard.press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
      const all = await addresses(page);
      for (const path of all) {
        await goTo(page, path);
        for (const one of await violations()) found.push(`${path}: ${one}`);
        const tooWide = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
        if (tooWide > 0) found.push(`${path}: ${tooWide} px too wide`);
      }
      console.error(`${all.length} pages, ${colorScheme}, ${width} px`);
      expect(found).toEqual([]);
      // axe itself sets styles the policy refuses; nothing else may.
      expect(refused.filter(what => !what.startsWith('style-src'))).toEqual([]);
      await page.close();
    },
    EVERY_PAGE_MS,
  );
});
