import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFakeConsole } from '../../../services/console/web/dev/fake-console.ts';
import { MARIA, sampleId } from '../../../services/console/web/dev/sample-approvals.ts';
import { goTo, hasChromium, launchBrowser, tooWide, unlessSkipped, violations, watchTrouble } from './a-browser.ts';
import { builtWeb } from './built-web.ts';
import { ARRIVING } from '../../../services/console/web/dev/samples.ts';

const JS_GZIP_BYTES_MAX = 150 * 1_024;
/** On a desk, and on a phone at night. */
const LOOKS = [
  ['light', 1_280],
  ['dark', 390],
] as const;
/** A check of every page in one browser, on a machine that may be busy, milliseconds. */
const EVERY_PAGE_MS = 120_000;

const [REFUND, MIGRATION, HOSTILE, CLAIMED] = [1, 2, 3, 4].map(sampleId) as [string, string, string, string];

/** The built app in a real browser, under the product's security policy, over a stand-in for the operators' API. */
describe.skipIf(!hasChromium)(`the operators' web app${unlessSkipped}`, () => {
  let dist: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let console_: Awaited<ReturnType<typeof startFakeConsole>>;
  /** What a hostile page could cause: dialogs, requests to other hosts, refused scripts, script errors. */
  const trouble: string[] = [];

  beforeAll(async () => {
    dist = await builtWeb();
    browser = await launchBrowser();
    console_ = await startFakeConsole({ dist });
    context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
    page = await context.newPage();
    watchTrouble(page, console_.url, trouble);
  });
  afterAll(async () => {
    await browser?.close();
    await console_?.close();
  });

  // One browser that keeps the files of the app, as everybody's does; what is in it and behind it begins anew.
  beforeEach(async () => {
    await page.goto('about:blank');
    await context.clearCookies();
    console_.desk.reset();
    console_.bodies.length = 0;
    trouble.length = 0;
  });
  afterEach(() => expect(trouble).toEqual([]));

  const signIn = async (path = '/') => {
    // The session that signing in gives; how one signs in is looked at by itself.
    await context.addCookies([{ name: 'session', value: 'on', url: console_.url }]);
    await page.goto(console_.url + path);
    await page.getByText('Live', { exact: true }).waitFor();
  };
  const open = async (id: string) => {
    await signIn(`/approvals/${id}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const statusOf = (id: string) => console_.desk.details.get(id)?.item.status;

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
    expect(await violations(page)).toEqual([]);
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
    expect(await violations(page)).toEqual([]);
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
    expect(await violations(page)).toEqual([]);
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

  it(
    'has no accessibility violation and no sideways scrolling, light at 1280 px and dark at 390 px',
    async () => {
      const found: string[] = [];
      const look = async (where: string) => {
        for (const [colorScheme, width] of LOOKS) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          found.push(...(await violations(page)).map(one => `${where}, ${colorScheme}, ${width} px: ${one}`));
          expect(await tooWide(page), where).toBe(0);
        }
      };
      await page.goto(console_.url);
      await page.getByLabel('Email').waitFor();
      await look('sign-in');
      await signIn();
      await page.locator('.row').first().waitFor();
      await page.keyboard.press('j');
      await look('inbox');
      for (const id of [REFUND, MIGRATION, HOSTILE, CLAIMED]) {
        await goTo(page, `/approvals/${id}`);
        await page.locator('#part-6').waitFor();
        await look(id);
      }
      await page.keyboard.press('?');
      await look('keys');
      expect(found).toEqual([]);
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
});
