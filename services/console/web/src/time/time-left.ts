/** How a deadline feels: far off, near, about to pass, passed. */
export type Urgency = 'calm' | 'soon' | 'now' | 'over';
export type TimeLeft = { text: string; urgency: Urgency };

/** Below this the row turns amber: the default escalation delay, seconds. */
const SOON_SEC = 300;
/** Below this it turns red: about what a careful reader needs, seconds. */
const NOW_SEC = 60;
const MINUTE_SEC = 60;
const HOUR_SEC = 3_600;
const DAY_SEC = 86_400;

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** `3 d 4 h`, `2 h 05 min`, `14:03` (minutes and seconds) for a length in whole seconds. */
export const lengthOfTime = (seconds: number): string => {
  if (seconds >= DAY_SEC) return `${Math.floor(seconds / DAY_SEC)} d ${Math.floor((seconds % DAY_SEC) / HOUR_SEC)} h`;
  if (seconds >= HOUR_SEC) return `${Math.floor(seconds / HOUR_SEC)} h ${twoDigits(Math.floor((seconds % HOUR_SEC) / MINUTE_SEC))} min`;
  return `${Math.floor(seconds / MINUTE_SEC)}:${twoDigits(seconds % MINUTE_SEC)}`;
};

/**
 * Time until an instant.
 * @param until RFC 3339 instant
 * @param nowMs milliseconds since 1970, by the server's clock
 */
export const timeLeft = (until: string, nowMs: number): TimeLeft => {
  const seconds = Math.ceil((Date.parse(until) - nowMs) / 1_000);
  if (seconds <= 0) return { text: 'time is up', urgency: 'over' };
  return { text: lengthOfTime(seconds), urgency: seconds < NOW_SEC ? 'now' : seconds < SOON_SEC ? 'soon' : 'calm' };
};

/** `just now`, `4 min ago`, `3 h ago`, `2 d ago` for a past instant. */
export const timeAgo = (at: string, nowMs: number): string => {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(at)) / 1_000));
  if (seconds < 10) return 'just now';
  if (seconds < MINUTE_SEC) return `${seconds} s ago`;
  if (seconds < HOUR_SEC) return `${Math.floor(seconds / MINUTE_SEC)} min ago`;
  if (seconds < DAY_SEC) return `${Math.floor(seconds / HOUR_SEC)} h ago`;
  return `${Math.floor(seconds / DAY_SEC)} d ago`;
};

const SAME_DAY = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const OTHER_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** The day of an instant where the reader is, with its year: for what lies years back. */
export const dayOf = (at: string): string => DAY.format(new Date(at));

/** An instant on the reader's clock: the time today, date and time on another day. */
export const clockTime = (at: string, nowMs: number): string => {
  const when = new Date(at);
  return when.toDateString() === new Date(nowMs).toDateString() ? SAME_DAY.format(when) : OTHER_DAY.format(when);
};
