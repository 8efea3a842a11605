import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../fingerprint.ts';
import { answerClick, type ClickWorld } from './answer-click.ts';
import { notificationOf, type PushPayload } from './notification-of.ts';
import { type Api, renewSubscription } from './renew-subscription.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const payload: PushPayload = {
  kind: 'request',
  title: 'Approval needed',
  body: 'An agent asks before it acts.',
  url: 'https://console.example.com/approvals/apr_x',
  expiresAt: '2026-11-22T13:00:00Z',
  tag: 'apr_x',
  actions: [{ verb: 'approve', label: 'Approve', handle: 'hp1abc' }],
  correlation: 'apr_x.ntf_1',
};

describe('a message to this browser', () => {
  it('stays until somebody looks, offers only what it brings, and opens a page of this console', () => {
    const { title, options } = notificationOf(payload, NOW);
    expect(title).toBe('Approval needed');
    expect(options).toMatchObject({ requireInteraction: true, tag: 'apr_x', actions: [{ action: 'approve', title: 'Approve' }] });
    expect(options.data).toEqual({ path: '/approvals/apr_x', handles: { approve: 'hp1abc' }, correlation: 'apr_x.ntf_1' });
    expect(notificationOf({ ...payload, url: 'https://evil.example/phish' }, NOW).options.data.path).toBe('/phish');
  });

  it('says that the time is over, or what was decided, and offers nothing then', () => {
    const late = notificationOf(payload, Date.parse('2026-11-22T13:00:01Z')).options;
    expect([late.body, late.actions, late.data.handles]).toEqual(['The time is over: it counts as not approved.', [], {}]);
    const decided = notificationOf({ ...payload, kind: 'decided', title: 'Approved by Bo' }, NOW).options;
    expect(decided).toMatchObject({ silent: true, requireInteraction: false, actions: [] });
  });

  it('is shown whatever it is: the browser was promised that', () => {
    for (const broken of [null, 'text', {}, { ...payload, actions: 'no' }])
      expect(notificationOf(broken, NOW)).toMatchObject({ title: 'Holdpoint', options: { data: { path: '/', handles: {} } } });
  });
});

const aWorld = (answer: unknown) => {
  const did: unknown[] = [];
  const world: ClickWorld = {
    post: async (path, body) => {
      did.push([path, body]);
      return path === '/api/push/press' ? (answer as never) : null;
    },
    open: async path => void did.push(['open', path]),
    show: async (_title, { body }) => void did.push(['show', body]),
  };
  return { world, did };
};
const click = async (answer: unknown, action: string) => {
  const { world, did } = aWorld(answer);
  await answerClick(world, payload.title, payload.tag, notificationOf(payload, NOW).options.data, action);
  return did.slice(1);
};

describe('a click', () => {
  it('opens the request, and tells that it was seen', async () => {
    const { world, did } = aWorld(null);
    await answerClick(world, payload.title, payload.tag, notificationOf(payload, NOW).options.data, '');
    expect(did).toEqual([
      ['/api/push/receipts', { correlation: 'apr_x.ntf_1', status: 'clicked' }],
      ['open', '/approvals/apr_x'],
    ]);
  });

  it('on a button decides by the session and says what became of it', async () => {
    expect(await click({ outcome: 'done', text: 'Approved.' }, 'approve')).toEqual([
      ['/api/push/press', { handle: 'hp1abc' }],
      ['show', 'Approved.'],
    ]);
    expect(await click({ outcome: 'refused', text: 'Already decided.' }, 'approve')).toContainEqual(['show', 'Already decided.']);
  });

  it('on a button opens the page where there is no session, or a reason is asked for; never decides by what was not offered', async () => {
    expect(await click(null, 'approve')).toContainEqual(['open', '/approvals/apr_x?do=approve']);
    expect(await click({ outcome: 'asksNote', text: 'Why?' }, 'approve')).toContainEqual(['open', '/approvals/apr_x?do=approve']);
    expect(await click({ outcome: 'done', text: '' }, 'reject')).toEqual([['open', '/approvals/apr_x']]);
  });
});

describe('a subscription that is renewed', () => {
  it('takes the name and the rules of the one before, and that one’s place', async () => {
    const calls: unknown[] = [];
    const before = 'https://push.example/old';
    const items = [{ id: 'adr_old', channel: 'push', address: 'Work laptop', fingerprint: await fingerprintOf(before) }];
    const rules = [
      { addressId: 'adr_mail', importance: 'default', afterSec: 300 },
      { addressId: 'adr_old', importance: 'default', afterSec: 0 },
    ];
    const api: Api = async (method, path, body) => {
      calls.push([method, path, body]);
      return (method === 'GET' ? { items, rules } : { id: 'adr_new' }) as never;
    };
    await renewSubscription(api, before, { endpoint: 'https://push.example/new', keys: { p256dh: 'p', auth: 'a' } });
    expect(calls.slice(1)).toEqual([
      [
        'POST',
        '/api/addresses',
        { channel: 'push', address: 'https://push.example/new', keys: { p256dh: 'p', auth: 'a' }, name: 'Work laptop' },
      ],
      ['PUT', '/api/members/me/notification-rules', { rules: [rules[0], { ...rules[1], addressId: 'adr_new' }] }],
      ['DELETE', '/api/members/me/addresses/adr_old', undefined],
    ]);
  });

  it('is simply added where nobody knows what was before', async () => {
    const calls: string[] = [];
    const api: Api = async (method, path) => {
      calls.push(`${method} ${path}`);
      return (method === 'GET' ? { items: [], rules: null } : { id: 'adr_new' }) as never;
    };
    await renewSubscription(api, null, { endpoint: 'https://push.example/new', keys: { p256dh: 'p', auth: 'a' } });
    expect(calls).toEqual(['GET /api/addresses', 'POST /api/addresses']);
  });
});
