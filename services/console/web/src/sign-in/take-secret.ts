let taken: string | null = null;

/** The secret a link brought behind its `#`, taken out of the address bar and the history. Read once per page, and kept in memory only. */
export const takeSecret = (): string => {
  if (taken === null) {
    taken = window.location.hash.slice(1);
    window.history.replaceState(null, '', window.location.pathname);
  }
  return taken;
};
