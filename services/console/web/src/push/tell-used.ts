import { post } from '../api/client.ts';
import { browserPush } from './browser-push.ts';

/** Says that this browser, if it is told of requests, is still in use: what nobody opens for months is told no longer. */
export const tellUsed = async (): Promise<void> => {
  const push = await browserPush();
  // That this could not be said now is no matter: it is said with the next visit.
  if (push.state === 'on') await post('/api/push/used', { fingerprint: push.fingerprint }).catch(() => null);
};
