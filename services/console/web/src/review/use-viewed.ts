import { useEffect } from 'react';
import { post } from '../api/client.ts';

/** How long a part has to be on the screen before it counts as seen, milliseconds. */
const SEEN_MS = 800;

/**
 * Says that this person has the request on the screen, and later what the agent saw: metrics tell decisions that were read from those that were not.
 * Nothing waits for it, and nothing is said where it fails.
 * @param open whether there is anything left to decide, for somebody who may
 */
export const useViewed = (id: string, open: boolean): void => {
  useEffect(() => {
    if (!open) return undefined;
    const say = (part: 'request' | 'context') =>
      void post(`/api/approvals/${encodeURIComponent(id)}/view`, { part }).catch(() => undefined);
    say('request');
    const context = document.getElementById('part-5');
    if (context === null) return undefined;
    let timer: number | undefined;
    const watcher = new IntersectionObserver(entries => {
      window.clearTimeout(timer);
      if (entries.some(({ isIntersecting }) => isIntersecting))
        timer = window.setTimeout(() => {
          watcher.disconnect();
          say('context');
        }, SEEN_MS);
    });
    watcher.observe(context);
    return () => {
      window.clearTimeout(timer);
      watcher.disconnect();
    };
  }, [id, open]);
};
