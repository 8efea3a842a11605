const formatters = new Map<string, Intl.RelativeTimeFormat>();
/** Making one takes far longer than using it. */
const formatterIn = (language: string): Intl.RelativeTimeFormat => {
  const known = formatters.get(language) ?? new Intl.RelativeTimeFormat(language);
  formatters.set(language, known);
  return known;
};

/**
 * `in 5 minutes`, `in 2 hours`, `in 3 days`: rounded down, so that nobody believes to have more time than there is.
 * @param language BCP 47, one of those that we have words in
 */
export const timeLeft = (fromIso: string, toIso: string, language = 'en'): string => {
  const seconds = Math.max(0, Math.floor((Date.parse(toIso) - Date.parse(fromIso)) / 1_000));
  const [count, unit]: [number, Intl.RelativeTimeFormatUnit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7_200
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.floor(seconds / 3_600), 'hour']
          : [Math.floor(seconds / 86_400), 'day'];
  return formatterIn(language).format(count, unit);
};

const formats = new Map<string, Intl.DateTimeFormat>();
/** Making one takes a thousand times as long as using it. */
const formatFor = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, known);
  return known;
};

/** `2026-11-22 13:10 (Europe/Berlin)`; in UTC without a zone. @param timeZone an IANA name that was checked when it was saved */
export const clock = (iso: string, timeZone: string | undefined): string =>
  timeZone === undefined || timeZone === 'UTC' ? utc(iso) : `${formatFor(timeZone).format(new Date(iso))} (${timeZone})`;

/** `2026-11-22 12:10 UTC` */
export const utc = (iso: string): string => `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
