import { useSyncExternalStore } from 'react';

/** Where the page is: `/?view=team` or `/approvals/apr_…?do=approve`. */
export type Place = { path: string; search: string };

const listeners = new Set<() => void>();
const here = (): Place => ({ path: window.location.pathname, search: window.location.search });
let place = here();

const moved = () => {
  place = here();
  for (const listener of listeners) listener();
};
window.addEventListener('popstate', moved);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The current place; re-renders when it changes. */
export const usePlace = (): Place => useSyncExternalStore(subscribe, () => place);

/** Goes to an address of this app. `replace` leaves no entry in the history: for filters typed letter by letter. */
export const navigate = (to: string, options: { replace?: boolean } = {}): void => {
  if (to === place.path + place.search) return;
  window.history[options.replace === true ? 'replaceState' : 'pushState'](null, '', to);
  if (options.replace !== true) window.scrollTo(0, 0);
  moved();
};
