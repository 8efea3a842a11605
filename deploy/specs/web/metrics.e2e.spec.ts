import { readFileSync } from 'node:fs';
import { type MetricsReport } from '@holdpoint/contracts';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';
import { workAMonth } from './a-months-work.ts';
import { builtWeb } from './built-web.ts';

/** Building and starting, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
const FLOW_MS = 60_000;
const REQUESTS = 120;
/** Every number of the page that leads somewhere: where, what it says, and what it is a number of. */
const NUMBERS = `[...document.querySelectorAll('.metrics a.counted')].map(link => ({ href: link.getAttribute('href'), says: link.textContent.trim(), about: link.getAttribute('aria-label') }))`;
/** Numbers that lead nowhere; shares of a whole are said beside its numbers. */
const BARE_NUMBERS = `[...document.querySelectorAll('.metrics :is(td.number, .figure dd)')].flatMap(cell => {
  const rest = cell.cloneNode(true);
  for (const link of rest.querySelectorAll('a')) link.remove();
  const said = rest.textContent.replace(/\\d+ %/g, '');
  return /\\d/.test(said) ? [said.trim()] : [];
})`;

describe.skipIf(!hasChromium)(`how it goes, in the browser${unlessSkipped}`, () => {
  let world: RunningConsole;
  let browser: Browser;
  let page: Page;
  let open: string;
  const trouble: string[] = [];

  /** All that a list of the API has, page after page. */
  const listBehind = async (search: string) => {
    const items: { escalations: number }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await world.json<{ items: { escalations: number }[]; nextCursor: string | null }>(
        'GET',
        `/api/metrics/requests?${search}&limit=200${more}`,
      );
      items.push(...answer.items);
      cursor = answer.nextCursor;
    }
    return items;
  };
  const overview = async () => {
    await goTo(page, '/reports');
    await page.locator('.chart canvas').nth(1).waitFor();
  };

  beforeAll(async () => {
    world = await startConsole({ CONSOLE_WEB_FOLDER: await builtWeb() });
    open = await workAMonth(world, REQUESTS);
    browser = await launchBrowser();
    page = await (await browser.newContext({ viewport: { width: 1_440, height: 900 } })).newPage();
    watchTrouble(page, world.url, trouble);
    await signInAt(page, world.url, world.credentials);
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it(
    'shows the numbers of the API, with pictures, and each leads to its list',
    async () => {
      await page.getByRole('link', { name: 'How it goes' }).click();
      await page.locator('.chart canvas').nth(1).waitFor();
      const report = await world.json<MetricsReport>('GET', '/api/metrics');
      expect(report.volume.asked).toBe(REQUESTS);
      await page.getByRole('link', { name: `${report.volume.asked} requests`, exact: true }).waitFor();
      await page.getByText('always approved').first().waitFor();
      const expired = page.getByRole('link', { name: /expired before anybody decided/ });
      expect(await expired.textContent()).toBe(String(report.deadline.expired));
      await expired.click();
      await page.getByRole('heading', { name: 'Expired before anybody decided' }).waitFor();
      await page.getByRole('heading', { name: new RegExp(`^${report.deadline.expired} requests?$`) }).waitFor();
      expect(await page.locator('tbody tr').count()).toBe(report.deadline.expired);
      await page.locator('tbody a').first().click();
      await page.waitForURL(/\/approvals\/apr_/);
    },
    FLOW_MS,
  );

  it(
    'every number of the page leads to a list of as many as it says',
    async () => {
      await overview();
      await page.evaluate("for (const table of document.querySelectorAll('.chart-table')) table.open = true");
      const links = (await page.evaluate(NUMBERS)) as { href: string; says: string; about: string }[];
      expect(links.length).toBeGreaterThan(60);
      expect(await page.evaluate(BARE_NUMBERS)).toEqual([]);
      const wrong: string[] = [];
      for (const { href, says, about } of links) {
        const [path, search] = href.split('?') as [string, string];
        if (path !== '/reports/requests') continue;
        const items = await listBehind(search);
        // Times and lengths lead to what they were measured on.
        if (!/^\d+( votes in \d+)?$/.test(says) || about.includes('attempts')) {
          const levels = items.reduce((sum, { escalations }) => sum + escalations, 0);
          if (says.endsWith('levels') ? Number.parseInt(says, 10) !== levels : items.length === 0)
            wrong.push(`${about}: ${says}, ${items.length} listed`);
        } else if (Number.parseInt(says, 10) !== items.length) wrong.push(`${about}: ${says}, ${items.length} listed`);
      }
      expect(wrong).toEqual([]);
      console.error(`${links.length} numbers, each with its list`);
      // And as people see it: alerts, each with its request, to whom it went, and why it failed.
      await page.getByRole('link', { name: /^\d+ alerts by email that failed with bounce$/ }).click();
      await page.getByRole('heading', { name: 'Alerts by email: failed, bounce' }).waitFor();
      await page.getByRole('cell', { name: 'bounce' }).first().waitFor();
    },
    FLOW_MS,
  );

  it(
    'is read by everybody who reads: no violation in light and dark, the pictures as tables, nothing wider than a phone',
    async () => {
      await overview();
      expect(await violationsInBothThemes(page)).toEqual([]);
      const table = page.locator('.chart-table').first();
      await table.locator('summary').click();
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(25);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await tooWide(page), 'the overview').toBe(0);
      await goTo(page, '/reports/requests?behind=asked');
      await page.locator('tbody tr').first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await tooWide(page), 'the list').toBe(0);
      await page.setViewportSize({ width: 1_440, height: 900 });
    },
    FLOW_MS,
  );

  it(
    'knows afterwards who had what on the screen, and gives the period as a file',
    async () => {
      await page.goto(`${world.url}/approvals/${open}`);
      await page.locator('#part-5').scrollIntoViewIfNeeded();
      const viewed = async () => {
        const { items } = await world.json<{ items: { type: string; actor: string; data: { part?: string } }[] }>(
          'GET',
          '/api/exports/audit?format=json',
        );
        return items.filter(({ type, actor }) => type === 'ApprovalViewed' && actor !== 'service:spec').map(({ data }) => data.part);
      };
      await expect.poll(viewed, { timeout: 10_000 }).toEqual(['request', 'context']);
      await overview();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Decisions as CSV' }).click()]);
      expect(download.suggestedFilename()).toBe('holdpoint-decisions.csv');
      expect(readFileSync(await download.path(), 'utf8')).toMatch(/^id,decision,/);
      expect(trouble).toEqual([]);
    },
    FLOW_MS,
  );
});
