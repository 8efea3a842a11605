import { existsSync } from 'node:fs';
import { Holdpoint } from '@holdpoint/sdk';
import { startCallbackReceiver, type CallbackReceiver } from '@holdpoint/testing';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreeStack, startFreeStack } from '../../local/free-stack.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

describe.skipIf(!existsSync(CHROMIUM))('a person in a real browser, on the whole product', () => {
  let stack: FreeStack;
  let app: CallbackReceiver;
  let browser: Browser;
  let page: Page;
  let holdpoint: Holdpoint;
  const pageErrors: string[] = [];

  beforeAll(async () => {
    [stack, app, browser] = await Promise.all([
      startFreeStack({ mode: 'all-in-one', natsServer: null }),
      startCallbackReceiver(),
      chromium.launch({ executablePath: CHROMIUM, args: QUIET }),
    ]);
    const { credentials } = stack;
    holdpoint = new Holdpoint({
      baseUrl: stack.ingestUrl,
      apiKey: credentials.apiKey,
      webhookSecret: credentials.webhookSecret,
      publicKey: credentials.webhookPublicKey,
    });
    page = await browser.newPage();
    page.on('pageerror', error => pageErrors.push(error.message));
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await stack?.stop();
  });

  const ask = (runId: string, amount: number) =>
    holdpoint.request({
      source: 'custom',
      threadId: 'thread_browser',
      runId,
      toolCallId: 'call_1',
      arguments: { contextSummary: 'Order A-1 arrived broken', proposedAction: `Refund $${amount}`, entityId: 'A-1', riskLevel: 'medium' },
      action: { name: 'issue_refund', args: { order_id: 'A-1', amount, currency: 'USD' } },
      argsSchema: {
        type: 'object',
        properties: { order_id: { type: 'string' }, amount: { type: 'number', maximum: 500 }, currency: { type: 'string' } },
      },
      callback: { url: app.url(`/${runId}`), state: runId },
    } as never);

  const callbackOf = async (runId: string) => {
    await expect.poll(() => app.received.filter(call => call.path === `/${runId}`).length, { timeout: 15_000 }).toBe(1);
    const call = app.received.find(({ path }) => path === `/${runId}`)!;
    return holdpoint.verifyCallback(call.rawBody, call.headers as Record<string, string>);
  };

  it('signs in, sees a request arrive while the inbox is open, and approves it with a note', async () => {
    await page.goto(stack.consoleUrl);
    await page.fill('input[type=email]', stack.credentials.email);
    await page.fill('input[type=password]', stack.credentials.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    const { id } = await ask('run_approve', 245);
    await page.getByText('245.00 USD').first().waitFor({ timeout: 10_000 });
    await page.goto(`${stack.consoleUrl}/approvals/${id}`);
    await page.getByRole('button', { name: 'Approve' }).first().click();
    await page.getByLabel(/Note/).fill('Photographs checked.');
    await page.getByRole('button', { name: 'Approve', exact: true }).last().click();
    const decision = await callbackOf('run_approve');
    expect(decision).toMatchObject({
      approvalId: id,
      decision: 'approved',
      note: 'Photographs checked.',
      channel: 'console',
      state: 'run_approve',
    });
    expect(decision.by).toMatchObject({ kind: 'operator', role: 'owner' });
  });

  it('rejects another one, and the app is told so', async () => {
    const { id } = await ask('run_reject', 246);
    await page.goto(`${stack.consoleUrl}/approvals/${id}`);
    await page.getByRole('button', { name: 'Reject' }).first().click();
    await page
      .getByLabel(/Note|Reason in words|Why/)
      .last()
      .fill('Out of policy.');
    await page.getByRole('button', { name: 'Reject', exact: true }).last().click();
    const decision = await callbackOf('run_reject');
    expect(decision).toMatchObject({ approvalId: id, decision: 'rejected', approved: false, approvedAction: null });
  });

  it('ran no script that failed', () => {
    expect(pageErrors).toEqual([]);
  });
});
