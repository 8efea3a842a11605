import { startFakeProviders, twilioError, type FakeProviders } from '@holdpoint/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHook, type Hook } from '../a-hook.fixture.ts';
import { aMessage, handleFor } from '../a-message.fixture.ts';
import type { OpenChannel } from '../channel.ts';
import { whatsapp } from './whatsapp.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const CORRELATION = `apr_${'a'.repeat(26)}.ntf_${'b'.repeat(26)}`;
let lastNumber = 14_155_550_200;

describe('WhatsApp through Twilio', () => {
  let fake: FakeProviders;
  let hook: Hook;
  let channel: OpenChannel;
  const sids: Record<string, string> = {};
  const open = (more: object = {}) => {
    const { accountSid, authToken } = fake.twilio;
    const settings = { via: 'twilio', accountSid, authToken, from: '+14155550100', apiUrl: `${fake.origin}/twilio`, ...sids, ...more };
    return whatsapp.open(whatsapp.config.parse(settings), hook.options);
  };
  const ada = () => `+${lastNumber}`;
  const send = (more: object = {}, opened = channel, windowOpen?: boolean) =>
    opened.send({ address: ada(), route: null }, aMessage({ title: 'Approval needed: a canary', ...more }), {
      attemptId: 'ntf_b',
      correlation: CORRELATION,
      ...(windowOpen === undefined ? {} : { windowOpen }),
    });
  const last = () => fake.twilio.messages.at(-1)!;
  const press = (payload: string, delivery?: { duplicates?: number; signature?: string | null }) =>
    fake.twilio.write({ from: `whatsapp:${ada()}`, to: 'whatsapp:+14155550100', hookUrl: hook.options.hookUrl }, 'Approve', {
      ...delivery,
      more: { ButtonPayload: payload, ButtonText: 'Approve', WaId: ada().slice(1) },
    });

  /** As an administrator does it once, by Twilio's Content API. */
  const createContent = async (types: object, approval: string): Promise<string> => {
    const answer = await fetch(`${fake.origin}/twilio/v1/Content`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-host': 'content.twilio.com',
        authorization: `Basic ${Buffer.from(`${fake.twilio.accountSid}:${fake.twilio.authToken}`).toString('base64')}`,
      },
      body: JSON.stringify({ friendly_name: 'holdpoint', language: 'en', types }),
    });
    const { sid } = (await answer.json()) as { sid: string };
    fake.twilio.contents.get(sid)!.approval = approval;
    return sid;
  };
  const quickReply = (count: number) => ({
    'twilio/quick-reply': {
      body: 'x {{1}} x',
      actions: Array.from({ length: count }, (_, index) => ({ title: 'x', id: `{{${index + 4}}}` })),
    },
  });

  beforeAll(async () => {
    fake = await startFakeProviders();
    hook = await startHook(() => NOW);
    sids['requestContentSid'] = await createContent(quickReply(2), 'approved');
    sids['noticeContentSid'] = await createContent({ 'twilio/text': { body: 'x {{1}} x' } }, 'approved');
    sids['codeContentSid'] = await createContent({ 'whatsapp/authentication': {} }, 'approved');
    sids['reasonsContentSid'] = await createContent(quickReply(3), 'unsubmitted');
    channel = open();
    hook.serve(channel);
  });
  afterAll(async () => {
    await channel.close();
    await hook.close();
    await fake.close();
  });
  beforeEach(() => {
    lastNumber += 1;
    hook.items.length = 0;
    hook.refusals.length = 0;
    hook.answerWith(null);
  });

  it('knows whether its templates are there, approved, and have as many buttons as are filled in', async () => {
    expect(await channel.healthCheck()).toBeNull();
    expect(await open({ requestButtons: ['approve', 'reject', 'claim'] }).healthCheck()).toContain('has 2 quick replies');
    expect(await open({ noticeContentSid: sids['reasonsContentSid'] }).healthCheck()).toContain(
      'noticeContentSid: WhatsApp has not approved',
    );
    expect(await open({ requestContentSid: `HX${'9'.repeat(32)}` }).healthCheck()).toContain('requestContentSid');
    expect(await open({ authToken: 'wrong-wrong-wrong' }).healthCheck()).toContain('refuses our credentials');
  });

  it('sends a template at any time, words only to whoever wrote', async () => {
    expect(await send()).toEqual({ outcome: 'accepted', providerMessageId: last().sid, units: 1 });
    expect(last()).toMatchObject({
      to: `whatsapp:${ada()}`,
      from: 'whatsapp:+14155550100',
      body: null,
      contentSid: sids['requestContentSid'],
      validityPeriod: 3_600,
    });
    await fake.twilio.settle(last());
    expect(await send({ kind: 'decided', actions: [] }, channel, true)).toMatchObject({ outcome: 'accepted', units: 0 });
    // The engine was wrong about the window: it hears so later.
    await fake.twilio.settle(last());
    expect(hook.items).toMatchObject([
      { kind: 'receipt', correlation: CORRELATION, status: 'delivered' },
      { kind: 'receipt', status: 'failed', failure: { class: 'window_closed', code: '63016' } },
    ]);
  });

  it('turns a press into an item, asks for a reason by buttons, and brings it back', async () => {
    await send();
    const [approve, reject] = [last().contentVariables['4']!, last().contentVariables['5']!];
    hook.answerWith(item =>
      item.kind === 'press' && item.note === undefined ? { outcome: 'asksNote', text: 'Why?' } : { outcome: 'done', text: 'Rejected.' },
    );
    await press(reject, { duplicates: 1 });
    await hook.settled();
    expect(last()).toMatchObject({
      contentSid: sids['reasonsContentSid'],
      contentVariables: { '1': 'Why?', '3': `${handleFor('reject')}~1` },
    });
    await press(last().contentVariables['3']!);
    await hook.settled();
    expect(last()).toMatchObject({ body: 'Rejected.', contentSid: null });
    await press(approve, { signature: 'AAAA' });
    expect(hook.refusals).toEqual(['wrong signature']);
    expect(hook.items).toMatchObject([
      { kind: 'press', identities: [ada()], handle: handleFor('reject') },
      { kind: 'press', handle: handleFor('reject') },
      { kind: 'press', handle: handleFor('reject'), note: 'Wrong details' },
    ]);
  });

  it('rejects at once where no reason can be asked for', async () => {
    await send({}, open({ reasonsContentSid: undefined }));
    await press(last().contentVariables['5']!);
    expect(hook.items).toMatchObject([{ kind: 'press', handle: handleFor('reject'), note: 'No reason given' }]);
  });

  it('proves a number by a code, and hears receipts in any order', async () => {
    await send({ kind: 'verify', title: 'Your code: 123456', lines: ['Enter 123456.'], actions: [], fields: [] });
    expect(last()).toMatchObject({ contentSid: sids['codeContentSid'], contentVariables: { '1': '123456' } });
    for (const status of ['read', 'delivered', 'sent', 'queued']) await fake.twilio.report(last(), status);
    expect(hook.items.map(item => ('status' in item ? item.status : item.kind))).toEqual(['read', 'delivered', 'sent', 'ignored']);
  });

  it('fails as Twilio says, and says nothing of whom, what, or with which credentials', async () => {
    const results: unknown[] = [];
    for (const [status, code, expected] of [
      [400, 63003, 'recipient_gone'],
      [400, 63007, 'config'],
      [400, 63018, 'throttled'],
      [400, 63016, 'window_closed'],
      [400, 63013, 'content_rejected'],
      [400, 63012, 'retryable'],
      [401, 20003, 'config'],
      [503, 20503, 'retryable'],
    ] as const) {
      fake.twilio.mishaps.add(ada(), twilioError(status, code, `canary ${ada()}`));
      results.push(await send());
      expect(results.at(-1)).toMatchObject({ outcome: 'failed', class: expected, code: String(code) });
    }
    fake.twilio.mishaps.add(ada(), { hangUp: true });
    results.push(await send());
    expect(results.at(-1)).toMatchObject({ class: 'unknown_outcome' });
    const toId = { address: 'US.13491208655302741918', route: null };
    results.push(await channel.send(toId, aMessage(), { attemptId: 'ntf_b', correlation: null }));
    expect(results.at(-1)).toMatchObject({ class: 'unsupported' });
    for (const secret of [fake.twilio.authToken, ada().slice(1), 'canary', 'hp1', '13491208655302741918', hook.options.hookUrl])
      expect(JSON.stringify(results)).not.toContain(secret);
  });
});
