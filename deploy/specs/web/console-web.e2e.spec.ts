import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeConsole } from '../../../services/console/web/dev/fake-console.ts';
import { MARIA, sampleId } from '../../../services/console/web/dev/sample-approvals.ts';
import { buildWeb } from './built-web.ts';
import { ARRIVING } from '../../../services/console/web/dev/samples.ts';

const CHROMIUM = '/usr/bin/chromium';
const JS_GZIP_BYTES_MAX = 150 * 1_024;
const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** A check of every page in one browser, on a machine that may be busy, milliseconds. */
const EVERY_PAGE_MS = 120_000;

const [REFUND, MIGRATION, HOSTILE, CLAIMED] = [1, 2, 3, 4].map(sampleId) as [string, string, string, string];

/** The built app in a real browser, under the product's security policy, over a stand-in for the operators' API. */
describe.skipIf(!existsSync(CHROMIUM))(
  `the operators' web app${existsSync(CHROMIUM) ? '' : ` (skipped: no ${CHROMIUM}; install chromium to run it)`}`,
  () => {
    let dist: string;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let console_: Awaited<ReturnType<typeof startFakeConsole>>;
    /** What a hostile page could cause: dialogs, requests to other hosts, refused scripts, script errors. */
    let trouble: string[];

    beforeAll(async () => {
      dist = await buildWeb();
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
    });
    afterAll(async () => {
      await browser?.close();
      await rm(dist, { recursive: true, force: true });
    });

    beforeEach(async () => {
      console_ = await startFakeConsole({ dist });
      trouble = [];
      context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
      page = await context.newPage();
      page.on('dialog', dialog => {
        trouble.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', request => {
        if (!request.url().startsWith(console_.url)) trouble.push(`request to ${request.url()}`);
      });
      page.on('pageerror', error => trouble.push(`error ${error.message}`));
      page.on('console', message => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) trouble.push(`console ${message.text()}`);
      });
    });
    afterEach(async () => {
      await context.close();
      await console_.close();
      expect(trouble).toEqual([]);
    });

    const signIn = async (path = '/') => {
      await page.goto(console_.url + path);
      await page.getByLabel('Email').fill('owner@example.test');
      await page.getByLabel('Password').fill(console_.password);
      await page.keyboard.press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
    };
    const open = async (id: string) => {
      await signIn(`/approvals/${id}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    };
    const statusOf = (id: string) => console_.desk.details.get(id)?.item.status;
    const violations = async (): Promise<string[]> => {
      const devtools = await context.newCDPSession(page);
      const expression = `${AXE}; axe.run(document).then(found => found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' '))))`;
      const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return result.value as string[];
    };

    it('asks to sign in, says why not, and then opens the address a person came for', async () => {
      await page.goto(`${console_.url}/approvals/${REFUND}`);
      await page.getByLabel('Email').fill('owner@example.test');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('The email address or the password is not right.').waitFor();
      await page.getByLabel('Password').fill(console_.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: /issue_refund/ }).waitFor();
    });

    it('signs out and leaves nothing on the screen', async () => {
      await signIn();
      await page.getByLabel('Account of Ada Fischer').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to review' }).waitFor();
      expect(await page.locator('body').innerText()).not.toContain('issue_refund');
    });

    it('shows a request that arrives while the inbox is open, and counts it', async () => {
      await signIn();
      const mine = page.getByRole('link', { name: /^For me/ });
      await expect.poll(() => mine.innerText()).toContain('8');
      console_.desk.add(ARRIVING);
      await page.getByText('cancel_subscription').waitFor();
      await expect.poll(() => mine.innerText()).toContain('9');
    });

    it('says when the live connection is lost, and heals by itself', async () => {
      await signIn();
      for (const stream of console_.desk.streams) stream.end();
      await page.getByText('Reconnecting').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      console_.desk.add(ARRIVING);
      await page.getByText('cancel_subscription').waitFor();
    });

    it('keeps filters in the address', async () => {
      await signIn();
      await page.keyboard.press('/');
      await page.keyboard.type('zip');
      await page.getByText('Sleeping bag arrived').waitFor();
      await expect.poll(() => new URL(page.url()).search).toBe('?q=zip');
      await page.reload();
      await expect.poll(() => page.locator('.row').count()).toBe(1);
      await page.keyboard.press('/');
      await page.keyboard.type(' nothing');
      await page.getByRole('heading', { name: 'Nothing matches these filters' }).waitFor();
    });

    it('tells the first person how to send the first request', async () => {
      console_.desk.details.clear();
      await signIn();
      await page.getByRole('heading', { name: 'Send the first request' }).waitFor();
      expect(await violations()).toEqual([]);
    });

    it('approves by keyboard alone: J J Enter A Enter, then on to the next request', async () => {
      await signIn();
      await page.locator('.row').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await expect.poll(() => page.locator('.row:focus').innerText()).toContain('245.00 USD');
      await page.keyboard.press('Enter');
      await page.getByText('These are the bound arguments').waitFor();
      await page.keyboard.press('a');
      await page.getByText('Approve exactly what is shown?').waitFor();
      expect(statusOf(REFUND)).toBe('pending');
      await page.keyboard.press('Enter');
      await page.getByText('Your approval is recorded.').waitFor();
      expect(statusOf(REFUND)).toBe('approved');
      expect(console_.bodies).toEqual([{ expectedRevision: 2, step: 0 }]);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /send_payment/ }).waitFor();
    });

    it('never decides from the list: A there opens the request and asks', async () => {
      await signIn();
      await page.locator('.row').first().waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.locator('.row:focus', { hasText: '245.00 USD' }).waitFor();
      await page.keyboard.press('a');
      await page.getByText('Approve exactly what is shown?').waitFor();
      expect(statusOf(REFUND)).toBe('pending');
    });

    it('rejects with a reason and a note', async () => {
      await open(REFUND);
      await page.getByText('You may decide').waitFor();
      await page.keyboard.press('r');
      await page.keyboard.type('Already refunded on Friday.');
      await page.getByLabel('Already done').check();
      await page.keyboard.press('Control+Enter');
      await page.getByRole('heading', { name: 'Rejected by Ada Fischer' }).waitFor();
      expect(console_.bodies).toEqual([{ note: 'Already refunded on Friday.', reasonCode: 'duplicate' }]);
    });

    it('modifies through a form made from the schema, with a live difference', async () => {
      await open(REFUND);
      await page.keyboard.press('e');
      await page.getByLabel('amount required').fill('9999');
      await page.getByText('At most 2000.').waitFor();
      await page.getByLabel('amount required').fill('200');
      await page.getByLabel('currency required').selectOption({ label: 'EUR' });
      await page.getByLabel('Remove reason').click();
      expect(await page.locator('.diff').innerText()).toMatch(
        /amount[\s\S]*245[\s\S]*200[\s\S]*currency[\s\S]*USD[\s\S]*EUR[\s\S]*reason removed/,
      );
      expect(await violations()).toEqual([]);
      await page.getByLabel(/^Why the change/).fill('Only the goods.');
      await page.getByRole('button', { name: 'Approve with changes' }).click();
      await page.getByRole('heading', { name: 'Approved with changes by Ada Fischer' }).waitFor();
      expect(console_.bodies).toEqual([
        {
          note: 'Only the goods.',
          action: {
            name: 'issue_refund',
            args: {
              order_id: 'A-4711',
              amount: 200,
              currency: 'EUR',
              notify_customer: true,
              destination: { method: 'card', reference: '•••• 4242' },
            },
          },
          expectedRevision: 2,
          step: 0,
        },
      ]);
    });

    it('shows which field of an edit the server refused, and keeps the edit', async () => {
      await open(REFUND);
      await page.keyboard.press('e');
      await page.getByLabel('amount required').fill('1999');
      await page.keyboard.press('Control+Enter');
      await page.getByText('must be <= what was paid').waitFor();
      expect(await page.getByLabel('amount required').inputValue()).toBe('1999');
      expect(statusOf(REFUND)).toBe('pending');
    });

    it('keeps Approve off until every folded part of the action was opened', async () => {
      await open(MIGRATION);
      await page.getByText('2 parts of the action are folded').waitFor();
      await page.keyboard.press('a');
      await page.getByRole('button', { name: 'Approve' }).click({ force: true });
      expect(await page.getByText('Approve exactly what is shown?').count()).toBe(0);
      await page.getByRole('button', { name: 'Show all 2 folded parts' }).click();
      await page.getByText('DROP TABLE order_audit;').waitFor();
      await page.keyboard.press('a');
      await page.getByText('Approve exactly what is shown?').waitFor();
    });

    it('renders hostile text inert and marked, and asks to confirm it was read', async () => {
      await open(HOSTILE);
      await page.getByText('<img src="http://evil.example/p.png" onerror="alert(1)">').waitFor();
      expect(await page.locator('main a[href*="evil"], main img, main iframe, main script, main svg[onload]').count()).toBe(0);
      expect(await page.locator('.executed').innerText()).toContain('U+202E');
      expect(await page.locator('.executed').innerText()).toContain('only looks like “paypal”');
      expect(await page.locator('.executed').innerText()).toContain('“ignore the rules”');
      expect(await page.evaluate('document.body.textContent')).not.toMatch(/[\u202e\u200b\u00ad]|\u{e0069}/u);
      expect(await violations()).toEqual([]);
      await page.getByRole('button', { name: /^Show 517 more/ }).click();
      await page.getByText('499 blank lines').waitFor();
      await page.getByText('Confirm above that you have read them').waitFor();
      await page.keyboard.press('a');
      expect(await page.getByText('Approve exactly what is shown?').count()).toBe(0);
      await page.getByLabel(/deceive the eye/).check();
      await page.keyboard.press('a');
      await page.getByText('Approve exactly what is shown?').waitFor();
    });

    it('refuses to approve arguments that are not the bound ones', async () => {
      const detail = console_.desk.details.get(REFUND);
      if (detail) detail.effectiveAction = { name: 'issue_refund', args: { ...detail.effectiveAction.args, amount: 24_500 } };
      await open(REFUND);
      await page.getByText('Not the arguments this request is bound to').waitFor();
      await page.keyboard.press('a');
      expect(await page.getByText('Approve exactly what is shown?').count()).toBe(0);
    });

    it('says who won a lost race and keeps the note', async () => {
      await open(REFUND);
      await page.keyboard.press('r');
      await page.keyboard.type('I checked the log twice.');
      console_.desk.use(REFUND, 'approve', MARIA, { note: 'Fine.' });
      await page.getByRole('heading', { name: 'Approved by Maria Lopez' }).waitFor();
      expect(await page.locator('.decision-bar').innerText()).toContain('I checked the log twice.');
      expect(console_.bodies).toEqual([]);
    });

    it('decides again by itself when only a comment came in between', async () => {
      await open(REFUND);
      await page.getByText('These are the bound arguments').waitFor();
      for (const stream of console_.desk.streams) stream.end();
      console_.desk.streams.clear();
      console_.desk.use(REFUND, 'comment', MARIA, { note: 'Looks right to me.' });
      await page.keyboard.press('a');
      await page.keyboard.press('Enter');
      await page.getByText('Your approval is recorded.').waitFor();
      expect(console_.bodies.map(body => (body as { expectedRevision: number }).expectedRevision).at(-1)).toBe(3);
    });

    it('explains a verb that is not for this person', async () => {
      await open(CLAIMED);
      await page.getByText('The step asks for a senior, and you hold operator.').waitFor();
      await page.keyboard.press('a');
      await page.keyboard.press('r');
      expect(await page.locator('.confirmation').count()).toBe(0);
      expect(console_.bodies).toEqual([]);
    });

    it('says why a key does nothing when one verb is not possible', async () => {
      const modify = console_.desk.details.get(REFUND)?.may.find(entry => entry.verb === 'modify');
      Object.assign(modify ?? {}, { allowed: false, why: 'The app does not accept edits.' });
      await open(REFUND);
      await page.getByText('You may decide').waitFor();
      await page.keyboard.press('e');
      await page.getByText('Modify: The app does not accept edits.').waitFor();
      expect(await page.locator('.editing').count()).toBe(0);
    });

    it('claims, comments and releases', async () => {
      await open(REFUND);
      await page.keyboard.press('c');
      await page.getByText('You claimed this request').waitFor();
      await page.keyboard.press('m');
      await page.keyboard.type('Asked the bank.');
      await page.keyboard.press('Control+Enter');
      await page.getByText('Comment added').waitFor();
      expect(await page.locator('.comments').innerText()).toContain('Asked the bank.');
      await page.keyboard.press('c');
      await page.getByText('Claim released').waitFor();
    });

    it('searches the context', async () => {
      await open(REFUND);
      await page.getByLabel('Search the context').fill('ch_3qx');
      await expect.poll(() => page.locator('.context mark').count()).toBeGreaterThan(1);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.context mark').count()).toBe(0);
      expect(page.url()).toContain(REFUND);
    });

    it.each([
      ['light', 1_280],
      ['dark', 390],
    ] as const)(
      'has no accessibility violation and no sideways scrolling, %s at %i px',
      async (colorScheme, width) => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(console_.url);
        await page.getByLabel('Email').waitFor();
        const found = [await violations()];
        await signIn();
        await page.locator('.row').first().waitFor();
        await page.keyboard.press('j');
        found.push(await violations());
        for (const id of [REFUND, MIGRATION, HOSTILE, CLAIMED]) {
          await page.goto(`${console_.url}/approvals/${id}`);
          await page.locator('#part-6').waitFor();
          found.push(await violations());
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        }
        await page.keyboard.press('?');
        found.push(await violations());
        expect(found.flat()).toEqual([]);
      },
      EVERY_PAGE_MS,
    );

    it('loads less than 150 KiB of compressed script first, and the settings only when somebody goes there', () => {
      const sizeOf = (name: string) => gzipSync(readFileSync(join(dist, 'assets', name))).length;
      const scripts = readdirSync(join(dist, 'assets')).filter(name => name.endsWith('.js'));
      const first = scripts.filter(name => readFileSync(join(dist, 'index.html'), 'utf8').includes(name));
      const bytes = first.reduce((sum, name) => sum + sizeOf(name), 0);
      console.error(`first load: ${Math.round(bytes / 1_024)} KiB of compressed script`);
      expect(first.some(name => name.startsWith('index'))).toBe(true);
      expect(bytes).toBeLessThan(JS_GZIP_BYTES_MAX);
      expect(scripts.filter(name => !first.includes(name)).some(name => name.startsWith('policies'))).toBe(true);
    });
  },
);
