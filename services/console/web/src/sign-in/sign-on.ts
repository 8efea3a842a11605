import { post } from '../api/client.ts';

/** Where the page keeps what it began: in this tab only, until the provider sends the browser back. */
const KEPT = 'holdpoint.sign-on';

/** Sends the browser to the organisation's identity provider. @throws ApiError */
export const beginSingleSignOn = async (organizationId: string): Promise<void> => {
  const { url, flow } = await post<{ url: string; flow: string }>('/api/sign-in/oidc', { organizationId });
  const { pathname, search } = window.location;
  sessionStorage.setItem(KEPT, JSON.stringify({ flow, to: pathname + search }));
  window.location.assign(url);
};

/** Finishes with what the provider put into the address. @returns the page of this app that was wanted. @throws ApiError */
export const finishSingleSignOn = async (query: string): Promise<string> => {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const { flow = '', to = '/' } = kept === null ? {} : (JSON.parse(kept) as { flow?: string; to?: string });
  await post('/api/sign-in/oidc/finish', { flow, query });
  return pathWithin(to);
};

/** An address within this app, whatever was stored: never another site's. */
export const pathWithin = (to: string): string => (/^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in/') ? to : '/');
