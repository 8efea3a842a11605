import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { buildWeb } from './built-web.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SETTINGS = ['profile', 'notifications', 'tokens', 'safety', 'policies', 'people', 'on-call', 'escalations', 'grants', 'agents'];
/** Starting everything, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
/** A flow in two browsers, milliseconds. */
const FLOW_MS = 60_000;
const EVERY_PAGE_MS = 180_000;

/** What people do with each other and with the settings, in real browsers on the real parts. */
describe.skipIf(!existsSync(CHROMIUM))(
  `people and settings in the browser${existsSync(CHROMIUM) ? '' : ` (skipped: no ${CHROMIUM}; install chromium to run it)`}`,
  () => {
    let product: WholeProduct;
    let dist: string;
    let browser: Browser;
    let ben: Person;
    let owner: Page;
    const contexts: BrowserContext[] = [];
    const trouble: string[] = [];

    const signIn = async ({ email, password }: { email: string; password: string }): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
      contexts.push(context);
      const page = await context.newPage();
      page.on('pageerror', error => trouble.push(`error ${error.message}`));
      page.on('request', request => {
        if (!request.url().startsWith(product.url)) trouble.push(`request to ${request.url()}`);
      });
      page.on('console', message => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) trouble.push(`console ${message.text()}`);
      });
      await page.goto(product.url);
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password').fill(password);
      await page.keyboard.press('Enter');
      await page.getByText('Live', { exact: true }).waitFor();
      return page;
    };
    const open = async (page: Page, id: string) => {
      await page.goto(`${product.url}/approvals/${id}`);
      await page.getByText('These are the bound arguments').waitFor();
    };
    const violations = async (page: Page): Promise<string[]> => {
      const devtools = await page.context().newCDPSession(page);
      const expression = `${AXE}; axe.run(document).then(found => found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' '))))`;
      const { result } = await devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return result.value as string[];
    };

    beforeAll(async () => {
      dist = await buildWeb();
      product = await startWholeProduct(dist);
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
      ben = await product.join('Ben Ito', 'senior');
      owner = await signIn(product.owner);
    }, START_MS);
    afterAll(async () => {
      for (const context of contexts) await context.close();
      await browser?.close();
      await product?.close();
      if (dist) await rm(dist, { recursive: true, force: true });
    });
    afterEach(() => expect(trouble.splice(0)).toEqual([]));

    it(
      'asks the agent by keyboard, shows the answer by itself, and approves',
      async () => {
        const id = await product.ask();
        await open(owner, id);
        await owner.keyboard.press('q');
        await owner.keyboard.type('Is the second charge settled?');
        await owner.keyboard.press('Control+Enter');
        await owner.getByText('The agent owes an answer.').waitFor();
        await product.answer(id, 'Yes, since this morning.');
        await owner.locator('.comments .answer', { hasText: 'Yes, since this morning.' }).waitFor();
        expect(await owner.getByText('The agent owes an answer.').count()).toBe(0);
        const said = await owner.locator('.comments > li').allInnerTexts();
        expect(said.map(text => (text.includes('asked the agent') ? 'question' : 'answer'))).toEqual(['question', 'answer']);
        await owner.keyboard.press('a');
        await owner.getByText('Approve exactly what is shown?').waitFor();
        await owner.keyboard.press('Enter');
        await owner.getByText('Your approval is recorded.').waitFor();
      },
      FLOW_MS,
    );

    it(
      'delegates to a colleague, who finds it and decides',
      async () => {
        const id = await product.ask();
        await open(owner, id);
        await owner.getByRole('button', { name: 'More' }).click();
        await owner.keyboard.press('ArrowDown');
        await owner.keyboard.press('Enter');
        await owner.getByLabel(/Ben Ito/).check();
        await owner.getByRole('button', { name: 'Delegate' }).click();
        await owner.getByText('Ben Ito for').waitFor();
        const bens = await signIn(ben);
        await bens.locator(`[data-id="${id}"]`).click();
        await bens.getByText('These are the bound arguments').waitFor();
        await bens.keyboard.press('a');
        await bens.getByText('Approve exactly what is shown?').waitFor();
        await bens.keyboard.press('Enter');
        await owner.getByRole('heading', { name: 'Approved by Ben Ito' }).waitFor();
      },
      FLOW_MS,
    );

    it(
      'snoozes from the list: out of sight, under its own view, and the filter stays in the address',
      async () => {
        const id = await product.ask();
        await owner.goto(`${product.url}/?q=issue_refund`);
        await owner.locator(`[data-id="${id}"]`).waitFor();
        while (!(await owner.locator(`.selected [data-id="${id}"]`).count())) await owner.keyboard.press('j');
        await owner.keyboard.press('s');
        await owner.getByRole('button', { name: '5 minutes' }).click();
        await owner.getByRole('button', { name: 'Snooze', exact: true }).click();
        await owner.getByText('You snoozed it until').waitFor();
        await owner.goto(`${product.url}/?q=issue_refund`);
        await owner.getByRole('link', { name: 'Snoozed1' }).click();
        await owner.locator(`[data-id="${id}"]`, { hasText: 'Back at' }).waitFor();
        expect(new URL(owner.url()).search).toBe('?view=snoozed&q=issue_refund');
        await owner.getByRole('link', { name: /^For me/ }).click();
        await expect.poll(() => owner.locator(`[data-id="${id}"]`).count()).toBe(0);
      },
      FLOW_MS,
    );

    it(
      'says what breaking the glass does before it can be confirmed, and asks somebody else to look at it afterwards',
      async () => {
        const id = await product.ask();
        await open(owner, id);
        await owner.getByRole('button', { name: 'More' }).click();
        await owner.getByRole('menuitem', { name: /Break glass/ }).click();
        const confirm = owner.getByRole('button', { name: 'Set the rules aside' });
        await owner.getByLabel(/Reason/).fill('The card processor closes in a minute.');
        expect(await confirm.getAttribute('aria-disabled')).toBe('true');
        await owner.getByLabel(/answer for it/).check();
        expect(await violations(owner)).toEqual([]);
        await confirm.click();
        await owner.getByRole('heading', { name: 'To be reviewed afterwards' }).waitFor();
        const bens = await signIn(ben);
        await bens.goto(`${product.url}/settings/policies`);
        await bens.locator(`a[href='/approvals/${id}']`).click();
        await bens.getByRole('button', { name: 'It was right' }).click();
        await owner.getByRole('heading', { name: 'Reviewed afterwards' }).waitFor();
      },
      FLOW_MS,
    );

    it(
      'shows in one browser that the kill switch was engaged in another, and approves nothing meanwhile',
      async () => {
        const id = await product.ask();
        const bens = await signIn(ben);
        await open(bens, id);
        await owner.goto(`${product.url}/settings/safety`);
        await owner.getByLabel('Reason').fill('It refunds the same order again and again');
        await owner.getByRole('button', { name: 'Engage the kill switch' }).click();
        await owner.getByText('Nothing that any agent asks is approved any more').waitFor();
        const pressedAt = performance.now();
        await owner.getByRole('button', { name: 'Engage now' }).click();
        await bens.getByText('Held by the kill switch of the organisation.').waitFor();
        console.error(`the kill switch showed in the other browser after ${Math.round(performance.now() - pressedAt)} ms`);
        await bens.getByText('again and again').first().waitFor();
        await bens.keyboard.press('a');
        await bens.keyboard.press('Enter');
        await bens.locator('.decision-bar', { hasText: 'again and again' }).waitFor();
        const { item } = await product.api<{ item: { status: string } }>('GET', `/api/approvals/${id}`);
        expect(item.status).toBe('pending');
        await owner.goto(product.url);
        await owner.getByText('The kill switch is engaged.').waitFor();
        await owner.getByRole('link', { name: 'Safety settings' }).click();
        await owner.getByRole('button', { name: 'Release' }).click();
        await owner.getByRole('group', { name: 'Release' }).getByRole('button', { name: 'Release' }).click();
        await bens.getByText('Held by the kill switch').waitFor({ state: 'detached' });
      },
      FLOW_MS,
    );

    it(
      'writes a policy: marks the line that is wrong, says what changes, publishes and activates',
      async () => {
        await owner.goto(`${product.url}/settings/policies`);
        await owner.getByRole('button', { name: 'Write the next version' }).click();
        const text = owner.getByLabel('Policy as YAML');
        await expect.poll(() => text.inputValue()).toContain('rules:');
        const before = await text.inputValue();
        const broken = before.replace(/when: .*/, 'when: amount <');
        await text.fill(broken);
        const line = broken.split('\n').findIndex(content => content.includes('amount <')) + 1;
        await owner
          .getByRole('button', { name: `line ${line}` })
          .first()
          .waitFor();
        expect(await owner.locator('.gutter .error').first().innerText()).toBe(String(line));
        expect(await owner.getByRole('button', { name: 'Publish', exact: true }).getAttribute('aria-disabled')).toBe('true');
        await text.fill(before.replace(/approvalValidSec: \d+/, 'approvalValidSec: 1234'));
        await owner.locator('.changes', { hasText: '1234' }).waitFor();
        expect(await violations(owner)).toEqual([]);
        await owner.getByRole('button', { name: 'Publish', exact: true }).click();
        await owner.getByRole('group', { name: 'Publish' }).getByRole('button', { name: 'Publish' }).click();
        await owner.getByRole('heading', { name: /Version 2 is published/ }).waitFor();
        await owner.getByRole('button', { name: 'See the versions' }).click();
        const row = owner.locator('.setting-rows li', { hasText: 'Version 2' });
        await row.getByRole('button', { name: 'Activate' }).click();
        await row.getByRole('group', { name: 'Activate' }).getByRole('button', { name: 'Activate' }).click();
        await owner.getByText('Version 2 decides now.').waitFor();
        await row.getByText('active', { exact: true }).waitFor();
        const { items } = await product.api<{ items: { version: number; active: boolean }[] }>('GET', '/api/policies');
        expect(items.filter(({ active }) => active).map(({ version }) => version)).toEqual([2]);
      },
      FLOW_MS,
    );

    it(
      'names the field a form was refused for, and shows what was saved',
      async () => {
        await owner.goto(`${product.url}/settings/on-call`);
        await owner.getByLabel('Id').fill('night');
        await owner.getByLabel('Name').fill('Night');
        await owner.getByLabel('Time zone').fill('Europe/Atlantis');
        await owner.getByLabel('Add to the turns').selectOption({ label: 'Ben Ito' });
        const save = async () => {
          await owner.getByRole('button', { name: 'Save the schedule' }).click();
          await owner.getByRole('group', { name: 'Save the schedule' }).getByRole('button', { name: 'Save the schedule' }).click();
        };
        await save();
        await owner.locator('.setting-field .field-problem', { hasText: 'Atlantis' }).waitFor();
        await owner.getByLabel('Time zone').fill('UTC');
        await save();
        await owner.getByRole('heading', { name: 'Night' }).waitFor();
        await owner.locator('.turns').waitFor();
        await owner.goto(`${product.url}/settings/grants`);
        await owner.getByLabel('Tool').fill('reship_parcel');
        await owner.getByLabel('Reason').fill('The card processor is down');
        await owner.getByRole('button', { name: 'Make the grant' }).click();
        await owner.getByText('up to 10 calls of reship_parcel run').waitFor();
        await owner.getByRole('group', { name: 'Make the grant' }).getByRole('button', { name: 'Make the grant' }).click();
        await owner.getByText('10 of 10').waitFor();
      },
      FLOW_MS,
    );

    it.each([
      ['light', 1_280],
      ['dark', 360],
    ] as const)(
      'has no accessibility violation and no sideways scrolling in the settings and menus, %s at %i px',
      async (colorScheme, width) => {
        // Many short turns: the widest picture of the settings.
        const officeHours = [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }];
        const layer = { name: 'hours', startsOn: '2026-01-05', turns: [[ben.id]], restrictions: officeHours };
        await product.api('PUT', '/api/schedules/desk', { document: { name: 'Desk', timeZone: 'Europe/Berlin', layers: [layer] } });
        const page = await signIn(product.owner);
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        const found: string[] = [];
        const look = async (where: string) => {
          found.push(...(await violations(page)).map(violation => `${where}: ${violation}`));
          const over = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
          if (over > 0) found.push(`${where}: ${over} px too wide`);
        };
        for (const part of SETTINGS) {
          await page.goto(`${product.url}/settings/${part}`);
          await page.locator('.panel').first().waitFor();
          await expect.poll(() => page.getByText('Reading…').count()).toBe(0);
          await page.evaluate("for (const more of document.querySelectorAll('details.setting-more')) more.open = true");
          await look(part);
        }
        await page.goto(`${product.url}/?view=snoozed`);
        await page.locator('.row, .empty').first().waitFor();
        await look('snoozed');
        await open(page, await product.ask());
        for (const verb of ['Ask the agent', 'Delegate', 'Reassign', 'Snooze', 'Extend the deadline', 'Break glass']) {
          await page.getByRole('button', { name: 'More' }).click();
          if (verb === 'Ask the agent') await look('menu');
          await page.getByRole('menuitem', { name: verb }).click();
          await page.locator('.confirmation').waitFor();
          await look(verb);
          await page.getByRole('button', { name: 'Cancel' }).click();
        }
        expect(found).toEqual([]);
      },
      EVERY_PAGE_MS,
    );
  },
);
