import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../console/a-running-console.ts';
import { hasChromium, launchBrowser, signInAt, unlessSkipped } from '../web/a-browser.ts';
import { builtWeb } from '../web/built-web.ts';
import { DECEPTIVE_STRINGS } from './deceptive-strings.ts';
import { HOSTILE_PAYLOADS, OWNED } from './hostile-payloads.ts';

/** All of them in one browser, on a machine that may be busy, milliseconds. */
const EVERY_ONE_MS = 180_000;

/** More at once would wait for each other longer than an append may take. */
const ASKED_TOGETHER = 16;

/** Payloads on the page of one request. */
const ON_A_PAGE = 9;
/** Deceptive texts in one request. */
const DECEIVING_TOGETHER = 14;

let world: RunningConsole;
let browser: Browser;
let page: Page;
/** What a payload achieved, or what the page's own policy had to stop: each would be a line here. */
const trouble: string[] = [];

const NOTHING = { contextSummary: 'x', proposedAction: 'x', entityId: 'x', riskLevel: 'medium' as const };

/** One payload in everything a row of the inbox shows. */
const askInARow = (payload: string, index: number) =>
  world.pending({
    agent: { id: `agent-${index}`, name: payload },
    toolName: payload,
    action: { name: payload, args: { amount: index, currency: payload.slice(0, 16) } },
    private: { arguments: { ...NOTHING, contextSummary: payload, proposedAction: payload, entityId: payload } },
  });

/** Several payloads in everything the page of a request shows; what takes one text only, as a name does, has the first of them. */
const askInAPage = (payloads: readonly string[]) => {
  const [first = ''] = payloads;
  const all = payloads.join('\n');
  const each = <T>(make: (payload: string) => T): Record<string, T> =>
    Object.fromEntries(payloads.map(payload => [payload, make(payload)]));
  const property = (payload: string) => ({ type: 'string', title: payload, description: payload, enum: [payload, 'x'] });
  return world.pending({
    agent: { id: 'agent', name: first, version: first.slice(0, 64), model: first },
    threadId: first,
    runId: first,
    toolCallId: first,
    labels: Object.fromEntries(payloads.map(payload => [payload.slice(0, 64), payload])),
    toolName: first,
    action: { name: first, args: { ...each(payload => payload), nested: { list: [...payloads, each(payload => payload)] } } },
    private: {
      arguments: { ...NOTHING, contextSummary: all, proposedAction: all, entityId: first, actionName: first, currency: first.slice(0, 16) },
      argsSchema: { type: 'object', title: all, description: all, properties: each(property) },
      principal: { id: first, display: first },
      preconditions: payloads.map((payload, index) => ({ name: `${index}${payload.slice(0, 60)}`, value: payload })),
      context: {
        instructions: all,
        messages: payloads.flatMap(payload => [
          { role: payload.slice(0, 64), content: payload },
          { role: 'user', content: [{ type: payload, text: payload, [payload]: payload }] },
        ]),
        reasoningTrace: [...payloads, each(payload => payload)],
        toolLog: payloads.map(payload => ({ name: payload, result: payload, [payload]: [payload] })),
      },
    },
  });
};

/** These texts in the arguments of the call, in what the agent says and in what it saw. */
const askDeceiving = (texts: readonly string[]) =>
  world.pending({
    action: { name: 'send_payment', args: Object.fromEntries(texts.map((text, index) => [`field${index}`, text])) },
    private: {
      arguments: { contextSummary: texts.join('\n'), proposedAction: 'Pay', entityId: 'A-1', riskLevel: 'medium' },
      context: { messages: texts.map(text => ({ role: 'user', content: text })) },
    },
  });

const watch = async () => {
  await page.exposeFunction(OWNED, () => void trouble.push(`a payload ran at ${page.url()}`));
  await page.exposeFunction('violated', (what: string) => void trouble.push(`the policy had to stop ${what}`));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violated(violatedDirective + ' ' + blockedURI))`,
  );
  page.on('dialog', dialog => {
    trouble.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', request => {
    if (!request.url().startsWith(world.url)) trouble.push(`request to ${request.url()}`);
  });
  page.on('popup', popup => trouble.push(`window ${popup.url()}`));
  page.on('pageerror', error => trouble.push(`error ${error.message}`));
  page.on('framenavigated', frame => {
    if (frame !== page.mainFrame()) trouble.push(`frame ${frame.url()}`);
  });
};

const goTo = (path: string) =>
  page.evaluate(`(() => { history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate')); })()`);
/** Anything in the page that only markup of a payload could have made. */
const MADE = `document.querySelectorAll('main :is(script, iframe, img, video, audio, object, embed, form[action], base, meta, link, style, math, marquee, dialog[open], template, [onerror], [onload], [onfocus], [srcdoc], [contenteditable], a:not([href^="/"]):not([href^="#"])), main [style*="url"]').length`;

/** Less than the list lays out beyond the window. */
const STEP_PX = 700;
/** What the list shows when it is scrolled there and had two frames for it. */
const LOOK_FROM = (top: number) => `new Promise(done => {
  scrollTo(0, ${top});
  requestAnimationFrame(() => requestAnimationFrame(() => done({
    ids: [...document.querySelectorAll('.row')].map(row => row.dataset.id),
    made: ${MADE},
    end: scrollY + innerHeight >= document.documentElement.scrollHeight,
  })));
})`;

describe.skipIf(!hasChromium)(`${HOSTILE_PAYLOADS.length} payloads in everything an agent says${unlessSkipped}`, () => {
  const ids: string[] = [];
  const pages: string[] = [];
  beforeAll(async () => {
    world = await startConsole({ CONSOLE_WEB_FOLDER: await builtWeb() });
    const together = (at: number, size: number) => HOSTILE_PAYLOADS.slice(at, at + size);
    for (let at = 0; at < HOSTILE_PAYLOADS.length; at += ASKED_TOGETHER)
      ids.push(...(await Promise.all(together(at, ASKED_TOGETHER).map((payload, index) => askInARow(payload, at + index)))));
    for (let at = 0; at < HOSTILE_PAYLOADS.length; at += ON_A_PAGE) pages.push(await askInAPage(together(at, ON_A_PAGE)));
    const open = async () => (await world.json<{ counts: { all: number } }>('GET', '/api/inbox?view=all&limit=1')).counts.all;
    while ((await open()) < ids.length + pages.length) await sleep(20);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
    await watch();
    await signInAt(page, world.url, world.credentials);
  }, EVERY_ONE_MS);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('are at least two hundred, all different', () => {
    expect(new Set(HOSTILE_PAYLOADS).size).toBe(HOSTILE_PAYLOADS.length);
    expect(HOSTILE_PAYLOADS.length).toBeGreaterThanOrEqual(200);
  });

  it(
    'are text and nothing else in the inbox',
    async () => {
      await page.locator('.row').first().waitFor();
      const seen = new Set<string>();
      // Step by step, and again from the top should a step have been too quick for the page.
      for (let top = 0; seen.size < ids.length + pages.length; top += STEP_PX) {
        const rows = (await page.evaluate(LOOK_FROM(top))) as { ids: string[]; made: number; end: boolean };
        for (const id of rows.ids) seen.add(id);
        expect(rows.made).toBe(0);
        if (rows.end) top = -STEP_PX;
      }
      expect(trouble).toEqual([]);
    },
    EVERY_ONE_MS,
  );

  it(
    'are text and nothing else on the review page: in every part of it, opened, in the form of an edit, and as JSON',
    async () => {
      const began = performance.now();
      for (const id of pages) {
        await goTo(`/approvals/${id}?do=edit`);
        await page.locator('.review .editing').waitFor();
        expect(await page.evaluate(`document.querySelectorAll('details').forEach(one => { one.open = true; }), ${MADE}`), id).toBe(0);
        await page.keyboard.press('Escape');
        await page.locator('.review .executed:not(.editing)').waitFor();
        await page.getByRole('button', { name: 'JSON', exact: true }).click();
        expect(await page.evaluate(MADE), id).toBe(0);
      }
      console.error(`${pages.length} review pages: ${Math.round((performance.now() - began) / 1_000)} s`);
      expect(trouble).toEqual([]);
    },
    EVERY_ONE_MS,
  );

  it(`and ${DECEPTIVE_STRINGS.length} texts that read differently from what they are show it, wherever they stand`, async () => {
    expect(DECEPTIVE_STRINGS.length).toBeGreaterThanOrEqual(40);
    for (let at = 0; at < DECEPTIVE_STRINGS.length; at += DECEIVING_TOGETHER) {
      const some = DECEPTIVE_STRINGS.slice(at, at + DECEIVING_TOGETHER);
      const id = await askDeceiving(some.map(({ text }) => text));
      await goTo(`/approvals/${id}`);
      await page.getByText('deceive the eye').first().waitFor();
      const folded = page.getByRole('button', { name: /^Show .* more|^Show all/ });
      while ((await page.locator('.executed').locator(folded).count()) > 0) await page.locator('.executed').locator(folded).first().click();
      for (const part of ['.executed', '.agent-says', '.context']) {
        const shown = await page.locator(part).innerText();
        for (const { is, shows } of some) expect(shown, `${is} in ${part}`).toMatch(shows);
      }
      expect(await page.evaluate(`document.querySelector('main').textContent`)).not.toMatch(
        /[\u202a-\u202e\u2066-\u2069\u200b\u00ad\ufeff\u2800\u3164]|[\u{e0020}-\u{e007f}]/u,
      );
      await page.keyboard.press('a');
      expect(await page.getByText('Approve exactly what is shown?').count()).toBe(0);
    }
    expect(trouble).toEqual([]);
  });

  it('would be seen if one of them ran, and a script sink takes no text', async () => {
    await page.evaluate(`${OWNED}()`);
    await expect.poll(() => trouble).toEqual([expect.stringContaining('a payload ran')]);
    const sinks = [`document.body.innerHTML = '<b>x</b>'`, `document.createElement('script').text = 'x'`, `document.write('x')`];
    for (const sink of sinks)
      await expect(page.evaluate(`(() => { ${sink}; })()`), sink).rejects.toThrow(/Trusted|unsafe-eval|Content Security Policy/);
    await expect.poll(() => trouble.filter(line => line.includes('require-trusted-types-for')).length).toBeGreaterThan(1);
    await expect(page.evaluate(`trustedTypes.createPolicy('holdpoint', {})`)).rejects.toThrow('disallowed');
  });
});
