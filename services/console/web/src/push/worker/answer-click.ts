import type { NotificationData, ShownOptions } from './notification-of.ts';

/** What a click needs of the browser. */
export type ClickWorld = {
  /** Sends to the operators' API with the session of this browser. @returns the answer; null when there was none, or it was refused */
  post<T>(path: string, body: unknown): Promise<T | null>;
  /** Opens a page of the console, or comes back to it where it is open. */
  open(path: string): Promise<void>;
  show(title: string, options: ShownOptions): Promise<void>;
};

type Pressed = { outcome: 'done' | 'refused' | 'asksNote'; text: string };

/**
 * Does what a click on a notification says. A button decides through the session alone and says what became of it; without a session, or where a
 * reason is asked for, the page opens instead.
 * @param action the button's verb; empty for a click beside the buttons
 */
export const answerClick = async (world: ClickWorld, title: string, tag: string, data: NotificationData, action: string): Promise<void> => {
  const { path, handles, correlation } = data;
  // The receipt tells that somebody saw it; nothing waits for it.
  const receipt = correlation === null ? null : world.post('/api/push/receipts', { correlation, status: 'clicked' });
  const handle = handles[action];
  if (handle === undefined) {
    await world.open(path);
  } else {
    const pressed = await world.post<Pressed>('/api/push/press', { handle });
    if (pressed === null || pressed.outcome === 'asksNote') await world.open(prepared(path, action));
    else await world.show(title, outcomeOf(pressed, tag, path));
  }
  await receipt;
};

/** The page with the verb prepared, not done. */
const prepared = (path: string, verb: string): string => `${path}${path.includes('?') ? '&' : '?'}do=${encodeURIComponent(verb)}`;

const outcomeOf = ({ text }: Pressed, tag: string, path: string): ShownOptions => ({
  body: text,
  tag,
  data: { path, handles: {}, correlation: null },
  actions: [],
  renotify: false,
  silent: true,
  requireInteraction: false,
  icon: '/icon-192.png',
  badge: '/badge-96.png',
});
