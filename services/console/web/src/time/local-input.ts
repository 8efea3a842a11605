const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const two = (value: number) => String(value).padStart(2, '0');

/** An instant as a `datetime-local` field shows it, on the reader's clock. */
export const localInput = (at: number): string => {
  const when = new Date(at);
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${two(when.getHours())}:${two(when.getMinutes())}`;
};

/** What such a field says, as an RFC 3339 instant; null while it is empty or incomplete. */
export const instantOfInput = (text: string): string | null => {
  const at = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

export type Preset = { label: string; at: number };

/** Times to come back at: soon, later, tomorrow morning on the reader's clock. Only those before the deadline. */
export const snoozePresets = (nowMs: number, deadlineMs: number): Preset[] => {
  const morning = new Date(nowMs);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return [
    { label: '5 minutes', at: nowMs + 5 * MINUTE_MS },
    { label: '30 minutes', at: nowMs + 30 * MINUTE_MS },
    { label: '2 hours', at: nowMs + 2 * HOUR_MS },
    { label: 'Tomorrow 9:00', at: morning.getTime() },
  ].filter(({ at }) => at < deadlineMs - MINUTE_MS);
};

/** Later deadlines within the limit; the limit itself is always the last. */
export const extendPresets = (deadlineMs: number, limitMs: number): Preset[] => [
  ...[
    { label: '30 minutes more', at: deadlineMs + 30 * MINUTE_MS },
    { label: '2 hours more', at: deadlineMs + 2 * HOUR_MS },
    { label: 'A day more', at: deadlineMs + 24 * HOUR_MS },
  ].filter(({ at }) => at < limitMs),
  ...(limitMs > deadlineMs ? [{ label: 'As far as possible', at: limitMs }] : []),
];
