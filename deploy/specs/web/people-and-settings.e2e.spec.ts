import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { goTo, hasChromium, launchBrowser, enterAs, unlessSkipped, violations, watchTrouble } from './a-browser.ts';
import { type Person, startWholeProduct, type WholeProduct } from './a-whole-product.ts';
import { builtWeb } from './built-web.ts';

/** Starting everything, on a machine that may be busy, milliseconds. */
const START_MS = 120_000;
/** A flow in two browsers, milliseconds. */
const FLOW_MS = 60_000;

/** What people do with each other and with the settings, in real browsers on the real parts. */
describe.skipIf(!hasChromium)(`people and settings in the browser${unlessSkipped}`, () => {
  let product: WholeProduct;
  let browser: Browser;
  let ben: Person;
  let owner: Page;
  const contexts: BrowserContext[] = [];
  const trouble: string[] = [];

  const signIn = async (person: { email: string; password: string }): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
    contexts.push(context);
    const page = await context.newPage();
    watchTrouble(page, product.url, trouble);
    await enterAs(page, product.url, person);
    return page;
  };
  const open = async (page: Page, id: string) => {
    await goTo(page, `/approvals/${id}`);
    await page.getByText('These are the bound arguments').waitFor();
  };

  beforeAll(async () => {
    product = await startWholeProduct(await builtWeb());
    browser = await launchBrowser();
    ben = await product.join('Ben Ito', 'senior');
    owner = await signIn(product.owner);
  }, START_MS);
  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser?.close();
    await product?.close();
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
      await goTo(owner, '/?q=issue_refund');
      await owner.locator(`[data-id="${id}"]`).waitFor();
      while (!(await owner.locator(`.selected [data-id="${id}"]`).count())) await owner.keyboard.press('j');
      await owner.keyboard.press('s');
      await owner.getByRole('button', { name: '5 minutes' }).click();
      await owner.getByRole('button', { name: 'Snooze', exact: true }).click();
      await owner.getByText('You snoozed it until').waitFor();
      await goTo(owner, '/?q=issue_refund');
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
      await goTo(bens, '/settings/policies');
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
      await goTo(owner, '/settings/safety');
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
      await goTo(owner, '/');
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
      await goTo(owner, '/settings/policies');
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
    'keeps what is evidence, erases what somebody asks to have erased, and shows an auditor both',
    async () => {
      const [held, gone] = [await product.ask(), await product.ask()];
      for (const id of [held, gone]) await product.api('POST', `/api/approvals/${id}/reject`, { note: 'Not ours.' });
      await open(owner, held);
      await owner.getByLabel('What it is evidence for').fill('Case 2026-117.');
      await owner.keyboard.press('Tab');
      await owner.keyboard.press('Enter');
      await owner.locator('.keep-or-erase', { hasText: 'Case 2026-117.' }).waitFor();
      await owner.locator('.head-facts', { hasText: 'Legal hold' }).waitFor();
      expect(await owner.getByRole('button', { name: 'Erase…' }).getAttribute('aria-disabled')).toBe('true');

      await open(owner, gone);
      await owner.getByRole('button', { name: 'Erase…' }).press('Enter');
      const dialog = owner.getByRole('dialog', { name: 'Erase what was written' });
      await dialog.getByLabel('Reason').fill('Request 2026-14.');
      await dialog.getByRole('button', { name: 'Erase' }).press('Enter');
      await dialog.getByText(`Type ${gone.slice(-4)}, the end of its id.`).waitFor();
      expect(await violations(owner, { part: '.erase-dialog' })).toEqual([]);
      await dialog.getByLabel(/to confirm/).fill(gone.slice(-4));
      await owner.keyboard.press('Enter');
      await owner.getByRole('heading', { name: 'What this request said is erased' }).waitFor();
      expect(await owner.locator('main').innerText()).toMatch(/ordered it on .*\n+Request 2026-14\./);
      expect(await owner.locator('main').innerText()).not.toContain('charged twice');
      await goTo(owner, '/?view=decided');
      await owner.locator(`[data-id="${held}"]`).waitFor();
      await expect.poll(() => owner.locator(`[data-id="${gone}"]`).count()).toBe(0);

      const audits = await signIn(await product.join('Ines Roth', 'auditor'));
      await goTo(audits, '/settings/kept-and-erased');
      await audits.locator('.setting-rows li', { hasText: 'Request 2026-14.' }).waitFor();
      await audits.locator(`a[href='/approvals/${held}']`).click();
      await audits.locator('.keep-or-erase', { hasText: 'On legal hold.' }).waitFor();
      expect(await audits.getByRole('button', { name: /Erase|Release/ }).count()).toBe(0);
    },
    FLOW_MS,
  );

  it(
    'says how long what was written is kept, and from when on',
    async () => {
      await goTo(owner, '/settings/organization');
      const panel = owner.locator('.panel', { hasText: 'How long what was written is kept' });
      await panel.getByText('It is kept for 84 months after a request ended.').waitFor();
      await panel.getByLabel('Months after the end').fill('5');
      await panel.getByText('Whole months, from 6 to 1200.').waitFor();
      expect(await panel.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
      await panel.getByLabel('Months after the end').fill('12');
      await panel.getByLabel(/Pause all erasing/).check();
      await panel.getByRole('button', { name: 'Save' }).click();
      await panel.getByRole('group', { name: 'Save' }).getByRole('button', { name: 'Save' }).click();
      await panel.getByText('It is kept for 12 months after a request ended; nothing is erased while erasing is paused.').waitFor();
      await owner.getByText('What was written is kept for 12 months after the end; all erasing is paused.').waitFor();
      const { months, paused, cutoff } = await product.api<{ months: number; paused: boolean; cutoff: string | null }>(
        ...(['GET', '/api/organization/retention'] as const),
      );
      expect({ months, paused, cutoff }).toEqual({ months: 12, paused: true, cutoff: null });
    },
    FLOW_MS,
  );

  it(
    'names the field a form was refused for, and shows what was saved',
    async () => {
      await goTo(owner, '/settings/on-call');
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
      await goTo(owner, '/settings/grants');
      await owner.getByLabel('Tool').fill('reship_parcel');
      await owner.getByLabel('Reason').fill('The card processor is down');
      await owner.getByRole('button', { name: 'Make the grant' }).click();
      await owner.getByText('up to 10 calls of reship_parcel run').waitFor();
      await owner.getByRole('group', { name: 'Make the grant' }).getByRole('button', { name: 'Make the grant' }).click();
      await owner.getByText('10 of 10').waitFor();
    },
    FLOW_MS,
  );
});
