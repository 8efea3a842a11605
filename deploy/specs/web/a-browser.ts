import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether specs in a browser can run here. */
export const hasChromium = existsSync(CHROMIUM);
/** What the name of a skipped spec ends with. */
export const unlessSkipped = hasChromium ? '' : ` (skipped: no ${CHROMIUM}; install chromium to run it)`;

/** A browser that asks nobody but the page's own server. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });

/** Signs in at an address of the console and waits until the page is live. @param url may name a page, which is what is shown then */
export const signInAt = async (page: Page, url: string, { email, password }: { email: string; password: string }): Promise<void> => {
  await page.goto(url);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('Live', { exact: true }).waitFor();
};

/** As {@link signInAt}, without the form, which has specs of its own: the browser gets the session that signing in gives. */
export const enterAs = async (page: Page, url: string, person: { email: string; password: string }): Promise<void> => {
  const { email, password } = person;
  const signedIn = await page.context().request.post(new URL('/api/sign-in', url).href, { data: { email, password } });
  if (!signedIn.ok()) throw new Error(`signing in was answered ${signedIn.status()}: ${await signedIn.text()}`);
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
};

/** Whether some part of the page still says that it reads. */
const IS_READING = `[...document.querySelectorAll('main .loading, main .muted')].some(one => one.matches('.loading') || /^(Reading|Looking|Counting|Drawing|Opening)\\b.*…$/.test(one.textContent))`;

/** Goes to a path as a link would, without loading the app again, and waits until nothing is being read. */
export const goTo = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(`(() => { history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate')); })()`);
  await page.locator('main :is(h1, h2)').first().waitFor();
  while ((await page.evaluate(IS_READING)) === true) await page.waitForTimeout(20);
};

const sessions = new WeakMap<Page, Promise<CDPSession>>();
const sessionOf = (page: Page): Promise<CDPSession> => {
  const known = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, known);
  return known;
};

/** The rules that look at colours: all that another theme can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Everything axe has against the page as it is now: every rule that is on by itself, each with the places. It is brought past the page's policy,
 * once per load.
 * @param only `part`, a selector, where the rest of the page was looked at before; `colours` where the same page was, in the other theme
 */
export const violations = async (page: Page, { part, colours }: { part?: string; colours?: true } = {}): Promise<string[]> => {
  const devtools = await sessionOf(page);
  const run = async (expression: string) => devtools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  const { result: loaded } = await run(`typeof axe === 'object'`);
  if (loaded.value !== true) await run(`${AXE}; 0`);
  // Style sheets read ahead serve rules about sound and moving pictures only, and no page has any.
  const options = { resultTypes: ['violations'], preload: false, ...(colours && { runOnly: COLOUR_RULES }) };
  const { result, exceptionDetails } = await run(
    `axe.run(${part === undefined ? 'document' : JSON.stringify(part)}, ${JSON.stringify(options)}).then(found => found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.target.join(' '))))`,
  );
  if (exceptionDetails !== undefined)
    throw new Error(`axe did not run: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
  return result.value as string[];
};

/** What axe has against the page in either theme. */
export const violationsInBothThemes = async (page: Page): Promise<string[]> => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await violations(page, { colours: true });
  await page.emulateMedia({ colorScheme: 'light' });
  return [...(await violations(page)), ...dark.map(one => `dark: ${one}`)];
};

/** How many pixels the page is wider than its window. */
export const tooWide = async (page: Page): Promise<number> =>
  Math.max(0, (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number);

/** Collects what a quiet page never does: script errors, lines in its console, requests to others than `origin`, dialogs. */
export const watchTrouble = (page: Page, origin: string, into: string[]): void => {
  page.on('dialog', dialog => {
    into.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', error => into.push(`error ${error.message}`));
  page.on('request', request => {
    if (!request.url().startsWith(origin)) into.push(`request to ${request.url()}`);
  });
  page.on('console', message => {
    if (message.type() === 'error' && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(message.text()))
      into.push(`console ${message.text()}`);
  });
};
