import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeConsole } from '../../../services/console/web/dev/fake-console.ts';
import { ARRIVING } from '../../../services/console/web/dev/samples.ts';
import { buildWeb } from './built-web.ts';

const CHROMIUM = '/usr/bin/chromium';
const OPEN = 10_000;
const SCREENS = 60;

type FakeConsole = Awaited<ReturnType<typeof startFakeConsole>>;

describe.skipIf(!existsSync(CHROMIUM))('an inbox with ten thousand open requests', () => {
  let dist: string;
  let browser: Browser;
  let console_: FakeConsole;

  beforeAll(async () => {
    dist = await buildWeb();
    const samples = Array.from({ length: OPEN }, (_, index) => ({ ...ARRIVING, agent: `Agent ${index}`, leftSec: 600 + index }));
    console_ = await startFakeConsole({ dist, samples });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await console_?.close();
    await rm(dist, { recursive: true, force: true });
  });

  it('answers a key soon after it is opened, and keeps only what is near the window while it is scrolled', async () => {
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    await page.goto(console_.url);
    await page.getByLabel('Email').fill('owner@example.test');
    await page.getByLabel('Password').fill(console_.password);
    await page.keyboard.press('Enter');
    await page.locator('.row').first().waitFor();
    const began = performance.now();
    await page.goto(`${console_.url}/?view=all`);
    await page.locator('.row').first().waitFor();
    await page.keyboard.press('j');
    await page.locator('.row:focus').waitFor();
    const usableMs = Math.round(performance.now() - began);
    expect(await page.getByRole('link', { name: /^All open/ }).innerText()).toContain('10,000');
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
      `${OPEN} open: usable ${usableMs} ms after it was opened; a frame while scrolling p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; ${most} rows in the page`,
    );
    expect(most).toBeLessThan(80);
    expect(await page.evaluate('scrollY')).toBeGreaterThan(20_000);
    await page.close();
  });
});
