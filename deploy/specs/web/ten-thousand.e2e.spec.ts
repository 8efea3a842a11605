import { setTimeout as sleep } from 'node:timers/promises';
import { decide, evolve, initial } from '@holdpoint/approval';
import { streamOf } from '@holdpoint/contracts';
import { newId } from '@holdpoint/sealing';
import { evaluation, ordinarily, refundRequested } from '@holdpoint/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningConsole, startConsole } from '../console/a-running-console.ts';
import { hasChromium, launchBrowser, signInAt, unlessSkipped } from './a-browser.ts';
import { builtWeb } from './built-web.ts';

/** Starting, and that many appends, on a machine that may be busy, milliseconds. */
const START_MS = 180_000;
const OPEN = 10_000;
/** Appends under way at once. */
const TOGETHER = 250;
const SCREENS = 30;

/** Open requests of as many agents, so that none are alike, straight into the log: what was asked and what the gate said in one append each. */
const openMany = async (world: RunningConsole, count: number): Promise<void> => {
  const now = world.parts.now();
  const append = async (index: number) => {
    const requested = refundRequested({
      key: newId('key'),
      agent: { id: `agent-${index}` },
      requestedAt: now,
      expiresAt: new Date(Date.now() + 3_600_000 + index * 1_000).toISOString(),
    });
    const asked = decide({ type: 'RequestApproval', requested }, initial);
    const gated = decide({ type: 'ApplyGate', ...ordinarily, evaluation: evaluation(), now }, asked.reduce(evolve, initial));
    await world.parts.eventLog.append(streamOf.approval(requested.approvalId), [...asked, ...gated], {
      expectedRevision: 'none',
      commandId: newId('cmd'),
      tenant: world.credentials.organizationId,
      actor: 'service:spec',
      recordedAt: now,
    });
  };
  for (let at = 0; at < count; at += TOGETHER)
    await Promise.all(Array.from({ length: Math.min(TOGETHER, count - at) }, (_, index) => append(at + index)));
};

describe.skipIf(!hasChromium)(`an inbox with ten thousand open requests${unlessSkipped}`, () => {
  let browser: Browser;
  let world: RunningConsole;

  beforeAll(async () => {
    world = await startConsole({ CONSOLE_WEB_FOLDER: await builtWeb() });
    const began = performance.now();
    await openMany(world, OPEN);
    const open = async () => (await world.json<{ counts: { all: number } }>('GET', '/api/inbox?view=all&limit=1')).counts.all;
    while ((await open()) < OPEN) await sleep(100);
    console.error(`${OPEN} open requests after ${Math.round((performance.now() - began) / 1_000)} s`);
    browser = await launchBrowser();
  }, START_MS);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('answers a key soon after it is opened, and keeps only what is near the window while it is scrolled', async () => {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await signInAt(page, world.url, world.credentials);
    await page.locator('.row').first().waitFor();
    const began = performance.now();
    await page.goto(`${world.url}/?view=all`);
    await page.locator('.row').first().waitFor();
    await page.keyboard.press('j');
    await page.locator('.row:focus').waitFor();
    const usableMs = Math.round(performance.now() - began);
    expect(await page.getByRole('link', { name: /^All open/ }).innerText()).toContain('10,000');
    const listedMs = (await page.evaluate(
      `Math.round(performance.getEntriesByType('resource').find(({ name }) => name.includes('/api/inbox?')).duration)`,
    )) as number;
    await page.evaluate(`(() => {
      globalThis.frames_ = []; let last = performance.now();
      const each = now => { frames_.push(now - last); last = now; requestAnimationFrame(each); };
      requestAnimationFrame(each);
    })()`);
    let most = 0;
    for (let screen = 0; screen < SCREENS; screen += 1) {
      await page.mouse.wheel(0, 900);
      await page.waitForTimeout(16);
      most = Math.max(most, await page.locator('.rows li').count());
    }
    const frames = ((await page.evaluate('frames_')) as number[]).toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(frames[Math.floor(share * (frames.length - 1))] ?? 0);
    console.error(
      `${OPEN} open: usable ${usableMs} ms after it was opened (the list ${listedMs} ms of it); a frame while scrolling p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${most} rows in the page`,
    );
    expect(most).toBeLessThan(80);
    await expect.poll(() => page.evaluate('scrollY')).toBeGreaterThan(20_000);
    await page.close();
  });
});
