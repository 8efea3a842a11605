import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasChromium, launchBrowser } from './a-browser.ts';

const SOURCE = new URL('../../../services/console/web/src/shell/keep-focus.ts', import.meta.url);

describe.skipIf(!hasChromium)('the focus', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    await page.setContent('<main><div id="around"><button id="it">Remove</button></div></main><button id="elsewhere">Else</button>');
    await page.addScriptTag({
      type: 'module',
      content: `${stripTypeScriptTypes(readFileSync(SOURCE, 'utf8'))}; globalThis.keepFocus = keepFocus;`,
    });
    await page.evaluate(`keepFocus(document.querySelector('main')); it.focus()`);
  });
  const focused = () => page.evaluate(`document.activeElement.id || document.activeElement.tagName`);
  /** Two frames: what is asked a moment later has been. */
  const aMoment = () => page.evaluate(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`);

  it('goes to what is around a thing that is taken away', async () => {
    await page.evaluate(`it.remove()`);
    await expect.poll(focused).toBe('around');
  });

  it('does so where it was switched off while its work was done, and on again before it was taken away', async () => {
    await page.evaluate(`document.addEventListener('focusout', () => (it.disabled = false), { once: true }); it.disabled = true`);
    await expect.poll(focused).toBe('BODY');
    await aMoment();
    await page.evaluate(`it.remove()`);
    await expect.poll(focused).toBe('around');
  });

  it('stays where a person went by themselves', async () => {
    await page.focus('#elsewhere');
    await aMoment();
    await page.evaluate(`it.remove()`);
    await aMoment();
    expect(await focused()).toBe('elsewhere');
  });

  it('comes back to nothing that a person left for the page itself', async () => {
    await page.evaluate(`it.blur()`);
    await aMoment();
    await page.evaluate(`it.remove()`);
    await aMoment();
    expect(await focused()).toBe('BODY');
  });
});
