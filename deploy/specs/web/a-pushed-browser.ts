import type { PushFake } from '@holdpoint/testing';
import type { BrowserContext, Page } from 'playwright-core';

/**
 * Gives every page of a context a push service within reach: subscriptions are made by the fake one, since the browser's own needs the internet. All else,
 * the worker, its notifications and their clicks, is the browser's.
 */
export const subscribeThrough = async (context: BrowserContext, fake: PushFake, origin: string): Promise<void> => {
  await context.grantPermissions(['notifications']);
  await context.exposeBinding('subscribeThere', (_source, key: string) => fake.subscribe(origin, key));
  await context.addInitScript(`{
    const kept = 'subscription of the spec';
    const shown = subscription => ({
      ...subscription,
      options: {},
      toJSON: () => subscription,
      unsubscribe: async () => { localStorage.removeItem(kept); return true; },
    });
    PushManager.prototype.getSubscription = async () => {
      const stored = localStorage.getItem(kept);
      return stored === null ? null : shown(JSON.parse(stored));
    };
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      const subscription = await window.subscribeThere(applicationServerKey);
      localStorage.setItem(kept, JSON.stringify(subscription));
      return shown(subscription);
    };
  }`);
};

/** Hands a decrypted message to the page's service worker, as the browser does when its push service brings one. */
export const deliver = async (page: Page, payload: unknown): Promise<void> => {
  const devtools = await page.context().newCDPSession(page);
  const known = Promise.withResolvers<string>();
  const origin = new URL(page.url()).origin;
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const own = registrations.find(({ scopeURL, isDeleted }) => scopeURL === `${origin}/` && !isDeleted);
    if (own !== undefined) known.resolve(own.registrationId);
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await known.promise, data: JSON.stringify(payload) });
  await devtools.detach();
};

export type ShownNotification = { title: string; body: string; tag: string; actions: { action: string; title: string }[] };

/** What the browser shows now. */
export const notificationsOf = (page: Page): Promise<ShownNotification[]> =>
  page.evaluate(`navigator.serviceWorker.ready
    .then(registration => registration.getNotifications())
    .then(all => all.map(({ title, body, tag, actions }) => ({ title, body, tag, actions: actions.map(({ action, title }) => ({ action, title })) })))`);

/**
 * Clicks the notification with this tag, in the worker itself; the click is not a person's to the browser, so what would open a window is told instead.
 * @returns addresses that would have been opened
 */
export const clickNotification = async (page: Page, tag: string, action: string): Promise<string[]> => {
  const [worker] = page.context().serviceWorkers();
  if (worker === undefined) throw new Error('no service worker runs');
  return worker.evaluate(
    async ([wanted, verb]) => {
      const opened: string[] = [];
      const scope = globalThis as unknown as {
        registration: { getNotifications(options: object): Promise<unknown[]> };
        clients: { openWindow(url: string): Promise<null>; matchAll(): Promise<never[]> };
        NotificationEvent: new (type: string, init: object) => Event & { waitUntil?: unknown };
      };
      scope.clients.openWindow = async url => {
        opened.push(url);
        return null;
      };
      const [notification] = await scope.registration.getNotifications({ tag: wanted });
      const event = new scope.NotificationEvent('notificationclick', { notification, action: verb });
      let work: Promise<unknown> | undefined;
      event.waitUntil = (promise: Promise<unknown>) => (work = promise);
      (globalThis as unknown as EventTarget).dispatchEvent(event);
      await work;
      return opened;
    },
    [tag, action] as const,
  );
};
