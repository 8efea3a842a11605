import { answerClick, type ClickWorld } from './answer-click.ts';
import { type NotificationData, notificationOf, type ShownOptions } from './notification-of.ts';
import { type Api, renewSubscription } from './renew-subscription.ts';

/** What a service worker has beyond a page, as far as it is used here (Service Workers, Push API, Notifications). */
type Extendable = Event & { waitUntil(work: Promise<unknown>): void };
type PushArrived = Extendable & { data: { json(): unknown } | null };
type Clicked = Extendable & { notification: Notification & { data: NotificationData | null }; action: string };
type SubscriptionChanged = Extendable & { oldSubscription?: PushSubscription | null; newSubscription?: PushSubscription | null };
type Fetching = Extendable & { request: Request; respondWith(response: Promise<Response>): void };
type Tab = { url: string; focus(): Promise<unknown> };
type Scope = {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(options: object): Promise<Tab[]>; openWindow(url: string): Promise<unknown>; claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  location: Location;
  addEventListener<E extends Event>(type: string, listener: (event: E) => void): void;
};
const worker = self as unknown as Scope;

const OFFLINE_PAGE = '/offline.html';
/** All that is kept: a page that says that nothing can be decided now. What people decide by is never shown from a cache. */
const KEPT = [OFFLINE_PAGE, '/offline.css', '/favicon.svg'];
const CACHE = 'offline-1';

const api: Api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return (response.status === 204 ? null : await response.json()) as T;
};

const show = (title: string, options: ShownOptions): Promise<void> => worker.registration.showNotification(title, options);

/** The tab that shows the page already, or a new one: no tab is led away from what somebody is writing there. */
const open = async (path: string): Promise<void> => {
  const url = new URL(path, worker.location.origin);
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = tabs.find(tab => new URL(tab.url).pathname === url.pathname && url.search === '');
  await (there === undefined ? worker.clients.openWindow(url.href) : there.focus());
};

const world: ClickWorld = { post: async (path, body) => api<never>('POST', path, body).catch(() => null), open, show };

const payloadOf = ({ data }: PushArrived): unknown => {
  try {
    return data?.json();
  } catch {
    return null;
  }
};

worker.addEventListener<PushArrived>('push', event => {
  const { title, options } = notificationOf(payloadOf(event), Date.now());
  const { correlation } = options.data;
  const told = async () => {
    await show(title, options);
    if (correlation !== null) await world.post('/api/push/receipts', { correlation, status: 'shown' });
  };
  event.waitUntil(told());
});

worker.addEventListener<Clicked>('notificationclick', event => {
  const { notification, action } = event;
  notification.close();
  event.waitUntil(
    answerClick(world, notification.title, notification.tag, notification.data ?? { path: '/', handles: {}, correlation: null }, action),
  );
});

worker.addEventListener<SubscriptionChanged>('pushsubscriptionchange', event => {
  const { oldSubscription, newSubscription } = event;
  const renew = async () => {
    const applicationServerKey =
      oldSubscription?.options.applicationServerKey ?? (await api<{ publicKey: string }>('GET', '/api/push')).publicKey;
    const subscription =
      newSubscription ?? (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
    const { endpoint = subscription.endpoint, keys } = subscription.toJSON();
    await renewSubscription(api, oldSubscription?.endpoint ?? null, { endpoint, ...(keys === undefined ? {} : { keys }) });
  };
  // Without a session nothing can be changed: the settings say in that browser that it is not told any more.
  event.waitUntil(renew().catch(() => undefined));
});

worker.addEventListener<Extendable>('install', event => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then(cache => cache.addAll(KEPT))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener<Extendable>('activate', event => {
  const forgetOthers = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await worker.clients.claim();
  };
  event.waitUntil(forgetOthers());
});

worker.addEventListener<Fetching>('fetch', event => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === 'navigate')
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(OFFLINE_PAGE)) ?? Response.error()));
  else if (KEPT.includes(pathname))
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(pathname)) ?? Response.error()));
});
