/** What a verb key in the inbox asks the review page to prepare. Nothing is decided by an address. */
export type Prepared = 'approve' | 'reject' | 'edit' | 'comment' | 'snooze' | null;
export type Route =
  | { page: 'inbox' }
  | { page: 'metrics'; list: boolean }
  | { page: 'settings'; part: string }
  | { page: 'review'; id: string; prepared: Prepared }
  | { page: 'unknown' };

const PREPARED = ['approve', 'reject', 'edit', 'comment', 'snooze'] as const;

/** Reads an address. */
export const routeOf = (path: string, search: string): Route => {
  if (path === '/' || path === '/inbox') return { page: 'inbox' };
  // `/metrics` is what monitoring asks.
  if (path === '/reports' || path === '/reports/requests') return { page: 'metrics', list: path !== '/reports' };
  const settings = /^\/settings(?:\/([a-z-]{1,32}))?\/?$/.exec(path);
  if (settings) return { page: 'settings', part: settings[1] ?? '' };
  const id = /^\/approvals\/(apr_[a-z2-7]{26})\/?$/.exec(path)?.[1];
  if (id === undefined) return { page: 'unknown' };
  const asked = new URLSearchParams(search).get('do');
  return { page: 'review', id, prepared: PREPARED.find(verb => verb === asked) ?? null };
};

/** The address of a request's review page. */
export const reviewAddress = (id: string, prepared: Prepared = null): string =>
  `/approvals/${id}${prepared === null ? '' : `?do=${prepared}`}`;
