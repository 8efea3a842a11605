import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type MetricsReport } from '@holdpoint/contracts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';
import { workAMonth } from './a-months-work.ts';
import { buildWeb } from './built-web.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Building and starting, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
const FLOW_MS = 60_000;
const REQUESTS = 120;

describe.skipIf(!existsSync(CHROMIUM))(
  `how it goes, in the browser${existsSync(CHROMIUM) ? '' : ` (skipped: no ${CHROMIUM}; install chromium to run it)`}`,
  () => {
    let world: RunningConsole;
    let dist: string;
    let browser: Browser;
    let page: Page;
    let open: string;
    const trouble: string[] = [];

    const violations = async (): Promise<string[]> => {
      const devtools = await page.context().newCDPSession(page);
      const expression = `${AXE}; axe.run(document).then(found => found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' '))))`;
      const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return result.value as string[];
    };
    const overview = async () => {
      await page.goto(`${world.url}/reports`);
      await page.locator('.chart canvas').nth(1).waitFor();
    };

    beforeAll(async () => {
      dist = await buildWeb();
      world = await startConsole({ CONSOLE_WEB_FOLDER: dist });
      open = await workAMonth(world, REQUESTS);
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
      page = await (await browser.newContext({ viewport: { width: 1_440, height: 900 } })).newPage();
      page.on('pageerror', error => trouble.push(`error ${error.message}`));
      page.on('console', message => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) trouble.push(`console ${message.text()}`);
      });
      await page.goto(world.url);
      await page.getByLabel('Email').fill(world.credentials.email);
      await page.getByLabel('Password').fill(world.credentials.password);
      await page.keyboard.press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
    }, START_MS);
    afterAll(async () => {
      await browser?.close();
      await world?.close();
      await rm(dist, { recursive: true, force: true });
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
      'is read by everybody who reads: no violation in light and dark, the pictures as tables, nothing wider than a phone',
      async () => {
        for (const scheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme: scheme });
          await overview();
          expect(await violations(), scheme).toEqual([]);
        }
        const table = page.locator('.chart-table').first();
        await table.locator('summary').click();
        expect(await table.locator('tbody tr').count()).toBeGreaterThan(25);
        await page.goto(`${world.url}/reports/requests?behind=asked`);
        await page.locator('tbody tr').first().waitFor();
        expect(await violations()).toEqual([]);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 360, height: 740 });
        for (const path of ['/reports', '/reports/requests?behind=asked']) {
          await page.goto(world.url + path);
          await page.locator('tbody tr').first().waitFor();
          expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(360);
        }
        await page.setViewportSize({ width: 390, height: 844 });
        await overview();
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
  },
);
