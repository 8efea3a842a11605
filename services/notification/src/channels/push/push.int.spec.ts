import { openEgress, type Egress } from '@holdpoint/egress';
import { startFakeProviders, type FakeAnswer, type FakeProviders } from '@holdpoint/testing';
import { makeVapidKeys } from '@holdpoint/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionFor, aMessage } from '../a-message.fixture.ts';
import type { Message, To } from '../channel.ts';
import { openProviderHttp } from '../provider-http.ts';
import { push } from './push.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const keys = makeVapidKeys();
let nowMs = NOW;
let fakes: FakeProviders;
let egress: Egress;
beforeAll(async () => {
  fakes = await startFakeProviders();
  egress = openEgress({ allowCidrs: ['127.0.0.0/8'] });
});
afterAll(async () => {
  egress.close();
  await fakes.close();
});

const opened = (more: object = {}) =>
  push.open(push.config.parse({ ...keys, subject: 'mailto:ops@example.com', extraHosts: [new URL(fakes.origin).host], ...more }), {
    http: openProviderHttp(egress),
    hookUrl: 'https://approvals.example.test/channels/push/none',
    nowMs: () => nowMs,
  });
const subscribed = (key: string | null = keys.publicKey): To => {
  const { endpoint, keys: browser } = fakes.push.subscribe(fakes.origin, key ?? keys.publicKey);
  return { address: push.normaliseAddress(endpoint)!, route: JSON.stringify({ ...browser, ...(key === null ? {} : { key }) }) };
};
const options = { attemptId: 'ntf_1', correlation: null };
const send = (to: To, message: Message = aMessage()) => opened().send(to, message, options);

describe('a message to a browser', () => {
  it('arrives decrypted, with its deadline as its life, urgent, and with a topic that a newer one shares', async () => {
    const to = subscribed();
    const message = aMessage({ riskLevel: 'low' });
    expect(await send(to, message)).toEqual({ outcome: 'accepted', providerMessageId: null, ref: message.approvalId });
    const first = fakes.push.messages.at(-1)!;
    expect(first).toMatchObject({ endpoint: to.address, ttlSec: 3_600, urgency: 'high', payload: push.render(message) });
    expect(first.payload).toMatchObject({ actions: [{ verb: 'approve', handle: actionFor('approve').handle }, { verb: 'reject' }] });
    await send(to, aMessage({ kind: 'escalation' }));
    expect(fakes.push.messages.at(-1)!.topic).toBe(first.topic);
    await send(to, aMessage({ approvalId: 'apr_bbbbbbbbbbbbbbbbbbbbbbbbbb' }));
    expect(fakes.push.messages.at(-1)!.topic).not.toBe(first.topic);
  });

  it('without a deadline is kept for a day, and past it not at all', async () => {
    const to = subscribed();
    await send(to, aMessage({ kind: 'test', approvalId: null, expiresAt: null }));
    expect(fakes.push.messages.at(-1)!.ttlSec).toBe(86_400);
    await send(to, aMessage({ expiresAt: '2026-11-22T11:00:00.000Z' }));
    expect(fakes.push.messages.at(-1)!.ttlSec).toBe(0);
  });

  it('is replaced by what was decided, quietly', async () => {
    const to = subscribed();
    const decided = aMessage({ kind: 'decided', riskLevel: 'low', title: 'Approved by Bo' });
    expect(await opened().update!(to, 'apr_aaaaaaaaaaaaaaaaaaaaaaaaaa', decided)).toEqual({ outcome: 'updated' });
    expect(fakes.push.messages.at(-1)).toMatchObject({
      urgency: 'normal',
      payload: { kind: 'decided', title: 'Approved by Bo', actions: [] },
    });
    fakes.push.unsubscribe(to.address);
    expect(await opened().update!(to, 'x', decided)).toEqual({ outcome: 'gone' });
  });
});

describe('a browser that cannot be reached', () => {
  it.each<[FakeAnswer, string]>([
    [{ status: 400, body: { reason: 'BadTtl' } }, 'content_rejected'],
    [{ status: 401 }, 'retryable'],
    [{ status: 403, body: { reason: 'BadJwtToken' } }, 'retryable'],
    [{ status: 404 }, 'recipient_gone'],
    [{ status: 410 }, 'recipient_gone'],
    [{ status: 413 }, 'content_rejected'],
    [{ status: 429, headers: { 'retry-after': '3' } }, 'throttled'],
    [{ status: 503 }, 'retryable'],
    [{ hangUp: true }, 'unknown_outcome'],
  ])('%j is %s, and says nothing of where and what', async (answer, expected) => {
    const to = subscribed();
    fakes.push.fail(to.address, answer);
    const result = await send(to, aMessage({ title: 'CANARY-TITLE' }));
    expect(result).toMatchObject({ outcome: 'failed', class: expected });
    const said = JSON.stringify(result);
    for (const secret of [to.address, keys.privateKey, JSON.parse(to.route!).auth as string, 'CANARY-TITLE'])
      expect(said).not.toContain(secret);
  });

  it('has unsubscribed', async () => {
    const to = subscribed();
    fakes.push.unsubscribe(to.address);
    expect(await send(to)).toMatchObject({ class: 'recipient_gone', code: '410' });
  });

  it('has subscribed with another key, as we know or as the push service says', async () => {
    const other = makeVapidKeys().publicKey;
    const before = fakes.push.messages.length;
    expect(await send(subscribed(other))).toMatchObject({ class: 'recipient_gone', code: 'other_key' });
    const { endpoint, keys: browser } = fakes.push.subscribe(fakes.origin, other);
    expect(await send({ address: endpoint, route: JSON.stringify(browser) })).toMatchObject({
      class: 'recipient_gone',
      code: '403/VapidPkHashMismatch',
    });
    expect(fakes.push.messages).toHaveLength(before);
  });

  it('is refused alone, or with others: only then it is the fault of the keys', async () => {
    const channel = opened();
    const [ada, ben, cid, old] = [subscribed(), subscribed(), subscribed(), subscribed(null)];
    const classOf = async (to: To) => {
      const sent = await channel.send(to, aMessage(), options);
      return sent.outcome === 'failed' ? sent.class : sent.outcome;
    };
    expect(await classOf(ben)).toBe('accepted');
    const refusedOf = (to: To) => {
      fakes.push.fail(to.address, { status: 403 });
      return classOf(to);
    };
    const all = async () => [await refusedOf(ada), await refusedOf(old)];
    expect(await all()).toEqual(['retryable', 'retryable']);
    expect(await all()).toEqual(['retryable', 'retryable']);
    nowMs += 1_000;
    expect(await all()).toEqual(['recipient_gone', 'recipient_gone']);
    expect(await refusedOf(cid)).toBe('retryable');
    nowMs += 1_000;
    expect([await refusedOf(ada), await refusedOf(cid)]).toEqual(['config', 'config']);
    expect(await classOf(ben)).toBe('accepted');
    expect(await refusedOf(ada)).toBe('recipient_gone');
    expect([await classOf(ada), await refusedOf(ada)]).toEqual(['accepted', 'retryable']);
    nowMs = NOW;
  });

  it('is at a host that may not be called, or gave keys that are none', async () => {
    const to = subscribed();
    expect(await opened({ extraHosts: [] }).send(to, aMessage(), options)).toMatchObject({
      class: 'recipient_gone',
      code: 'host_not_allowed',
    });
    expect(await send({ ...to, route: null })).toMatchObject({ class: 'recipient_gone', code: 'no_keys' });
    const noPoint = { p256dh: Buffer.alloc(65, 7).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') };
    expect(await send({ ...to, route: JSON.stringify(noPoint) })).toMatchObject({ class: 'recipient_gone', code: 'no_keys' });
  });

  it('is beyond the guard', async () => {
    const guarded = openEgress();
    const channel = push.open(push.config.parse({ ...keys, subject: 'mailto:ops@example.com', extraHosts: [new URL(fakes.origin).host] }), {
      http: openProviderHttp(guarded),
      hookUrl: '',
      nowMs: () => NOW,
    });
    expect(await channel.send(subscribed(), aMessage(), options)).toMatchObject({ class: 'config' });
    guarded.close();
  });
});

it('is well without calling anybody, and never receives', async () => {
  expect(await opened().healthCheck()).toBeNull();
  expect(opened().inbound).toBeUndefined();
  expect(() => opened({ privateKey: makeVapidKeys().privateKey })).toThrow(/^privateKey: /);
});
