import { useSyncExternalStore } from 'react';

/** `system` follows the machine's setting. */
export type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const STORED_AS = 'holdpoint.theme';

const listeners = new Set<() => void>();
let theme: Theme = 'system';

const show = (next: Theme) => {
  theme = next;
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  for (const listener of listeners) listener();
};

/** Applies the theme chosen earlier in this browser; without storage it follows the system. */
export const showStoredTheme = (): void => {
  try {
    const stored = localStorage.getItem(STORED_AS);
    show(THEMES.find(known => known === stored) ?? 'system');
  } catch {
    show('system');
  }
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The chosen theme, and a way to go to the next one. */
export const useTheme = (): { theme: Theme; next: () => void } => {
  const current = useSyncExternalStore(subscribe, () => theme);
  const next = () => {
    const chosen = THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? 'system';
    show(chosen);
    try {
      localStorage.setItem(STORED_AS, chosen);
    } catch {
      // A browser without storage keeps the choice until the page is left.
    }
  };
  return { theme: current, next };
};
