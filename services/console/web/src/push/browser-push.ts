import { fingerprintOf } from './fingerprint.ts';
import { registerWorker } from './register-worker.ts';

/** Whether this browser can be told: `unsupported` and `denied` say why not, in words. */
export type BrowserPush =
  | { state: 'unsupported' | 'denied'; why: string }
  | { state: 'off' }
  | { state: 'on'; subscription: PushSubscription; fingerprint: string };

const isAppleHandheld = () => /iPhone|iPad/.test(navigator.userAgent);

const whyNot = (): string | null => {
  if (!window.isSecureContext) return 'The console has to be reached over https for this.';
  if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return null;
  return isAppleHandheld()
    ? 'On an iPhone or iPad, add the console to the home screen first (Share, Add to Home Screen) and open it from there.'
    : 'This browser has no notifications of web pages.';
};

/** How things stand in this browser. Asks the person for nothing. */
export const browserPush = async (): Promise<BrowserPush> => {
  const why = whyNot();
  if (why !== null) return { state: 'unsupported', why };
  if (Notification.permission === 'denied')
    return {
      state: 'denied',
      why: 'Notifications are blocked for this page. Allow them in the browser’s settings for it, then come back.',
    };
  const registration = await registerWorker();
  if (registration === null)
    return { state: 'unsupported', why: 'This browser does not let the page work in the background; private windows do not.' };
  const subscription = await registration.pushManager.getSubscription();
  return subscription === null ? { state: 'off' } : { state: 'on', subscription, fingerprint: await fingerprintOf(subscription.endpoint) };
};

/**
 * Subscribes this browser with the organisation's public key; asks the person for permission. A subscription with another key is given up first: it
 * is bound to that key.
 * @throws Error in words for the person
 */
export const subscribe = async (publicKey: string): Promise<{ endpoint: string; keys: { p256dh: string; auth: string; key: string } }> => {
  const registration = await registerWorker();
  if (registration === null) throw new Error('This browser does not let the page work in the background.');
  if ((await Notification.requestPermission()) !== 'granted') throw new Error('You did not allow notifications; nothing was changed.');
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const made = await registration.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
    .catch(() => Promise.reject(new Error('The push service of this browser cannot be reached. Try again later.')));
  const { p256dh = '', auth = '' } = made.toJSON().keys ?? {};
  return { endpoint: made.endpoint, keys: { p256dh, auth, key: publicKey } };
};

/** Gives the subscription of this browser up. */
export const unsubscribe = async (): Promise<void> => {
  const registration = await navigator.serviceWorker.ready;
  await (await registration.pushManager.getSubscription())?.unsubscribe();
};
