/** At the root, so that it is in charge of every page. */
export const WORKER_URL = '/service-worker.js';

/** Under Trusted Types a worker may only come from an address that this policy lets through: our own one. */
const scriptUrl = (url: string): string => {
  type Policies = { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } };
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  if (trustedTypes === undefined) return url;
  policy ??= trustedTypes.createPolicy('holdpoint-worker', {
    createScriptURL: wanted => {
      if (wanted !== WORKER_URL) throw new TypeError('Only the console’s own worker may be started.');
      return wanted;
    },
  });
  return policy.createScriptURL(url);
};
let policy: { createScriptURL(url: string): string } | undefined;

/**
 * Registers the service worker, which shows notifications and says when the console cannot be reached.
 * @returns null where the browser has none (plain http on another machine, private windows of some) or refuses it
 */
export const registerWorker = async (): Promise<ServiceWorkerRegistration | null> => {
  if (!('serviceWorker' in navigator)) return null;
  try {
    await navigator.serviceWorker.register(scriptUrl(WORKER_URL), { updateViaCache: 'none' });
    return await navigator.serviceWorker.ready;
  } catch {
    return null;
  }
};
