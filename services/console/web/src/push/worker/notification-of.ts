/** What a message to this browser holds: `services/notification/src/channels/push`, encrypted on its way. */
export type PushPayload = {
  kind: string;
  title: string;
  body: string;
  url: string;
  /** RFC 3339; after that there is nothing left to decide. */
  expiresAt: string | null;
  /** A newer one with the same tag takes the older one's place. */
  tag: string;
  actions: { verb: string; label: string; handle: string }[];
  /** Names the alert to the receipts; absent where it is about no request. */
  correlation?: string;
};

/** What a notification keeps for the click. */
export type NotificationData = { path: string; handles: Record<string, string>; correlation: string | null };

/** `NotificationOptions` with what the DOM's types leave out, since only notifications of service workers have it. */
export type ShownOptions = NotificationOptions & {
  data: NotificationData;
  actions: { action: string; title: string }[];
  renotify: boolean;
};

const ICON = '/icon-192.png';
const BADGE = '/badge-96.png';
const NOTHING: NotificationData = { path: '/', handles: {}, correlation: null };

/** Only pages of this console are opened, whatever a message says. */
const pathOf = (url: string): string => {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return '/';
  }
};

const isPayload = (value: unknown): value is PushPayload => {
  const { title, body, url, tag, actions } = (value ?? {}) as Partial<PushPayload>;
  return [title, body, url, tag].every(text => typeof text === 'string') && Array.isArray(actions);
};

/**
 * The notification for a message. Something is always shown, since the browser was promised that: a message that cannot be read, or comes after its
 * time, says so.
 * @param nowMs this machine's clock
 */
export const notificationOf = (value: unknown, nowMs: number): { title: string; options: ShownOptions } => {
  if (!isPayload(value)) return { title: 'Holdpoint', options: shown('Something may wait for you.', 'unreadable', NOTHING, [], false) };
  const { kind, title, body, url, expiresAt, tag, correlation = null } = value;
  const over = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
  const data = (handles: NotificationData['handles']) => ({ path: pathOf(url), handles, correlation });
  if (kind === 'decided') return { title, options: { ...shown(body, tag, data({}), [], false), silent: true, renotify: false } };
  if (over) return { title, options: shown('The time is over: it counts as not approved.', tag, data({}), [], false) };
  const handles = Object.fromEntries(value.actions.map(({ verb, handle }) => [verb, handle]));
  const actions = value.actions.map(({ verb, label }) => ({ action: verb, title: label }));
  return { title, options: shown(body, tag, data(handles), actions, true) };
};

const shown = (body: string, tag: string, data: NotificationData, actions: ShownOptions['actions'], stays: boolean): ShownOptions => ({
  body,
  tag,
  data,
  actions,
  renotify: true,
  requireInteraction: stays,
  icon: ICON,
  badge: BADGE,
});
